import type { GpuCounts, SlurmJob } from "../seen.ts";
import { ofType } from "../read/gpu-counts.ts";
import type { Gpus } from "../../../units.ts";
import { addGpus, gpus, maxGpus, NO_GPUS } from "../../../units.ts";
import type { PoolNode } from "./pool.ts";

/** Nodes of a pool that count, by name, and what GPUs they are. */
export interface Place {
  readonly nodes: ReadonlyMap<string, PoolNode>;
  readonly gpuType: string | null;
  /** Of the pool's largest node. */
  readonly nodeGpus: Gpus;
}

export function placeOf(nodes: readonly PoolNode[], gpuType: string | null): Place {
  const nodeGpus = nodes.reduce((most, node) => maxGpus(most, node.gpus), NO_GPUS);
  return { nodes: new Map(nodes.map((node) => [node.name, node])), gpuType, nodeGpus };
}

/** GPUs that a job has on these nodes: of a job that lies on others too, its nodes' share, rounded up. */
export function gpusHeld(job: SlurmJob, place: Place): Gpus {
  const here = job.nodes.flatMap((name) => place.nodes.get(name) ?? []);
  if (here.length === 0) return NO_GPUS;
  if (job.isExclusive) return gpusOfNodes(here);
  return gpusOn(job.gpus, { here: here.length, all: job.nodes.length }, place.gpuType);
}

export function gpusOfNodes(nodes: readonly PoolNode[]): Gpus {
  return nodes.reduce((sum, node) => addGpus(sum, node.gpus), NO_GPUS);
}

/** @param nodes of the job: how many count, and how many there are */
export function gpusOn(
  counts: GpuCounts,
  nodes: { readonly here: number; readonly all: number },
  gpuType: string | null,
): Gpus {
  return gpus(Math.ceil((ofType(counts, gpuType) * nodes.here) / nodes.all));
}

/** GPUs that a waiting job wants: of an array's tasks, as many as may run at a time beside those that do. */
export function gpusWanted(job: SlurmJob, runningTasks: number, place: Place): Gpus {
  const one = ofType(job.gpus, place.gpuType);
  const each = job.isExclusive ? maxGpus(one, gpus(job.nodeCount * place.nodeGpus)) : one;
  const most = job.mostTasks === null ? job.tasks : Math.max(0, job.mostTasks - runningTasks);
  return gpus(each * Math.min(job.tasks, most));
}
