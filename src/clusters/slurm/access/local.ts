import type { SlurmAccess } from "./access.ts";
import { toolAccess } from "./tool-access.ts";

/** Slurm's tools on this machine. @param slurmConf null: where the tools look for it */
export function localAccess(slurmConf: string | null): SlurmAccess {
  return toolAccess({
    place: "this machine",
    slurmConf,
    wrap: (command) => command,
    faultOf: () => null,
  });
}
