import { gpusByFabric, nodesOfPool, nodesWithoutFabric, type SlurmPool } from "../owner/pool.ts";
import { ofType } from "../read/gpu-counts.ts";
import { type Check, check, firstOf } from "./check.ts";
import type { CheckFacts } from "./facts.ts";
import { numberOf, type Settings, valueOf } from "./settings.ts";

/** Of what a pool is sold, and in which partition. */
export function poolChecks(facts: CheckFacts, pool: SlurmPool): Check[] {
  const market = facts.partitions.get(pool.marketPartition);
  if (market === undefined) {
    const line = `PartitionName=${pool.marketPartition} Nodes=… PriorityTier=1 PreemptMode=OFF ReqResv=YES MaxTime=INFINITE State=UP`;
    const sentence = `there is no partition ${pool.marketPartition}: add "${line}" to slurm.conf`;
    return [check("market_partition", ["fail", sentence], pool.id)];
  }
  return [
    isOpen(pool, market),
    nodes(facts, pool),
    fabrics(facts, pool),
    preemption(pool, market),
    reservationsOnly(facts, pool, market),
    priority(facts, pool, market),
    limits(pool, market),
  ];
}

function isOpen({ id, marketPartition: name }: SlurmPool, market: Settings): Check {
  const state = valueOf(market, "State") ?? "unknown";
  const shut = `partition ${name} is ${state}: scontrol update PartitionName=${name} State=UP`;
  const root = `partition ${name} is for root alone: set RootOnly=NO`;
  const faults = [
    [state !== "UP", "fail", shut],
    [valueOf(market, "RootOnly") === "YES", "fail", root],
  ] as const;
  return check("market_partition", firstOf(faults, `${name} is up`), id);
}

/** The owner's nodes with such GPUs should be in the market's partition too. */
function nodes({ seen }: CheckFacts, pool: SlurmPool): Check {
  const owners = seen.nodes.filter(
    (node) =>
      ofType(node.gpus, pool.gpuType) > 0 &&
      node.partitions.some((each) => pool.partitions.includes(each)),
  );
  const sold = owners.filter(({ partitions }) => partitions.includes(pool.marketPartition));
  const [from, to] = [pool.partitions.join(" and "), pool.marketPartition];
  const of = pool.gpuType === null ? "GPUs" : `GPUs of type ${pool.gpuType}`;
  const none = `no node with ${of} is in ${from}: look at "partition" and "gres" in the cluster file, and at gres.conf`;
  const some = `${sold.length} of the ${owners.length} nodes of ${from} with ${of} are in ${to}: the others are not sold`;
  const faults = [
    [owners.length === 0, "fail", none],
    [sold.length === 0, "fail", `no node of ${from} is in ${to}: add them to its Nodes=`],
    [sold.length < owners.length, "warn", some],
  ] as const;
  return check("nodes", firstOf(faults, `${sold.length} nodes with ${of}`), pool.id);
}

function fabrics({ seen }: CheckFacts, pool: SlurmPool): Check {
  const found = gpusByFabric(nodesOfPool(seen, pool));
  const lost = nodesWithoutFabric(seen, pool);
  const how =
    pool.fabrics.by === "topology"
      ? "put them into topology.conf, with TopologyPlugin=topology/tree or topology/block"
      : 'see that each has a feature that "fabrics" names';
  const faults = [
    [found.length === 0, "fail", `no node lies in a fabric: ${how}`],
    [lost.length > 0, "warn", `${lost.length} nodes lie in no fabric and are not sold: ${how}`],
  ] as const;
  const ok = found.map(({ id, gpus }) => `${id} with ${gpus} GPUs`).join(", ");
  return check("fabrics", firstOf(faults, ok), pool.id);
}

function preemption({ id, marketPartition: name }: SlurmPool, market: Settings): Check {
  const mode = valueOf(market, "PreemptMode") ?? "unknown";
  const preempted = `PreemptMode of ${name} is ${mode}: Slurm would take from holders what was promised to them. Set PreemptMode=OFF on it`;
  const faults = [[mode !== "OFF", "fail", preempted]] as const;
  return check("preemption", firstOf(faults, `Slurm preempts nothing in ${name}`), id);
}

function reservationsOnly(
  { settings }: CheckFacts,
  { id, marketPartition: name }: SlurmPool,
  market: Settings,
): Check {
  const isOnly = valueOf(market, "ReqResv") === "YES";
  const free = `${name} takes jobs outside of reservations: holders could use idle nodes without a contract. Set ReqResv=YES on it`;
  const plugin = valueOf(settings, "JobSubmitPlugins");
  const perhaps = `${free}, if ${plugin ?? ""} doesn't see to that`;
  const faults = [
    [!isOnly && plugin === null, "fail", free],
    [!isOnly, "warn", perhaps],
  ] as const;
  return check("reservations_only", firstOf(faults, `${name} takes no other jobs`), id);
}

function priority({ partitions }: CheckFacts, pool: SlurmPool, market: Settings): Check {
  const missing = pool.partitions.filter((each) => !partitions.has(each));
  const tier = numberOf(market, "PriorityTier") ?? 1;
  const above = pool.partitions.filter(
    (each) => (numberOf(partitions.get(each) ?? new Map(), "PriorityTier") ?? tier) < tier,
  );
  const faults = [
    [missing.length > 0, "fail", `there is no partition ${missing.join(", ")} of the owner's`],
    [
      above.length > 0,
      "warn",
      `${pool.marketPartition} has a higher PriorityTier than ${above.join(", ")}: Slurm would look at holders' jobs first. Give it the lowest`,
    ],
  ] as const;
  return check(
    "priority",
    firstOf(faults, "holders' jobs come before none of the owner's"),
    pool.id,
  );
}

function limits({ id, marketPartition: name }: SlurmPool, market: Settings): Check {
  const closed = ["AllowAccounts", "AllowGroups", "AllowQos"].filter(
    (each) => (valueOf(market, each) ?? "ALL") !== "ALL",
  );
  const time = valueOf(market, "MaxTime") ?? "UNLIMITED";
  const faults = [
    [
      closed.length > 0,
      "warn",
      `${closed.join(" and ")} of ${name} are limited: Spillway makes an account for each holder (spw-…), and they must be let in`,
    ],
    [
      time !== "UNLIMITED",
      "warn",
      `MaxTime of ${name} is ${time}: a holder's job lasts no longer, whatever the contract. Set MaxTime=INFINITE`,
    ],
  ] as const;
  return check("limits", firstOf(faults, `${name} is limited by reservations alone`), id);
}
