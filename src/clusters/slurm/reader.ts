import type { Window } from "../../units.ts";
import type { SlurmPastRun, SlurmSeen } from "./seen.ts";
import type { Own } from "./read/see.ts";

/** A way to read a Slurm, whether by its tools or by slurmrestd. All throw SlurmFault. */
export interface SlurmReader {
  readonly place: string;
  /** A picture of all that is needed; it refuses to show what is hidden from the user in part. */
  see(): Promise<SlurmSeen>;
  /** Who asks, and what it may do; remembered for some minutes. */
  own(): Promise<Own>;
  /** Runs of all jobs that wanted or had something in a window, whoever's. */
  pastRuns(window: Window): Promise<readonly SlurmPastRun[]>;
}
