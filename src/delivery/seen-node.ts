import type { EpochMs, Gpus, Window } from "../units.ts";

/** No end is in sight. */
export const FAR = 8.64e15 as EpochMs;

/** A node as it is seen now. */
export interface SeenNode {
  readonly node: string;
  readonly fabric: string;
  readonly gpus: Gpus;
  /** Whether work can start on it. */
  readonly isUp: boolean;
  /** When others than the market have it, from now on, as far as is known: no holder can use it then. */
  readonly others: readonly Window[];
  /** GPUs that its holder's jobs use: where nodes are given up, idle ones go first. */
  readonly inUse: Gpus;
}
