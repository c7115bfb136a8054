import type { Rung } from "../policy/policy.ts";
import { largestRunThatCannotWait } from "../policy/waits.ts";
import type { Gpus, Window } from "../units.ts";
import { addGpus, gpus, HOUR_MS, isFirm, NO_GPUS, ONE_PPM } from "../units.ts";
import type { DemandPeak } from "./ladder.ts";
import type { LadderInput } from "./make-ladder.ts";
import { chanceAtMost, quantileAt } from "./quantiles.ts";

export function idleNow(input: LadderInput): Gpus {
  return leftBeside(input, input.demand);
}

/** What capacity leaves beside a demand and the reserve. */
export function leftBeside(input: LadderInput, demand: number): Gpus {
  return gpus(Math.max(0, input.capacity - input.policy.reserve - Math.ceil(demand)));
}

/** What may be locked, or out of reach of a surprise, through the window. */
export function safeThrough(input: LadderInput, rung: Rung, window: Window): Gpus {
  const { now, knownFor, policy } = input;
  const uncovered = largestRunThatCannotWait(policy.allowedWaits, rung.notice);
  // Until the next forecast nothing can be recalled that this one lets pass.
  const locked = window.start < now + rung.notice + knownFor;
  if (uncovered === Infinity) {
    return leftBeside(input, locked ? cautiousDemand(input, rung, window) : 0);
  }
  return leftBeside(input, window.start <= now + knownFor ? coverOf(input, window, uncovered) : 0);
}

/** What the owner may need by the forecast, and beyond it by experience. */
function cautiousDemand(input: LadderInput, rung: Rung, window: Window): number {
  return demandQuantile(input, window, 1 - input.policy.epsilon) + input.caution(rung);
}

/** Highest demand at the quantile in any hour of the window, in GPUs. */
function demandQuantile(input: LadderInput, window: Window, quantile: number): number {
  const { forecast, capacity } = input;
  const first = Math.max(1, Math.floor((window.start - forecast.origin) / HOUR_MS) + 1);
  const last = Math.max(first, Math.ceil((window.end - forecast.origin) / HOUR_MS));
  let highest = 0;
  for (let lead = first; lead <= last; lead++) {
    highest = Math.max(highest, quantileAt(forecast.peak(lead), quantile));
  }
  return highest * capacity;
}

/**
 * Demand that must find room at the next reading without this rung: the declared runs, and a surprise run that may not
 * wait for the rung's notice, as large as the forecast or the class of such runs allows.
 */
function coverOf(input: LadderInput, window: Window, uncovered: number): number {
  const expected = addGpus(input.demand, input.declaredRise);
  const likely = demandQuantile(input, window, 1 - input.policy.epsilon);
  return Math.min(expected + uncovered, Math.max(likely, expected));
}

/** Demand, in GPUs, that the peak does not exceed with this chance. */
export function demandAt({ capacity }: LadderInput, peak: DemandPeak, chance: number): number {
  return quantileAt(peak.quantiles, chance) * capacity;
}

/**
 * GPUs that are worth selling at this notice: those whose expected delivery, by the forecast, earns more than the
 * compensation for what a recall leaves undelivered.
 */
export function worthSelling(
  input: LadderInput,
  rung: Rung,
  peaks: readonly DemandPeak[],
  margin: Gpus,
): Gpus {
  const owed = input.policy.compensation.recall / ONE_PPM;
  const enough = (rung.duration * owed) / (1 + owed);
  let [low, high] = [0, input.capacity as number];
  while (low < high) {
    const demand = Math.floor((low + high) / 2);
    const share = (demand - margin) / input.capacity;
    if (expectedDelivery(input, rung, peaks, share) >= enough) high = demand;
    else low = demand + 1;
  }
  return leftBeside(input, low);
}

/** Expected time, in milliseconds, until demand first exceeds that share of capacity, or the contract ends. */
function expectedDelivery(
  { now }: LadderInput,
  { duration }: Rung,
  peaks: readonly DemandPeak[],
  share: number,
): number {
  let [start, expected] = [now as number, 0];
  for (const [index, peak] of peaks.entries()) {
    const end = Math.min(peak.until, now + duration);
    // Demand is known until the next reading: nothing is recalled before.
    const survives = index === 0 ? 1 : chanceAtMost(peak.quantiles, share);
    expected += Math.max(0, end - start) * survives;
    start = peak.until;
  }
  return expected;
}

/** How far the forecast that precaution acts on lies above the one that is expected. */
export function marginOf(input: LadderInput, rung: Rung): Gpus {
  const { policy, now, forecast, capacity } = input;
  if (isFirm(rung.notice)) return input.caution(rung);
  const uncovered = largestRunThatCannotWait(policy.allowedWaits, rung.notice);
  if (uncovered === 0) return NO_GPUS;
  const lead = Math.max(1, Math.ceil((now + rung.notice - forecast.origin) / HOUR_MS) + 1);
  const peak = forecast.peak(lead);
  const spread = quantileAt(peak, 1 - policy.epsilon) - quantileAt(peak, 0.5);
  const beyond = uncovered === Infinity ? input.caution(rung) : 0;
  return gpus(Math.floor(Math.min(uncovered, spread * capacity + beyond)));
}
