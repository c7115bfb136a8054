import type { AllowedWait, Policy, Rung } from "../policy/policy.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import {
  addGpus,
  earliest,
  gpus,
  HOUR_MS,
  isFirm,
  later,
  latest,
  minGpus,
  NO_GPUS,
  ONE_PPM,
  scalePrice,
} from "../units.ts";
import type { DemandForecast } from "./forecast.ts";
import { levelOf, quantileAt } from "./quantile-levels.ts";

/**
 * How many GPUs may be sold at each notice, by time, and at what price.
 *
 * A rung's bound limits the GPUs sold *at its notice or longer*. It is the lowest of:
 * - the owner's safety: while a contract of this notice can no longer be recalled (`t < now + notice`), what is
 *   locked must leave room for the owner's demand at quantile 1 − ε;
 * - the cover of surprises: what can be freed within an allowed wait must cover the run that may wait so long;
 * - the buyers' promise: the chance that demand needs these GPUs before `t` stays at the rung's maximum;
 * - worth: a sale is expected to earn more than its recall would cost.
 */
export interface Ladder {
  readonly at: EpochMs;
  /** The owner's capacity less the reserve when it was made. */
  readonly sellableCapacity: Gpus;
  /** Quantiles of the owner's highest demand from the forecast's origin until each time, in GPUs; ascending. */
  readonly peaks: readonly DemandPeak[];
  /** Longest notice first. */
  readonly rungs: readonly LadderRung[];
}

export interface DemandPeak {
  readonly until: EpochMs;
  /** At the levels of QUANTILES. */
  readonly quantiles: Float64Array;
}

export interface LadderRung {
  readonly notice: Notice;
  readonly price: MicroUsdPerGpuHour;
  readonly duration: DurationMs;
  /**
   * GPUs by which the forecast must clear demand before this rung's contracts are left alone: precaution recalls them
   * sooner than need alone would.
   */
  readonly margin: Gpus;
  /** In ascending time; a piece holds from the one before it (or from `at`) until its own end. Nothing after the last. */
  readonly pieces: readonly LadderPiece[];
}

export interface LadderPiece {
  readonly until: EpochMs;
  /** Owner's safety and cover: longer notices count towards it too, and are bound by it. */
  readonly safe: Gpus;
  /** At most `safe`: the promise of this notice before `until`, and its worth. Binds sales at this notice alone. */
  readonly sellable: Gpus;
}

export interface LadderInput {
  readonly policy: Policy;
  /** Price of a firm GPU-hour. */
  readonly price: MicroUsdPerGpuHour;
  readonly now: EpochMs;
  /** Until when the demand that was just read is known to hold. */
  readonly knownFor: DurationMs;
  /** The owner's demand now, at most `capacity`. */
  readonly demand: Gpus;
  readonly capacity: Gpus;
  /** Rise of declared runs from now to the next reading. */
  readonly declaredRise: Gpus;
  readonly forecast: DemandForecast;
  /** GPUs by which past failures ask the quantile of the owner's safety to be exceeded. */
  readonly caution: Gpus;
  /** Chance of recall on the forecast's scale at which a rung's stated chance reaches its maximum, by rung. */
  readonly forecastChance: (rung: Rung) => number;
}

/** Ends of the pieces, in hours from the forecast's origin: fine where notices end, coarse beyond. */
const PIECE_ENDS_HOURS = [
  1, 2, 3, 4, 5, 6, 8, 12, 18, 23, 24, 25, 36, 48, 60, 72, 120, 168, 336, 672,
];

export function makeLadder(input: LadderInput): Ladder {
  const horizon = Math.max(...input.policy.rungs.map((rung) => rung.duration));
  const ends = pieceEnds(input, horizon);
  const peaks = ends.map((end) => peakUntil(input, end));
  const rungs = input.policy.rungs.map((rung) => makeRung(input, rung, peaks));
  return { at: input.now, sellableCapacity: leftBeside(input, 0), peaks, rungs };
}

function makeRung(input: LadderInput, rung: Rung, peaks: readonly DemandPeak[]): LadderRung {
  const margin = marginOf(input, rung);
  return {
    notice: rung.notice,
    price: scalePrice(input.price, rung.priceFactor),
    duration: rung.duration,
    margin,
    pieces: piecesOf(input, rung, peaks, margin),
  };
}

/**
 * The forecast's chance that demand, with the rung's margin, leaves fewer than `beside` GPUs of the sellable capacity
 * at some instant before `end`.
 */
export function chanceOfNeed(
  ladder: Ladder,
  rung: LadderRung,
  beside: number,
  end: EpochMs,
): number {
  const peak = ladder.peaks.find((candidate) => candidate.until >= end) ?? ladder.peaks.at(-1);
  if (peak === undefined) return 1;
  return 1 - levelOf(peak.quantiles, ladder.sellableCapacity - rung.margin - beside);
}

/** A piece of a rung's bounds within some window. */
export interface SafePiece {
  readonly window: Window;
  readonly safe: Gpus;
  readonly sellable: Gpus;
}

/** The rung's bounds through the window, piece by piece; nothing may be sold beyond the ladder's last piece. */
export function safeOver(ladder: Ladder, rung: LadderRung, window: Window): SafePiece[] {
  const found: SafePiece[] = [];
  let start = ladder.at;
  for (const { until, safe, sellable } of rung.pieces) {
    const part = { start: latest(start, window.start), end: earliest(until, window.end) };
    if (part.start < part.end) found.push({ window: part, safe, sellable });
    start = until;
  }
  if (start < window.end) {
    const beyond = { start: latest(start, window.start), end: window.end };
    found.push({ window: beyond, safe: NO_GPUS, sellable: NO_GPUS });
  }
  return found;
}

/** GPUs that may still be sold at `rung` through `window`: `held` tells what is sold at its notice or longer. */
export function roomOnRung(
  ladder: Ladder,
  rung: LadderRung,
  bound: "safe" | "sellable",
  window: Window,
  held: (window: Window) => Gpus,
): number {
  let room = Infinity;
  for (const piece of safeOver(ladder, rung, window)) {
    room = Math.min(room, piece[bound] - held(piece.window));
    if (room <= 0) return 0;
  }
  return room;
}

function peakUntil(input: LadderInput, until: EpochMs): DemandPeak {
  const shares = input.forecast.windowPeak(0, hoursUntil(input, until));
  return { until, quantiles: shares.map((share) => share * input.capacity) };
}

function hoursUntil(input: LadderInput, time: EpochMs): number {
  return Math.max(1, Math.ceil((time - input.forecast.origin) / HOUR_MS));
}

function pieceEnds(input: LadderInput, horizon: number): EpochMs[] {
  const { now, knownFor, forecast } = input;
  const last = now + horizon;
  const ends = [later(now, knownFor)];
  for (const hours of PIECE_ENDS_HOURS) {
    const end = later(forecast.origin, (hours * HOUR_MS) as DurationMs);
    const previous = ends.at(-1) ?? now;
    if (end > previous) ends.push(end);
    if (end >= last) break;
  }
  return ends;
}

function piecesOf(
  input: LadderInput,
  rung: Rung,
  peaks: readonly DemandPeak[],
  margin: Gpus,
): LadderPiece[] {
  const worth = isFirm(rung.notice) ? input.capacity : worthSelling(input, rung, peaks, margin);
  // A firm promise is kept with the chance that the owner's safety asks for: through its whole run, not hour by hour.
  const chance = isFirm(rung.notice) ? input.policy.epsilon : input.forecastChance(rung);
  let start = input.now;
  return peaks.map((peak, index) => {
    const until = peak.until;
    const safe = index === 0 ? idleNow(input) : safeThrough(input, rung, { start, end: until });
    const promised = leftBeside(input, demandAt(peak, 1 - chance, margin));
    start = until;
    return { until, safe, sellable: minGpus(minGpus(safe, promised), worth) };
  });
}

/** Demand at a quantile of the peak, with the margin; nothing where the quantile does not matter. */
function demandAt(peak: DemandPeak, quantile: number, margin: Gpus): number {
  return quantile <= 0 ? 0 : quantileAt(peak.quantiles, quantile) + margin;
}

/**
 * GPUs that are worth selling at this notice: those whose expected delivery, by the forecast, earns more than the
 * compensation for what a recall leaves undelivered.
 */
function worthSelling(
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
    if (expectedDelivery(input, rung, peaks, demand - margin) >= enough) high = demand;
    else low = demand + 1;
  }
  return leftBeside(input, low);
}

/** Expected time, in milliseconds, until demand first exceeds `level` GPUs or the contract ends. */
function expectedDelivery(
  { now }: LadderInput,
  { duration }: Rung,
  peaks: readonly DemandPeak[],
  level: number,
): number {
  let [start, expected] = [now as number, 0];
  for (const [index, peak] of peaks.entries()) {
    const end = Math.min(peak.until, now + duration);
    // Demand is known until the next reading: nothing is recalled before.
    const survives = index === 0 ? 1 : levelOf(peak.quantiles, level);
    expected += Math.max(0, end - start) * survives;
    start = peak.until;
  }
  return expected;
}

/** How far the forecast that precaution acts on lies above the one that is expected. */
function marginOf(input: LadderInput, rung: Rung): Gpus {
  const { policy, now, forecast, capacity } = input;
  if (isFirm(rung.notice)) return input.caution;
  const uncovered = largestRunThatCannotWait(policy.allowedWaits, rung.notice);
  if (uncovered === 0) return NO_GPUS;
  const lead = Math.max(1, Math.ceil((now + rung.notice - forecast.origin) / HOUR_MS) + 1);
  const peak = forecast.peak(lead);
  const spread = quantileAt(peak, 1 - policy.epsilon) - quantileAt(peak, 0.5);
  const beyond = uncovered === Infinity ? input.caution : 0;
  return gpus(Math.floor(Math.min(uncovered, spread * capacity + beyond)));
}

function idleNow(input: LadderInput): Gpus {
  return leftBeside(input, input.demand);
}

/** What capacity leaves beside a demand and the reserve. */
function leftBeside(input: LadderInput, demand: number): Gpus {
  return gpus(Math.max(0, input.capacity - input.policy.reserve - Math.ceil(demand)));
}

/** What may be locked, or out of reach of a surprise, through the window. */
function safeThrough(input: LadderInput, rung: Rung, window: Window): Gpus {
  const { now, knownFor, policy } = input;
  const uncovered = largestRunThatCannotWait(policy.allowedWaits, rung.notice);
  // Until the next forecast nothing can be recalled that this one lets pass.
  const locked = window.start < now + rung.notice + knownFor;
  if (uncovered === Infinity) {
    return leftBeside(input, locked ? cautiousDemand(input, window) : 0);
  }
  return leftBeside(input, window.start <= now + knownFor ? coverOf(input, window, uncovered) : 0);
}

/** What the owner may need by the forecast, and beyond it by experience. */
function cautiousDemand(input: LadderInput, window: Window): number {
  return demandQuantile(input, window, 1 - input.policy.epsilon) + input.caution;
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

/** Size of the largest surprise run whose allowed wait is shorter than the notice; `Infinity` where even the largest's is. */
export function largestRunThatCannotWait(waits: readonly AllowedWait[], notice: Notice): number {
  let size = 0;
  for (const wait of waits) {
    if (wait.wait < notice) size = wait.upTo ?? Infinity;
  }
  return size;
}
