import type { SlurmController } from "../seen.ts";
import { listOf, textOrNull, timeOf, unreadable } from "./words.ts";

export const CONTROLLER_COMMAND = ["scontrol", "show", "config"] as const;

/** @param text of `scontrol show config`, which slurmctld answers with its own time and version @throws SlurmFault */
export function controllerOfText(text: string): SlurmController {
  const at = (name: string): string | null => valueOf(text, name);
  const version = at("SLURM_VERSION");
  if (version === null) throw unreadable("slurmctld's configuration", "with a version", text);
  const asOf = /^Configuration data as of (\S+)/.exec(text)?.[1] ?? "";
  return {
    cluster: at("ClusterName") ?? "",
    version,
    at: timeOf("slurmctld's time", asOf),
    privateData: listOf(at("PrivateData")?.toLowerCase()),
    slurmUser: at("SlurmUser")?.replace(/\(.*$/, "") ?? null,
  };
}

function valueOf(text: string, name: string): string | null {
  return textOrNull(new RegExp(`^${name}\\s*= ?(.*)$`, "m").exec(text)?.[1]?.trim());
}
