import { z } from "zod";
import type { SlurmNode } from "../seen.ts";
import { countsOfGres } from "./gpu-counts.ts";
import { elementsOf, text, words } from "./json-fields.ts";
import { nodeState } from "./node-state.ts";
import { textOrNull } from "./words.ts";

const node = z.object({
  name: z.string(),
  state: words,
  state_flags: words,
  features: words,
  active_features: words,
  partitions: words,
  gres: text,
  gres_used: text,
  reason: text,
});

type Node = z.output<typeof node>;

/** @param answer of slurmrestd to `/slurm/…/nodes`, or of `sinfo --json` up to 22.05 @throws SlurmFault */
export function nodesOfJson(answer: unknown): SlurmNode[] {
  return elementsOf(answer, "nodes", node).map(nodeOf);
}

function nodeOf(read: Node): SlurmNode {
  return {
    name: read.name,
    ...nodeState([...read.state, ...read.state_flags]),
    features: read.active_features.length > 0 ? read.active_features : read.features,
    partitions: read.partitions,
    gpus: countsOfGres(read.gres),
    gpusInUse: countsOfGres(read.gres_used),
    reason: textOrNull(read.reason),
  };
}
