import type { SlurmAccess } from "./access.ts";
import { SUDO, toolAccess, type Tools } from "./tool-access.ts";

/** Slurm's tools on this machine. */
export function localAccess({ slurmConf = null, become = SUDO }: Tools = {}): SlurmAccess {
  return toolAccess({
    place: "this machine",
    slurmConf,
    become,
    wrap: (command) => command,
    faultOf: () => null,
  });
}
