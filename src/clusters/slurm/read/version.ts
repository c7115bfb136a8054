import { OLDEST, SlurmFault } from "../fault.ts";
import { unreadable } from "./words.ts";

/** @param version `22.05.8`, `25.11.0-0rc1` @throws SlurmFault where it is too old to be sold from */
export function refuseOldVersion(version: string): void {
  const parts = /^(\d{2})\.(\d{2})\b/.exec(version);
  if (parts === null) throw unreadable("Slurm's version", "one such as 22.05.8", version);
  // Slurm's versions are a year and a month, of two digits each.
  if (parts[0] < OLDEST) throw new SlurmFault("version_too_old", `slurmctld is Slurm ${version}`);
}
