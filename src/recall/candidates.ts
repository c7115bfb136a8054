import { breachCredit, recallCompensation } from "../contracts/compensation.ts";
import type { Contract, Placement } from "../contracts/contract.ts";
import type { Holdings } from "../contracts/holdings.ts";
import type { Policy } from "../policy/policy.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { minOver, pieces } from "../schedule/schedule.ts";
import type { EpochMs, Gpus, MicroUsd, Notice } from "../units.ts";
import { ceilTo, isFirm, later, latest, MINUTE_MS, NO_GPUS, subGpus } from "../units.ts";
import type { RecallCandidate } from "./planner.ts";

/** A candidate with the instant at which its GPUs would be free, and until when they would have been held. */
export interface DatedCandidate extends RecallCandidate {
  readonly notice: Notice;
  readonly due: EpochMs;
  readonly until: EpochMs;
}

/** GPUs that are held together through `[from, until)`. */
interface Layer {
  readonly gpus: Gpus;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/**
 * What could lawfully be handed over by `by` if notice were given now, among contracts at these notices that would
 * hold it then. A contract's GPUs are due when its notice ends, or at `notBefore` if that is later, or when it holds
 * them first: one that begins later, or again after a part that was resold.
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
    if (isFirm(notice)) continue;
    const due = latest(later(ceilTo(now, MINUTE_MS), notice), notBefore);
    if (due > by) continue;
    for (const contract of holdings.contractsAt(notice)) {
      found.push(...recallableOf(contract, policy, due, by));
    }
  }
  return found;
}

/** What one contract would hold at `by`, and could hand over from `due` on. */
export function recallableOf(
  contract: Contract,
  { lot }: Policy,
  due: EpochMs,
  by: EpochMs,
): DatedCandidate[] {
  if (contract.window.end <= by || contract.window.start > by) return [];
  return contract.placements.flatMap((placement) =>
    layersAround(contract, placement.held, due, by).map((layer) => {
      const cost = recallCompensation(contract, lot, layer.from, layer.until);
      return candidateOf(contract, placement, layer, cost);
    }),
  );
}

function candidateOf(
  contract: Contract,
  { fabric }: Placement,
  { gpus, from, until }: Layer,
  costPerLot: MicroUsd,
): DatedCandidate {
  const { notice } = contract.promise;
  const divisible = !contract.block;
  return { contract: contract.id, fabric, gpus, divisible, costPerLot, notice, due: from, until };
}

/** All that is held at `at`, whatever was promised: what a breach can take. */
export function breakable(holdings: Holdings, policy: Policy, at: EpochMs): DatedCandidate[] {
  const found: DatedCandidate[] = [];
  for (const contract of holdings.all()) {
    if (contract.window.start > at || contract.window.end <= at) continue;
    for (const placement of contract.placements) {
      for (const layer of layersAround(contract, placement.held, at, at)) {
        const cost = breachCredit(contract, policy.lot, layer.from, layer.until);
        found.push(candidateOf(contract, placement, layer, cost));
      }
    }
  }
  return found;
}

/**
 * What a contract holds at `by`, in layers by how long it holds them: GPUs that a pending recall takes at its due are
 * one layer, those held to the end another. Each begins at `first`, or where the contract holds something throughout
 * until `by`. A block is one layer, all of it, as long as it stays the same.
 */
function layersAround(contract: Contract, held: Schedule, first: EpochMs, by: EpochMs): Layer[] {
  const { end } = contract.window;
  const stretches = pieces(held, { start: first, end });
  if (contract.block) {
    const whole = stretches.find((piece) => piece.start <= by && by < piece.end);
    if (whole === undefined || whole.gpus <= 0) return [];
    return [{ gpus: whole.gpus, from: whole.start, until: whole.end }];
  }
  const gap = stretches.findLast((piece) => piece.gpus <= 0 && piece.start <= by);
  const from = gap?.end ?? first;
  if (from > by) return [];
  const layers: Layer[] = [];
  let below = NO_GPUS;
  for (const { end: until } of stretches.toReversed()) {
    if (until <= by) break;
    const through = minOver(held, { start: from, end: until });
    if (through > below) layers.push({ gpus: subGpus(through, below), from, until });
    below = through;
  }
  return layers;
}
