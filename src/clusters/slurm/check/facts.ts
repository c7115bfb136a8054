import type { Own } from "../read/see.ts";
import type { SlurmSeen } from "../seen.ts";
import type { Settings } from "./settings.ts";

/** What a holder's Unix user is and may, where Slurm's tools run. */
export interface UserFacts {
  readonly holder: string;
  readonly user: string;
  readonly isThere: boolean;
  /** Tools that can't be run as that user, with what was said. */
  readonly refused: readonly { readonly tool: string; readonly said: string }[];
  /** Accounts of others that it may run jobs in. */
  readonly foreignAccounts: readonly string[];
}

/** All that the checklist is made of. */
export interface CheckFacts {
  readonly seen: SlurmSeen;
  readonly own: Own;
  readonly settings: Settings;
  /** By name; those that are not there are lacking. */
  readonly partitions: ReadonlyMap<string, Settings>;
  readonly users: readonly UserFacts[];
}
