import type { EpochMs } from "../units.ts";

/** One hour of the owner's demand, as shares of capacity. */
export interface HourReading {
  readonly start: EpochMs;
  /** Mean of min(usage, total) ÷ total over the hour's steps, in [0, 1]; null in an outage. */
  readonly mean: number | null;
  /** Highest min(usage, total) ÷ total of any step of the hour; null in an outage. */
  readonly peak: number | null;
  /** Mean of usage ÷ total, not clipped: above 1 where demand queued; null in an outage. */
  readonly pressure: number | null;
}

/** Leads of the grid, in hours: lead L from origin `o` is the hour `[o + L − 1, o + L)`. */
export const LEADS_HOURS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 672] as const;
