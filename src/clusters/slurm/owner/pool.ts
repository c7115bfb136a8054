import type { SlurmNode, SlurmSeen } from "../seen.ts";
import { ofType } from "../read/gpu-counts.ts";
import type { Gpus } from "../../../units.ts";
import { addGpus, NO_GPUS } from "../../../units.ts";

/** Nodes of a cluster that are sold from together. */
export interface SlurmPool {
  readonly id: string;
  /** Where the owner's jobs go. */
  readonly partitions: readonly string[];
  /** Where the holders' jobs go: a node is in the pool if it is in this one, and in one of the owner's. */
  readonly marketPartition: string;
  /** The type in GRES, such as `h100`; null: any GPU. */
  readonly gpuType: string | null;
  readonly fabrics: FabricRule;
}

/** What is one interconnect domain: a leaf of the topology, the nodes of a feature, or the whole pool. */
export type FabricRule =
  | { readonly by: "topology" }
  | { readonly by: "features"; readonly features: readonly string[] }
  | { readonly by: "pool"; readonly name: string };

/** A node of a pool. */
export interface PoolNode {
  readonly name: string;
  readonly fabric: string;
  readonly gpus: Gpus;
  /** It does work, and may be given to somebody. */
  readonly isUp: boolean;
}

/** What takes a node away, whatever else it is. */
const GONE = new Set([
  "DOWN",
  "DRAIN",
  "FAIL",
  "NOT_RESPONDING",
  "MAINTENANCE",
  "POWERED_DOWN",
  "POWERING_DOWN",
  "POWER_DOWN",
  "REBOOT_ISSUED",
  "REBOOT_REQUESTED",
  "INVALID",
  "INVALID_REG",
  "BLOCKED",
]);
const WORKING = new Set(["IDLE", "MIXED", "ALLOCATED", "COMPLETING"]);

export function isUp({ state, flags }: Pick<SlurmNode, "state" | "flags">): boolean {
  return WORKING.has(state) && !flags.some((flag) => GONE.has(flag));
}

/** The pool's nodes in Slurm's order. Those that lie in no fabric are not among them: what they are joined to isn't known. */
export function nodesOfPool(seen: SlurmSeen, pool: SlurmPool): PoolNode[] {
  const fabricOf = fabricsOf(seen, pool.fabrics);
  return seen.nodes.flatMap((node) => {
    const fabric = fabricOf(node);
    const size = ofType(node.gpus, pool.gpuType);
    if (!isOfPool(node, pool) || fabric === null || size === 0) return [];
    return [{ name: node.name, fabric, gpus: size, isUp: isUp(node) }];
  });
}

/** Nodes that would be of the pool, if it were known in which fabric they lie. */
export function nodesWithoutFabric(seen: SlurmSeen, pool: SlurmPool): string[] {
  const fabricOf = fabricsOf(seen, pool.fabrics);
  const lacks = (node: SlurmNode): boolean =>
    isOfPool(node, pool) && ofType(node.gpus, pool.gpuType) > 0 && fabricOf(node) === null;
  return seen.nodes.filter(lacks).map(({ name }) => name);
}

function isOfPool({ partitions }: SlurmNode, pool: SlurmPool): boolean {
  return (
    partitions.includes(pool.marketPartition) &&
    pool.partitions.some((each) => partitions.includes(each))
  );
}

function fabricsOf({ leaves }: SlurmSeen, rule: FabricRule): (node: SlurmNode) => string | null {
  switch (rule.by) {
    case "pool":
      return () => rule.name;
    case "features":
      return ({ features }) => rule.features.find((each) => features.includes(each)) ?? null;
    case "topology":
      break;
  }
  const leafOf = new Map(leaves.flatMap(({ name, nodes }) => nodes.map((node) => [node, name])));
  return ({ name }) => leafOf.get(name) ?? null;
}

/** GPUs by fabric, in order of names. */
export function gpusByFabric(
  nodes: readonly PoolNode[],
): readonly { readonly id: string; readonly gpus: Gpus }[] {
  const sums = new Map<string, Gpus>();
  for (const { fabric, gpus } of nodes)
    sums.set(fabric, addGpus(sums.get(fabric) ?? NO_GPUS, gpus));
  return [...sums].map(([id, gpus]) => ({ id, gpus })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
