import type { Clock } from "../../ports.ts";
import type { Gpus } from "../../units.ts";
import { gpus, MINUTE_MS, NO_GPUS } from "../../units.ts";
import type { ClusterPlan } from "./cluster-file.ts";
import { seenNodes } from "./owner/seen-nodes.ts";
import { SlurmFault, type SlurmState } from "./fault.ts";
import { gpusByFabric, nodesOfPool, nodesWithoutFabric, type SlurmPool } from "./owner/pool.ts";
import { readingOf } from "./owner/reading.ts";
import type { Own } from "./read/see.ts";
import { readerOf } from "./reach.ts";
import type { SlurmReader } from "./reader.ts";
import type { SlurmSeen } from "./seen.ts";
import { refuseOtherClock } from "./sight.ts";

/** Something that keeps a cluster from being sold, or from being sold in full. */
export interface Problem {
  readonly state: SlurmState | "no_nodes" | "no_fabric" | "fault";
  readonly sentence: string;
}

export interface FabricStatus {
  readonly id: string;
  readonly gpus: Gpus;
  readonly gpusUp: Gpus;
  readonly nodes: number;
  readonly nodesUp: number;
  /** That a contract could begin on now: a contract has whole nodes. */
  readonly nodesFree: number;
}

export interface PoolStatus {
  readonly id: string;
  readonly fabrics: readonly FabricStatus[];
  /** What the owner uses, or waits for. */
  readonly ownerDemand: Gpus;
  /** Runs and reservations of the owner that are known. */
  readonly declaredRuns: number;
  /** GPUs that the owner leaves over now; how many of them may be sold is the ladder's to say. */
  readonly idle: Gpus;
  readonly problems: readonly Problem[];
}

export interface ClusterStatus {
  readonly name: string;
  readonly place: string;
  readonly version: string | null;
  readonly user: string | null;
  readonly level: string | null;
  readonly clockOffsetMs: number | null;
  readonly readMs: number | null;
  readonly pools: readonly PoolStatus[];
  readonly problems: readonly Problem[];
}

/** Reads a cluster once. It doesn't throw: what is wrong stands in it. */
export async function statusOf(plan: ClusterPlan, clock: Clock): Promise<ClusterStatus> {
  const reader = readerOf(plan.reach, clock);
  const base = { name: plan.name, place: reader.place };
  try {
    const seen = await reader.see();
    const own = await ownOf(reader);
    return {
      ...base,
      version: seen.controller.version,
      user: own.user,
      level: own.level,
      clockOffsetMs: seen.clockOffsetMs,
      readMs: Math.round(seen.tookMs),
      pools: plan.pools.map((pool) => poolStatus(seen, pool)),
      problems: [...own.problems, ...problemsOf(() => refuseOtherClock(seen))],
    };
  } catch (fault) {
    return { ...base, ...UNSEEN, problems: [problemOf(fault)] };
  }
}

const UNSEEN = {
  version: null,
  user: null,
  level: null,
  clockOffsetMs: null,
  readMs: null,
  pools: [],
} as const;

/** A cluster without accounting can be seen, and not be delivered from. */
async function ownOf(
  reader: SlurmReader,
): Promise<{ user: Own["user"] | null; level: Own["level"] | null; problems: readonly Problem[] }> {
  try {
    const { user, level } = await reader.own();
    const powerless = new SlurmFault("denied", `${user} has no level, and can't reserve nodes`);
    return { user, level, problems: level === "none" ? [problemOf(powerless)] : [] };
  } catch (fault) {
    return { user: null, level: null, problems: [problemOf(fault)] };
  }
}

function poolStatus(seen: SlurmSeen, pool: SlurmPool): PoolStatus {
  const nodes = nodesOfPool(seen, pool);
  const up = nodes.filter(({ isUp }) => isUp);
  const sizes = new Map(gpusByFabric(up).map((each) => [each.id, each.gpus]));
  const all = gpusByFabric(nodes);
  const free = seenNodes(seen, pool, seen.at).filter(
    ({ isUp, others }) => isUp && !others.some(({ start }) => start <= seen.at),
  );
  const fabrics = all.map(({ id, gpus: size }) => ({
    id,
    gpus: size,
    gpusUp: sizes.get(id) ?? NO_GPUS,
    nodes: nodes.filter(({ fabric }) => fabric === id).length,
    nodesUp: up.filter(({ fabric }) => fabric === id).length,
    nodesFree: free.filter(({ fabric }) => fabric === id).length,
  }));
  const setup = { pool, fabrics: all.map(({ id }) => id), step: MINUTE_MS };
  const { demand, declared } = readingOf(seen, setup, seen.at);
  const capacity = fabrics.reduce((sum, { gpusUp }) => sum + gpusUp, 0);
  return {
    id: pool.id,
    fabrics,
    ownerDemand: demand,
    declaredRuns: declared.length,
    idle: gpus(Math.max(0, capacity - demand)),
    problems: poolProblems(seen, pool, nodes.length),
  };
}

function poolProblems(seen: SlurmSeen, pool: SlurmPool, count: number): Problem[] {
  const problems: Problem[] = [];
  const lost = nodesWithoutFabric(seen, pool);
  if (lost.length > 0) {
    const shown = lost.slice(0, 5).join(", ") + (lost.length > 5 ? ", …" : "");
    const sentence = `${lost.length} nodes lie in no fabric and are not sold (${shown}). Put them into topology.conf, or name fabrics by features.`;
    problems.push({ state: "no_fabric", sentence });
  }
  if (count === 0 && lost.length === 0) {
    const of = pool.gpuType === null ? "GPUs" : `GPUs of type ${pool.gpuType}`;
    const sentence = `No node with ${of} is in ${pool.marketPartition} as well as in ${pool.partitions.join(" or ")}. Look at PartitionName in slurm.conf, and at gres.`;
    problems.push({ state: "no_nodes", sentence });
  }
  return problems;
}

function problemsOf(check: () => void): Problem[] {
  try {
    check();
    return [];
  } catch (fault) {
    return [problemOf(fault)];
  }
}

function problemOf(fault: unknown): Problem {
  if (fault instanceof SlurmFault) {
    return { state: fault.state, sentence: `${fault.happened}. ${fault.advice}` };
  }
  return { state: "fault", sentence: String(fault) };
}

/** All that is wrong, of the cluster and its pools. */
export function allProblems({ pools, problems }: ClusterStatus): readonly Problem[] {
  return [...problems, ...pools.flatMap((pool) => pool.problems)];
}
