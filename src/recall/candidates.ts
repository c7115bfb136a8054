import { breachCredit, recallCompensation } from "../contracts/compensation.ts";
import type { Contract, Placement } from "../contracts/contract.ts";
import type { Holdings } from "../contracts/holdings.ts";
import type { Policy } from "../policy/policy.ts";
import { minOver, pieces } from "../schedule/schedule.ts";
import type { EpochMs, Gpus, Notice } from "../units.ts";
import { isFirm, later, latest, subGpus } from "../units.ts";
import type { RecallCandidate } from "./planner.ts";

/** A candidate with the instant at which its GPUs would be free, and until when they would have been held. */
export interface DatedCandidate extends RecallCandidate {
  readonly notice: Notice;
  readonly due: EpochMs;
  readonly until: EpochMs;
}

/**
 * What could lawfully be handed over by `by` if notice were given now, among contracts at these notices that would
 * still hold it then. A contract's GPUs are due when its notice ends, or at `notBefore` if that is later.
 */
export function recallable(
  holdings: Holdings,
  policy: Policy,
  notices: readonly Notice[],
  now: EpochMs,
  notBefore: EpochMs,
  by: EpochMs,
): DatedCandidate[] {
  const found: DatedCandidate[] = [];
  for (const notice of notices) {
    if (isFirm(notice) || later(now, notice) > by) continue;
    const due = latest(later(now, notice), notBefore);
    for (const contract of holdings.contractsAt(notice)) {
      if (contract.window.end <= by) continue;
      for (const placement of contract.placements) {
        const gpus = minOver(placement.held, { start: due, end: contract.window.end });
        if (gpus > 0) found.push(recallOf(contract, placement, gpus, due, policy));
      }
    }
  }
  return found;
}

function recallOf(
  contract: Contract,
  placement: Placement,
  gpus: Gpus,
  due: EpochMs,
  policy: Policy,
): DatedCandidate {
  return {
    contract: contract.id,
    fabric: placement.fabric,
    gpus,
    divisible: !contract.block,
    costPerLot: recallCompensation(contract, policy.lot, due),
    notice: contract.promise.notice,
    due,
    until: contract.window.end,
  };
}

/** All that is held at `at` and would be for at least a minute more, whatever was promised: what a breach can take. */
export function breakable(holdings: Holdings, policy: Policy, at: EpochMs): DatedCandidate[] {
  const found: DatedCandidate[] = [];
  for (const contract of holdings.all()) {
    if (contract.window.start > at || contract.window.end <= at) continue;
    for (const placement of contract.placements) {
      found.push(...layersOf(contract, placement, policy, at));
    }
  }
  return found;
}

/** GPUs that a pending recall takes at its due are one layer, those held to the end another. */
function layersOf(
  contract: Contract,
  placement: Placement,
  policy: Policy,
  at: EpochMs,
): DatedCandidate[] {
  const { end } = contract.window;
  const layers: DatedCandidate[] = [];
  let below = minOver(placement.held, { start: at, end });
  if (below > 0) layers.push(breachOf(contract, placement.fabric, below, at, end, policy));
  for (const piece of pieces(placement.held, { start: at, end }).toReversed()) {
    const layer = subGpus(minOver(placement.held, { start: at, end: piece.end }), below);
    if (layer <= 0) continue;
    layers.push(breachOf(contract, placement.fabric, layer, at, piece.end, policy));
    below = minOver(placement.held, { start: at, end: piece.end });
  }
  return layers;
}

function breachOf(
  contract: Contract,
  fabric: string,
  gpus: Gpus,
  at: EpochMs,
  until: EpochMs,
  policy: Policy,
): DatedCandidate {
  return {
    contract: contract.id,
    fabric,
    gpus,
    divisible: !contract.block,
    costPerLot: breachCredit(contract, policy.lot, at, until),
    notice: contract.promise.notice,
    due: at,
    until,
  };
}
