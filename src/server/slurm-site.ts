import type { SlurmAccess } from "../clusters/slurm/access/access.ts";
import type { ClusterPlan, SoldPool, ToolReach } from "../clusters/slurm/cluster-file.ts";
import { slurmCluster } from "../clusters/slurm/cluster.ts";
import { type DeliverySetup, slurmDelivery } from "../clusters/slurm/delivery/delivery.ts";
import { SlurmFault } from "../clusters/slurm/fault.ts";
import { slurmJobs } from "../clusters/slurm/jobs/jobs.ts";
import { slurmMeter } from "../clusters/slurm/meter/meter.ts";
import { readHistoryFile } from "../clusters/slurm/owner/history-file.ts";
import { gpusByFabric, nodesOfPool } from "../clusters/slurm/owner/pool.ts";
import { accessOf, readerOf } from "../clusters/slurm/reach.ts";
import type { SlurmReader } from "../clusters/slurm/reader.ts";
import type { SlurmSeen } from "../clusters/slurm/seen.ts";
import { sightOf } from "../clusters/slurm/sight.ts";
import { toolsReader } from "../clusters/slurm/tools-reader.ts";
import type { PoolConfig } from "../market/state.ts";
import type { Policy } from "../policy/policy.ts";
import type { Clock, Cluster } from "../ports.ts";
import type { DurationMs } from "../units.ts";
import { wholeLots } from "../units.ts";
import type { Site } from "./site.ts";

export interface SlurmSiteOptions {
  /** The pools that are open already, as they were opened. */
  readonly opened: (pool: string) => PoolConfig | null;
  /** Of pools that are opened anew, but for their lot. */
  readonly policy: Policy;
  readonly step: DurationMs;
  readonly clock: Clock;
  /** Clusters are looked at, and nothing is done to them. */
  readonly isDryRun: boolean;
  /** Told of what an operator should know. */
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
}

/**
 * Real clusters. One of which a pool is to be opened must be seen, for it tells the pool's fabrics; another may be unseen.
 * @throws SlurmFault; InputError where a history is wrong
 */
export async function slurmSite(
  plans: readonly ClusterPlan[],
  options: SlurmSiteOptions,
): Promise<Site> {
  const parts = plans.flatMap((plan) => {
    const reader = readerOf(plan.reach, options.clock);
    const reach = toolReachOf(plan);
    const acting = actingOf(reach, plan.users, options.clock);
    const [accounting, holders] = [accessOf(reach), accessOf(reach)];
    const sighted = { reader, sight: sightOf(reader), acting, accounting, holders };
    return plan.pools.map((pool) => sitePart(sighted, pool, options));
  });
  const sold = await Promise.all(parts);
  return {
    clusters: sold.map(({ cluster }) => cluster),
    pools: sold.map(({ pool }) => pool),
  };
}

interface Sighted {
  readonly reader: SlurmReader;
  readonly sight: () => Promise<SlurmSeen>;
  /** A way of its own for what is done to the cluster, so that nothing that is only read keeps it waiting. */
  readonly acting: Omit<DeliverySetup, "pool" | "isDryRun">;
  /** Another, for what takes the accounting long. */
  readonly accounting: SlurmAccess;
  /** And one for holders' jobs, whatever they ask for. */
  readonly holders: SlurmAccess;
}

/** @throws SlurmFault where there is no way to Slurm's tools */
function toolReachOf({ name, reach }: ClusterPlan): ToolReach {
  if (reach.by !== "rest") return reach;
  const sentence = `cluster ${name} is reached by slurmrestd alone, which brings no contract onto a node: say how its tools are reached (local, ssh or through)`;
  throw new SlurmFault("tool_missing", sentence);
}

function actingOf(reach: ToolReach, users: ClusterPlan["users"], clock: Clock): Sighted["acting"] {
  const access = accessOf(reach);
  return { access, users, clock, sight: sightOf(toolsReader(access, clock)) };
}

async function sitePart(
  { reader, sight, acting, accounting, holders }: Sighted,
  pool: SoldPool,
  { opened, policy, step, clock, isDryRun, warn }: SlurmSiteOptions,
): Promise<{ cluster: Cluster; pool: Site["pools"][number] }> {
  const config = opened(pool.id) ?? configOf(await sight(), pool, policy);
  const fabrics = config.fabrics.map(({ id }) => id);
  const before = pool.history === null ? [] : await readHistoryFile(pool.history, clock.now());
  const setup = { pool, fabrics, step, before };
  const delivery = slurmDelivery({ ...acting, pool, isDryRun });
  const meter = slurmMeter({
    access: accounting,
    pool: pool.id,
    warn: (sentence) => warn(sentence, { pool: pool.id }),
  });
  const jobs = isDryRun ? {} : { jobs: slurmJobs({ ...acting, access: holders, pool }) };
  const cluster = { ...slurmCluster(reader, sight, setup), meter, delivery, ...jobs };
  return { cluster, pool: { config, policy: policyOf(pool, policy), price: pool.price } };
}

/** What a pool of a real cluster goes by when it is opened. */
export function policyOf({ lot }: SoldPool, policy: Policy): Policy {
  return lot === null ? policy : { ...policy, lot };
}

/** All its nodes, down or up, in whole lots. @throws SlurmFault where it has none */
function configOf(seen: SlurmSeen, pool: SoldPool, policy: Policy): PoolConfig {
  const { lot } = policyOf(pool, policy);
  const fabrics = gpusByFabric(nodesOfPool(seen, pool)).map(({ id, gpus }) => ({
    id,
    gpus: wholeLots(gpus, lot),
  }));
  if (fabrics.length === 0) {
    const sentence = `pool ${pool.id} has no node in a fabric: see spillway cluster status`;
    throw new SlurmFault("answer_unreadable", sentence);
  }
  return { id: pool.id, sku: pool.sku, site: pool.site, fabrics };
}
