import type { Clock } from "../../ports.ts";
import type { SlurmAccess } from "./access/access.ts";
import { localAccess } from "./access/local.ts";
import { sshAccess } from "./access/ssh.ts";
import { throughAccess } from "./access/through.ts";
import type { Reach, ToolReach } from "./cluster-file.ts";
import type { SlurmReader } from "./reader.ts";
import { restReader } from "./rest-reader.ts";
import { toolsReader } from "./tools-reader.ts";

/** A way to Slurm's tools: every one but that to slurmrestd alone. */
export function accessOf(reach: ToolReach): SlurmAccess {
  switch (reach.by) {
    case "local":
      return localAccess(reach);
    case "ssh":
      return sshAccess(reach.host, reach);
    case "through":
      break;
  }
  return throughAccess(reach.prefix, reach);
}

export function readerOf(reach: Reach, clock: Clock): SlurmReader {
  if (reach.by === "rest") return restReader(reach.rest, clock);
  return toolsReader(accessOf(reach), clock);
}
