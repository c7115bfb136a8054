import type { DurationMs, Gpus, Notice, Ppm } from "../units.ts";

/** What the owner allows: the whole of the owner's say in what is sold and what is taken back. */
export interface Policy {
  /** The smallest number of GPUs that is sold; everything sold is a multiple of it. */
  readonly lot: Gpus;
  /** The rungs of the notice ladder, longest notice first, at least one. */
  readonly rungs: readonly Rung[];
  /** How long a surprise run may wait for its GPUs, by its size, smallest size first. */
  readonly allowedWaits: readonly AllowedWait[];
  /** Chance, at any one hour, that GPUs which can no longer be recalled turn out to be needed. */
  readonly epsilon: number;
  /** GPUs that are never sold. */
  readonly reserve: Gpus;
  /** Who yields on a shortfall that no lawful recall can meet in the allowed wait. */
  readonly onShortfall: "break" | "wait";
  readonly compensation: Compensation;
}

export interface Rung {
  readonly notice: Notice;
  /** The longest contract that is sold at this notice; longer than the notice, unless firm. */
  readonly duration: DurationMs;
  /** Share of the firm price. */
  readonly priceFactor: Ppm;
  /** Recalled sooner than this after its start, a contract gets the missing run paid in full. */
  readonly minimumRun: DurationMs;
  /** Nothing is sold on this rung whose stated chance of recall would be higher. */
  readonly maxRecallChance: number;
}

export interface AllowedWait {
  /** The largest run that this applies to, in GPUs; null: every larger one. */
  readonly upTo: Gpus | null;
  readonly wait: DurationMs;
}

/** Shares of the price of what was promised and not delivered. */
export interface Compensation {
  readonly recall: Ppm;
  readonly breach: Ppm;
}
