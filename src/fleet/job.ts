import type { DurationMs, EpochMs, Gpus } from "../units.ts";

/** A run that was once submitted to the owner's scheduler. */
export interface Job {
  readonly id: string;
  readonly submit: EpochMs;
  /** How long it ran, or will: at least 0. */
  readonly duration: DurationMs;
  /** At least one. */
  readonly gpus: Gpus;
  /** Who ran it, or which of the owner's purposes it served; "" where unknown. */
  readonly group: string;
  /** When it really started, where the log says so. */
  readonly start: EpochMs | null;
}

export interface JobLog {
  readonly name: string;
  /** In order of submission; equal times in the order of the source. */
  readonly jobs: readonly Job[];
}
