/** The lab's side of the day: real jobs of the owner's, real reservations, and holders whose jobs are in the way. */
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { readClusterFile } from "../src/clusters/slurm/cluster-file.ts";
import { slurmCluster } from "../src/clusters/slurm/cluster.ts";
import { slurmDelivery } from "../src/clusters/slurm/delivery/delivery.ts";
import { readHistoryFile } from "../src/clusters/slurm/owner/history-file.ts";
import { gpusByFabric, nodesOfPool } from "../src/clusters/slurm/owner/pool.ts";
import { accessOf, readerOf } from "../src/clusters/slurm/reach.ts";
import { sightOf } from "../src/clusters/slurm/sight.ts";
import type { UsageTrace } from "../src/fleet/usage.ts";
import { stepStart, traceEnd } from "../src/fleet/usage.ts";
import type { Lab } from "../src/labs/slurm/lab.ts";
import { CLUSTER_FILE, HISTORY_FILE } from "../src/labs/slurm/paths.ts";
import type { PoolConfig } from "../src/market/state.ts";
import type { Cluster, Store } from "../src/ports.ts";
import { realClock } from "../src/server/clock.ts";
import { assert, durationMs, MINUTE_MS } from "../src/units.ts";
import type { Day } from "./trace-day-backtest.ts";
import { accelerated, type Acceleration, marketClock } from "./trace-day-clock.ts";
import { type DayFigures, figuresOf } from "./trace-day-figures.ts";
import { DayMarket } from "./trace-day-market.ts";
import { begin, play, runningAt, waitsOf } from "./trace-day-owner.ts";
import { HOLDER, Tenants } from "./trace-day-tenants.ts";

export interface Played {
  readonly figures: DayFigures;
  /** GPU-hours of the holder's jobs by Slurm's accounting, on the market's clock. */
  readonly usedGpuHours: number;
  /** What stood between what should have been and what was: how many sentences of each code. */
  readonly faults: ReadonlyMap<string, number>;
}

/** `one`: a contract may lie on any node, as in the backtest. `topology`: it lies in a fabric of the lab's two. */
export type Fabrics = "one" | "topology";

export interface Playing {
  readonly lab: Lab;
  readonly store: Store;
  readonly speed: number;
  readonly fabrics: Fabrics;
  readonly say: (sentence: string) => void;
}

const ONE_FABRIC = { by: "pool", name: "lab" } as const;
const FOLLOW_EVERY_MS = 500;

export async function playDay(
  day: Day,
  { lab, store, speed, fabrics, say }: Playing,
): Promise<Played> {
  const { trace, jobs, start, policy } = day;
  const end = traceEnd(trace);
  await begin(lab, runningAt(jobs, start), speed);
  const how = { outside: realClock.now(), market: start, speed };
  const clock = marketClock(how);
  const { cluster, config } = await labCluster(lab, day, how, fabrics);
  const faults = new Map<string, number>();
  const market = await DayMarket.open({
    store,
    clock,
    speed,
    policy,
    config,
    cluster,
    say: (sentence, code = "other") => {
      faults.set(code, (faults.get(code) ?? 0) + 1);
      say(`${new Date(clock.now()).toISOString()} ${sentence}`);
    },
  });
  const tenants = new Tenants(lab, config.id, say);
  const ofDay = jobs.filter(({ submit }) => submit >= start);
  market.begin();
  const playing = play(lab, ofDay, how);
  while (clock.now() < end) {
    await tenants.follow(market.journal.durable.state.bindings.values(), clock.now());
    await pause(FOLLOW_EVERY_MS);
  }
  await playing;
  const usedGpuHours = await tenants.gpuHours(speed);
  const waits = await waitsOf(lab, ofDay, { start, end }, how);
  await market.close(end);
  return { figures: figuresOf(market.score, market.taken, waits), usedGpuHours, faults };
}

/** The lab's pool on the market's clock, with the trace's past. What is held counts as delivered. */
async function labCluster(
  lab: Lab,
  day: Day,
  how: Acceleration,
  by: Fabrics,
): Promise<{ cluster: Cluster; config: PoolConfig }> {
  const [plan] = readClusterFile(join(lab.plan.dir, CLUSTER_FILE));
  const [named] = plan?.pools ?? [];
  assert(plan !== undefined && named !== undefined, "the lab's file names one pool");
  const pool = by === "topology" ? named : { ...named, fabrics: ONE_FABRIC };
  assert(plan.reach.by === "through", "the lab's tools are behind its namespaces");
  const sight = sightOf(readerOf(plan.reach, realClock));
  const fabrics = gpusByFabric(nodesOfPool(await sight(), pool));
  const step = durationMs(Math.ceil(MINUTE_MS / how.speed));
  const names = fabrics.map(({ id }) => id);
  const real = slurmCluster(readerOf(plan.reach, realClock), sight, { pool, fabrics: names, step });
  const users = new Map([[HOLDER, HOLDER]]);
  const access = accessOf(plan.reach);
  const delivery = slurmDelivery({ access, pool, users, clock: realClock, sight });
  const cluster = {
    ...accelerated({ ...real, delivery }, how),
    history: () => readHistoryFile(historyFile(lab, day), day.start),
    meter: (requests: Parameters<Cluster["meter"]>[0]) =>
      Promise.resolve(
        requests.map(({ contract, from, to, heldGpuMs: gpuMs }) => ({ contract, from, to, gpuMs })),
      ),
  };
  return { cluster, config: { id: pool.id, sku: pool.sku, site: pool.site, fabrics } };
}

/** In place of the lab's own. */
function historyFile(lab: Lab, { trace, start }: Day): string {
  const rows = rowsBefore(trace, start);
  const file = join(lab.plan.dir, HISTORY_FILE);
  writeFileSync(file, `${["time,gpus_in_use,gpus_total", ...rows].join("\n")}\n`);
  return file;
}

function rowsBefore(trace: UsageTrace, end: number): string[] {
  return Array.from(trace.demand, (demand, hour) => ({ demand, time: stepStart(trace, hour) }))
    .filter(({ time }) => time < end)
    .map(({ demand, time }, hour) =>
      [new Date(time).toISOString(), demand, trace.total[hour]].join(),
    );
}
