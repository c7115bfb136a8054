import type { Policy, Rung } from "../policy/policy.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { durationMs, HOUR_MS, isFirm, later, minGpus, MINUTE_MS, scalePrice } from "../units.ts";
import type { DemandForecast } from "./forecast.ts";
import type { DemandPeak, Ladder, LadderPiece, LadderRung } from "./ladder.ts";
import {
  demandAt,
  idleNow,
  leftBeside,
  marginOf,
  safeThrough,
  worthSelling,
} from "./ladder-bounds.ts";

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
  readonly caution: (rung: Rung) => Gpus;
  /** Chance of recall on the forecast's scale at which a rung's stated chance reaches its maximum, by rung. */
  readonly forecastChance: (rung: Rung) => number;
}

/** Ends of the pieces, in hours from the forecast's origin: fine where notices end, coarse beyond. */
const PIECE_ENDS_HOURS = [
  1, 2, 3, 4, 5, 6, 8, 12, 18, 23, 24, 25, 36, 48, 60, 72, 120, 168, 336, 672,
];

/** How many readings may be late before nothing more is sold on what the last one said, and how long that is at least. */
const READINGS_MISSED = 3;
const LEAST_VALID = durationMs(15 * MINUTE_MS);

export function makeLadder(input: LadderInput): Ladder {
  const horizon = Math.max(...input.policy.rungs.map((rung) => rung.duration));
  const ends = pieceEnds(input, horizon);
  const peaks = ends.map((end) => peakUntil(input, end));
  const rungs = input.policy.rungs.map((rung) => makeRung(input, rung, peaks));
  const { now: at, capacity, policy } = input;
  const validUntil = later(at, durationMs(Math.max(LEAST_VALID, READINGS_MISSED * input.knownFor)));
  return { at, validUntil, capacity, reserve: policy.reserve, peaks, rungs };
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
    // What is sold at any chance of recall is bound by safety and worth alone.
    const promised =
      chance >= 1 ? safe : leftBeside(input, demandAt(input, peak, 1 - chance) + margin);
    start = until;
    return { until, safe, sellable: minGpus(minGpus(safe, promised), worth) };
  });
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

function peakUntil(input: LadderInput, until: EpochMs): DemandPeak {
  return { until, quantiles: input.forecast.windowPeak(0, hoursUntil(input, until)) };
}

function hoursUntil(input: LadderInput, time: EpochMs): number {
  return Math.max(1, Math.ceil((time - input.forecast.origin) / HOUR_MS));
}
