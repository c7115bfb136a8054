import type { DurationMs, Gpus } from "../units.ts";

/** What the user may say about a file that the file doesn't say itself. */
export interface ReadOptions {
  /** What a missing step of a usage file means: an error, the row before it goes on, or an outage. */
  readonly gaps: "refuse" | "hold" | "drop";
  /** Whether usage of zero for an hour or more is an outage or, kept, an idle cluster. */
  readonly outages: "drop" | "keep";
  /** Leave bad rows out and count them, instead of stopping at the first. */
  readonly skipBadRows: boolean;
  /** Capacity, in place of the file's. */
  readonly gpus: Gpus | null;
  /** IANA zone of times that have none; only sacct writes such. */
  readonly timezone: string;
  /** How long before its start a run of a calendar without `declared_time` was declared. */
  readonly declaredAhead: DurationMs | null;
}

export const READ_STRICTLY: ReadOptions = {
  gaps: "refuse",
  outages: "drop",
  skipBadRows: false,
  gpus: null,
  timezone: "UTC",
  declaredAhead: null,
};
