import { createHash } from "node:crypto";
import { assert } from "../../units.ts";

/** What a lab consists of: fixed by its folder and its number of nodes. */
export interface LabPlan {
  /** The lab's folder, absolute. */
  readonly dir: string;
  /** Distinguishes its nodes from those of other labs: Slurm names a node's cgroup after the node alone. */
  readonly tag: string;
  readonly fabrics: readonly Fabric[];
  /** How Slurm keeps a job's processes together, and whether it can keep their devices from them. */
  readonly tracking: Tracking;
}

/** One switch and the nodes below it. */
export interface Fabric {
  readonly name: string;
  readonly nodes: readonly LabNode[];
}

export interface LabNode {
  readonly name: string;
  /** Of its slurmd. */
  readonly port: number;
}

/** `cgroup`: by control groups of version 1. `process-tree`: by parentage alone, where there are none. */
export type Tracking = "cgroup" | "process-tree";

export const FEWEST_NODES = 2;
export const MOST_NODES = 1_000;
export const GPUS_PER_NODE = 8;
const FIRST_NODE_PORT = 17_001;

/** @param nodes from FEWEST_NODES to MOST_NODES, divided evenly between two fabrics */
export function planOf(dir: string, nodes: number, tracking: Tracking): LabPlan {
  assert(nodes >= FEWEST_NODES && nodes <= MOST_NODES, "each fabric has a node");
  const tag = tagOf(dir);
  const all = Array.from({ length: nodes }, (_, index) => ({
    name: `gpu-${tag}-${index + 1}`,
    port: FIRST_NODE_PORT + index,
  }));
  const half = Math.ceil(nodes / 2);
  const fabrics = [
    { name: "fabric-a", nodes: all.slice(0, half) },
    { name: "fabric-b", nodes: all.slice(half) },
  ];
  return { dir, tag, fabrics, tracking };
}

export function nodesOf({ fabrics }: LabPlan): readonly LabNode[] {
  return fabrics.flatMap(({ nodes }) => nodes);
}

/** The same folder gives the same names again. */
function tagOf(dir: string): string {
  return createHash("sha256").update(dir).digest("hex").slice(0, 6);
}
