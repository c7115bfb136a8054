import type { SlurmAccess } from "./access.ts";
import { SUDO, toolAccess, type Tools } from "./tool-access.ts";

/**
 * Slurm's tools behind a program of this machine that runs its arguments elsewhere: in a container, or in a lab.
 * @param prefix the program and its own arguments
 */
export function throughAccess(
  prefix: readonly string[],
  { slurmConf = null, become = SUDO }: Tools = {},
): SlurmAccess {
  return toolAccess({
    place: `what ${prefix[0] ?? ""} leads to`,
    slurmConf,
    become,
    wrap: (command) => [...prefix, ...command],
    faultOf: () => null,
  });
}
