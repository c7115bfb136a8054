import type { DurationMs, EpochMs, Gpus } from "../units.ts";

/** A training run that the owner has announced. It may start late, end early, or exceed the capacity. */
export interface DeclaredRun {
  /** When it was announced: nothing may be known of it before. */
  readonly declared: EpochMs;
  readonly start: EpochMs;
  readonly duration: DurationMs;
  readonly gpus: Gpus;
  readonly group: string;
}
