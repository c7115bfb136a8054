import type { SlurmController, SlurmSeen } from "./seen.ts";
import type { Own } from "./read/see.ts";

/** A way to read a Slurm, whether by its tools or by slurmrestd. All throw SlurmFault. */
export interface SlurmReader {
  readonly place: string;
  /** A picture of all that is needed; it refuses to show what is hidden from the user in part. */
  see(): Promise<SlurmSeen>;
  own(controller: SlurmController): Promise<Own>;
  /** Lines of `sacct --parsable2 --noheader`. @param command `sacct` and its arguments */
  accounting(command: readonly string[]): Promise<string>;
}
