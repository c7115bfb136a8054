import type { SlurmLeaf } from "../seen.ts";
import { hostsOf } from "./host-list.ts";
import { linesThatBegin, readOneLine } from "./one-line.ts";

export const TOPOLOGY_COMMAND = ["scontrol", "show", "topology"] as const;

/** @param text of `scontrol show topology`; nothing where there is none @throws SlurmFault */
export function leavesOfText(text: string): SlurmLeaf[] {
  const switches = linesThatBegin(text, "SwitchName").map(readOneLine);
  const leaves = switches.filter((fields) => fields.get("Level") === "0");
  const blocks = linesThatBegin(text, "BlockName").map(readOneLine);
  return [...leaves, ...blocks].map((fields) => ({
    name: fields.get("SwitchName") ?? fields.get("BlockName") ?? "",
    nodes: hostsOf(fields.get("Nodes") ?? ""),
  }));
}
