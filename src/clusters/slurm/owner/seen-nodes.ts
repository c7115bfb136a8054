import { FAR, type SeenNode } from "../../../delivery/seen-node.ts";
import type { EpochMs, Gpus, Window } from "../../../units.ts";
import { addGpus, latest, minGpus, NO_GPUS } from "../../../units.ts";
import type { SlurmJob, SlurmSeen } from "../seen.ts";
import { gpusHeld, placeOf } from "./gpus-of-job.ts";
import { nodesOfPool, type PoolNode, type SlurmPool } from "./pool.ts";
import { hasGpus } from "./waiting.ts";
import { isMarkets } from "./whose.ts";

/** A pool's nodes, as those see them who choose nodes for contracts. */
export function seenNodes(seen: SlurmSeen, pool: SlurmPool, now: EpochMs): SeenNode[] {
  const jobs = byNode(seen.jobs.filter(hasGpus));
  const reservations = byNode(seen.reservations.filter(({ name }) => !isMarkets(name)));
  return nodesOfPool(seen, pool).map((node) => {
    const here = jobs.get(node.name) ?? [];
    const own = here.filter(({ account }) => !isMarkets(account));
    const { name, fabric, gpus, isUp } = node;
    const reserved = (reservations.get(name) ?? []).filter(({ end }) => end > now);
    const others = [
      ...own.map((job) => windowOf(job, now)),
      ...reserved.map(({ start, end }) => ({ start: latest(start, now), end })),
    ];
    return { node: name, fabric, gpus, isUp, others, inUse: marketsUse(here, node, pool) };
  });
}

/** A job past its end goes on for as long as Slurm lets it. */
function windowOf({ end }: SlurmJob, now: EpochMs): Window {
  return { start: now, end: end === null || end <= now ? FAR : end };
}

function marketsUse(jobs: readonly SlurmJob[], node: PoolNode, pool: SlurmPool): Gpus {
  const place = placeOf([node], pool.gpuType);
  const used = jobs
    .filter(({ account }) => isMarkets(account))
    .reduce((sum, job) => addGpus(sum, gpusHeld(job, place)), NO_GPUS);
  return minGpus(used, node.gpus);
}

function byNode<T extends { readonly nodes: readonly string[] }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const each of all) {
    for (const node of each.nodes) {
      const there = found.get(node);
      if (there === undefined) found.set(node, [each]);
      else there.push(each);
    }
  }
  return found;
}
