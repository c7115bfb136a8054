import { hourReadings, type UsageTrace } from "../fleet/usage.ts";
import { DAY_MS } from "../units.ts";

/** What the generator is calibrated to: shares of capacity, outages left out. */
export interface IdleStatistics {
  readonly mean: number;
  /** Mean over whole days of the day's lowest step; the last day may be a part. */
  readonly wholeDayMinimum: number;
  /** The same over weeks, counted from the start of the trace. */
  readonly wholeWeekMinimum: number;
  /** Mean absolute difference between the hour's idle share and that 1, 24 or 168 hours before. */
  readonly error1h: number;
  readonly error24h: number;
  readonly error168h: number;
}

/**
 * Published for the Alibaba spot-GPU trace 2026 (A100, 181 days) and for SenseTime Helios (Venus, April to June
 * 2020). Nothing has been published for an H100 cluster.
 */
export const PUBLISHED: Readonly<Record<string, IdleStatistics>> = {
  "A100-80G": {
    mean: 0.215,
    wholeDayMinimum: 0.098,
    wholeWeekMinimum: 0.054,
    error1h: 0.027,
    error24h: 0.059,
    error168h: 0.069,
  },
  V100: {
    mean: 0.377,
    wholeDayMinimum: 0.306,
    wholeWeekMinimum: 0.24,
    error1h: 0.014,
    error24h: 0.056,
    error168h: 0.072,
  },
};

export function idleStatistics(trace: UsageTrace): IdleStatistics {
  const steps = idleByStep(trace);
  const hours = hourReadings(trace).map(({ mean }) => (mean === null ? Number.NaN : 1 - mean));
  const perDay = DAY_MS / trace.step;
  return {
    mean: meanOf(steps),
    wholeDayMinimum: meanOfMinima(steps, perDay),
    wholeWeekMinimum: meanOfMinima(steps, 7 * perDay),
    error1h: naiveError(hours, 1),
    error24h: naiveError(hours, 24),
    error168h: naiveError(hours, 168),
  };
}

/** NaN stands for an outage. */
function idleByStep(trace: UsageTrace): number[] {
  return Array.from(trace.demand, (demand, step) => {
    const total = trace.total[step] ?? 0;
    return trace.outage[step] === 1 ? Number.NaN : Math.max(0, total - demand) / total;
  });
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function meanOfMinima(values: readonly number[], length: number): number {
  const blocks = Array.from({ length: Math.ceil(values.length / length) }, (_, block) =>
    values.slice(block * length, (block + 1) * length).filter((value) => !Number.isNaN(value)),
  );
  return meanOf(blocks.filter((block) => block.length > 0).map((block) => Math.min(...block)));
}

function naiveError(hours: readonly number[], lag: number): number {
  return meanOf(hours.slice(lag).map((idle, hour) => Math.abs(idle - (hours[hour] ?? Number.NaN))));
}
