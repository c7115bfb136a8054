import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { HOUR_MS, assert, epochMs, floorTo, gpus } from "../units.ts";

/**
 * The owner's demand on a fixed grid: step `i` is `[start + i × step, start + (i + 1) × step)`. A step is between
 * one minute and one hour, divides the hour, and `start` is a whole multiple of it.
 */
export interface UsageTrace {
  readonly name: string;
  readonly start: EpochMs;
  readonly step: DurationMs;
  /** GPUs that the owner wants in each step, rounded up; above `total` where demand queues. */
  readonly demand: Int32Array;
  /** Capacity in each step; it may change over time. */
  readonly total: Int32Array;
  /** 1 where the step is an outage: not idle, not sellable, not scored. */
  readonly outage: Uint8Array;
  /** Rows of the source that were left out because they were bad. */
  readonly skippedRows: number;
}

/** One hour of the owner's demand, as shares of capacity. */
export interface HourUsage {
  readonly start: EpochMs;
  /** Mean of min(demand, total) ÷ total over the hour's steps, in [0, 1]; null if all are outage. */
  readonly mean: number | null;
  /** Highest min(demand, total) ÷ total of any step of the hour; null if all are outage. */
  readonly peak: number | null;
  /** Mean of demand ÷ total, not clipped: above 1 where demand queued; null if all are outage. */
  readonly pressure: number | null;
}

/** What an outage is decided on. */
export interface OutageRule {
  readonly step: DurationMs;
  /** `keep`: demand that falls to zero is an idle cluster, not a broken one. */
  readonly outages: "drop" | "keep";
}

export function stepStart(trace: UsageTrace, index: number): EpochMs {
  return epochMs(trace.start + index * trace.step);
}

/** The highest capacity of any step. */
export function largestCapacity(trace: UsageTrace): Gpus {
  let largest = 0;
  for (const total of trace.total) largest = Math.max(largest, total);
  return gpus(largest);
}

export function traceEnd(trace: UsageTrace): EpochMs {
  return stepStart(trace, trace.demand.length);
}

/**
 * Marks the steps of an outage: demand of zero for an hour or more on end (unless kept), and every step without
 * capacity, where a share of it has no meaning.
 * @returns 1 for each step of an outage, else 0
 */
export function findOutages(demand: Int32Array, total: Int32Array, rule: OutageRule): Uint8Array {
  const outage = Uint8Array.from(total, (capacity) => (capacity === 0 ? 1 : 0));
  if (rule.outages === "keep") return outage;
  const longEnough = Math.ceil(HOUR_MS / rule.step);
  let zeros = 0;
  for (let i = 0; i <= demand.length; i++) {
    if (demand[i] === 0) {
      zeros++;
      continue;
    }
    if (zeros >= longEnough) outage.fill(1, i - zeros, i);
    zeros = 0;
  }
  return outage;
}

/** Runs of outage, as half-open ranges of steps. */
export function outageRuns(outage: Uint8Array): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let from = outage.indexOf(1); from >= 0;) {
    const to = outage.indexOf(0, from);
    const end = to < 0 ? outage.length : to;
    runs.push({ from, to: end });
    from = to < 0 ? -1 : outage.indexOf(1, end);
  }
  return runs;
}

/** Every hour that the trace touches, in order; an hour that it covers in part is read from that part. */
export function hourReadings(trace: UsageTrace): HourUsage[] {
  const readings: HourUsage[] = [];
  const end = traceEnd(trace);
  for (let hour = floorTo(trace.start, HOUR_MS); hour < end; hour = epochMs(hour + HOUR_MS)) {
    readings.push(hourReading(trace, hour));
  }
  return readings;
}

/** @param hour the start of the hour; a multiple of one hour */
export function hourReading(trace: UsageTrace, hour: EpochMs): HourUsage {
  assert(hour % HOUR_MS === 0, "an hour starts on the hour");
  const from = Math.max(0, (hour - trace.start) / trace.step);
  const to = Math.min(trace.demand.length, (hour + HOUR_MS - trace.start) / trace.step);
  let steps = 0;
  let mean = 0;
  let peak = 0;
  let pressure = 0;
  for (let i = from; i < to; i++) {
    if (trace.outage[i] === 1) continue;
    const share = demandShare(trace, i);
    steps++;
    mean += Math.min(1, share);
    peak = Math.max(peak, Math.min(1, share));
    pressure += share;
  }
  if (steps === 0) return { start: hour, mean: null, peak: null, pressure: null };
  return { start: hour, mean: mean / steps, peak, pressure: pressure / steps };
}

function demandShare(trace: UsageTrace, index: number): number {
  const capacity = trace.total[index] ?? 0;
  assert(capacity > 0, "a step without capacity is an outage");
  return (trace.demand[index] ?? 0) / capacity;
}
