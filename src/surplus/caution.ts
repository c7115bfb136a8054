import type { EpochMs, Gpus } from "../units.ts";
import { floorTo, gpus, HOUR_MS } from "../units.ts";

/**
 * A margin on top of the forecast's quantile that grows when the owner's safety has failed and shrinks while it holds.
 *
 * A stated quantile is only as good as the forecast; outcomes are not. Each hour with a failure adds a step, every hour
 * takes ε of a step away: then, whatever the demand does, the share of hours that fail cannot stay above ε (adaptive
 * conformal inference: Gibbs & Candès, 2021).
 */
export interface Caution {
  /** GPUs, as a share of capacity; in [0, 1]. */
  readonly margin: number;
  /** The last reading up to which the margin has been eased. */
  readonly easedUntil: EpochMs;
  /** The hour of the last failure, which counts once. */
  readonly failedHour: EpochMs | null;
}

/** Share of capacity that one failure adds. */
const STEP = 0.1;

export function unworried(now: EpochMs): Caution {
  return { margin: 0, easedUntil: now, failedHour: null };
}

/** The safety has held until `now`, or its failures have been counted. */
export function eased(caution: Caution, now: EpochMs, epsilon: number): Caution {
  const hours = Math.max(0, now - caution.easedUntil) / HOUR_MS;
  const margin = Math.max(0, caution.margin - STEP * epsilon * hours);
  return { ...caution, margin, easedUntil: now };
}

/** GPUs that could no longer be recalled were needed at `time`. */
export function alarmed(caution: Caution, time: EpochMs): Caution {
  const failedHour = floorTo(time, HOUR_MS);
  if (failedHour === caution.failedHour) return caution;
  return { ...caution, margin: Math.min(1, caution.margin + STEP), failedHour };
}

export function cautionGpus(caution: Caution, capacity: Gpus): Gpus {
  return gpus(Math.ceil(caution.margin * capacity));
}
