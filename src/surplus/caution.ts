import type { EpochMs, Gpus } from "../units.ts";
import { DAY_MS, gpus, HOUR_MS, later } from "../units.ts";

/**
 * A margin on top of the forecast's quantile that grows when the owner's safety has failed and fades while it is put to
 * the test and holds.
 *
 * A stated quantile is only as good as the forecast; outcomes are not. What was missing is added to the margin, and
 * fades over some 1 ÷ ε hours, for a failure of chance ε an hour may come once in so many: one that comes sooner finds
 * the margin of the last one still there.
 */
export interface Caution {
  /** As a share of capacity; in [0, 1]. */
  readonly margin: number;
  /** The reading up to which the margin has faded. */
  readonly easedUntil: EpochMs;
  /** Nothing is promised beyond recall before: the cluster was down, and demand has yet to come back. */
  readonly until: EpochMs;
}

/** How long after an outage the past says nothing about the next day. */
const SETTLING_MS = DAY_MS;

export function unworried(now: EpochMs): Caution {
  return { margin: 0, easedUntil: now, until: now };
}

/** Time has passed until `now` in which nothing was promised beyond recall: that teaches nothing. */
export function untested(caution: Caution, now: EpochMs): Caution {
  return { ...caution, easedUntil: now };
}

/** Time has passed until `now` in which promises beyond recall stood, and what failed of them has been counted. */
export function eased(caution: Caution, now: EpochMs, epsilon: number): Caution {
  const hours = Math.max(0, now - caution.easedUntil) / HOUR_MS;
  const margin = caution.margin / (1 + epsilon * hours);
  return { ...caution, margin, easedUntil: now };
}

/** The cluster is down at `at`. */
export function shaken(caution: Caution, at: EpochMs): Caution {
  return { ...caution, until: later(at, SETTLING_MS) };
}

/** `missing` GPUs that could no longer be recalled were needed. */
export function alarmed(caution: Caution, missing: Gpus, capacity: Gpus): Caution {
  const share = missing / Math.max(1, capacity);
  return { ...caution, margin: Math.min(1, caution.margin + share) };
}

export function cautionGpus(caution: Caution, capacity: Gpus, now: EpochMs): Gpus {
  return now < caution.until ? capacity : gpus(Math.ceil(caution.margin * capacity));
}
