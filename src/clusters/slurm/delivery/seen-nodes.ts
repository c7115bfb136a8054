import type { SeenNode } from "../../../delivery/plan-bindings.ts";
import type { EpochMs, Gpus } from "../../../units.ts";
import { addGpus, latest, minGpus, NO_GPUS } from "../../../units.ts";
import { gpusHeld, placeOf } from "../owner/gpus-of-job.ts";
import { hasGpus } from "../owner/waiting.ts";
import { nodesOfPool, type PoolNode, type SlurmPool } from "../owner/pool.ts";
import { isMarkets } from "../owner/whose.ts";
import type { SlurmJob, SlurmReservation, SlurmSeen } from "../seen.ts";

/** A pool's nodes, as those see them who choose nodes for contracts. */
export function seenNodes(seen: SlurmSeen, pool: SlurmPool, now: EpochMs): SeenNode[] {
  const jobs = byNode(seen.jobs.filter(hasGpus));
  const reservations = byNode(seen.reservations.filter(({ name }) => !isMarkets(name)));
  return nodesOfPool(seen, pool).map((node) => {
    const here = jobs.get(node.name) ?? [];
    const own = here.filter(({ account }) => !isMarkets(account));
    const { name, fabric, gpus, isUp } = node;
    const others = reservations.get(name) ?? [];
    const isTaken = own.length > 0 || others.some(({ start, end }) => start <= now && end > now);
    const freeFrom = freeFromOf(own, others, now);
    return {
      node: name,
      fabric,
      gpus,
      isUp,
      isTaken,
      freeFrom,
      inUse: marketsUse(here, node, pool),
    };
  });
}

/**
 * A reservation of another's counts from now on even where it begins later: a contract that runs into it could not be
 * held. A job past its end goes on for as long as Slurm lets it.
 */
function freeFromOf(
  jobs: readonly SlurmJob[],
  reservations: readonly SlurmReservation[],
  now: EpochMs,
): EpochMs | null {
  let free = now;
  for (const { end } of jobs) {
    if (end === null || end <= now) return null;
    free = latest(free, end);
  }
  return reservations.reduce((last, { end }) => latest(last, end), free);
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
