import type { SlurmNode } from "../seen.ts";
import { countsOfGres, countsOfTres } from "./gpu-counts.ts";
import { nodeState } from "./node-state.ts";
import { linesThatBegin, readOneLine } from "./one-line.ts";
import { listOf, textOrNull, unreadable } from "./words.ts";

export const NODES_COMMAND = ["scontrol", "-o", "show", "nodes"] as const;

/** @param text of `scontrol -o show nodes` @throws SlurmFault */
export function nodesOfText(text: string): SlurmNode[] {
  return linesThatBegin(text, "NodeName").map((line) => nodeOf(readOneLine(line)));
}

function nodeOf(fields: ReadonlyMap<string, string>): SlurmNode {
  const name = fields.get("NodeName") ?? "";
  const state = fields.get("State");
  if (state === undefined) throw unreadable(`the state of node ${name}`, "there", "");
  return {
    name,
    ...nodeState(state.split("+")),
    features: listOf(fields.get("ActiveFeatures")),
    partitions: listOf(fields.get("Partitions")),
    gpus: countsOfGres(textOrNull(fields.get("Gres")) ?? ""),
    gpusInUse: countsOfTres(fields.get("AllocTRES") ?? ""),
    reason: textOrNull(fields.get("Reason")?.replace(/\s*\[[^[\]]*\]$/, "")),
  };
}
