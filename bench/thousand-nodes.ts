/**
 * What does one look at a large cluster take?
 *
 * A lab of 1,000 real slurmd, of which an owner's jobs have some and contracts others. A pass is all that the service does
 * every two seconds: it reads the whole cluster, decides which nodes each contract has, compares what is with what should
 * be, and does what is lacking; here nothing is. What it costs slurmctld is what slurmctld itself says (`sdiag`).
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readClusterFile } from "../src/clusters/slurm/cluster-file.ts";
import { Journal } from "../src/journal/journal.ts";
import type { Lab } from "../src/labs/slurm/lab.ts";
import { CLUSTER_FILE } from "../src/labs/slurm/paths.ts";
import { homeOf, TRAINER } from "../src/labs/slurm/users.ts";
import type { Cluster } from "../src/ports.ts";
import { realClock } from "../src/server/clock.ts";
import { randomIds } from "../src/server/ids.ts";
import { openStore } from "../src/server/open-store.ts";
import { slurmSite } from "../src/server/slurm-site.ts";
import { found } from "../src/service/found.ts";
import { Service } from "../src/service/service.ts";
import { assert, ceilTo, DAY_MS, durationMs, gpus, MINUTE_MS, notice } from "../src/units.ts";
import { benchmarkPolicy, PRICE } from "./cases.ts";
import { inLab } from "./in-lab.ts";
import { count, fixed, table } from "./markdown.ts";
import { letIn } from "./trace-day-market.ts";
import { inside } from "./trace-day-owner.ts";
import { HOLDER } from "./trace-day-tenants.ts";

const HELP = `Usage: node bench/thousand-nodes.ts [options]

Times the service's look at a large lab. As root, with Slurm installed; 1,000 nodes take a minute to start and 3 GB.

  --nodes N      of the lab (default 1000)
  --contracts N  of four nodes each (default 100)
  --jobs N       of the owner's, of a node each (default 300)
  --passes N     (default 20)
  --help         this text
`;

const TARGET_MS = 1_000;
const NODES_EACH = 4;
const MOST_SETTLING_MS = 240_000;
/** A picture of the cluster is good for a second: each pass makes one of its own. */
const BETWEEN_MS = 1_100;
const TTL = durationMs(600_000);

interface Size {
  readonly nodes: number;
  readonly contracts: number;
  readonly jobs: number;
  readonly passes: number;
}

interface Measured {
  readonly passes: readonly number[];
  /** Until all contracts were on their nodes. */
  readonly settledSeconds: number;
  /** Of one pass, at slurmctld. */
  readonly requests: number;
  readonly busyMs: number;
}

async function measure(lab: Lab, folder: string, size: Size): Promise<Measured> {
  const store = await openStore({ databaseUrl: null, dataDir: join(folder, "data") });
  const ports = { store, clock: realClock, ids: randomIds, wait: (ms: number) => pause(ms) };
  const journal = await Journal.open(ports, { writer: "bench", ttl: TTL });
  assert(journal !== "held_by_another", "nobody else writes");
  try {
    const service = await serviceOn(journal, lab);
    await sell(journal, service, size.contracts);
    const settledSeconds = await settle(journal, service, size.contracts);
    await inside(lab, ["sdiag", "--reset"]);
    const passes = await timePasses(service, size.passes);
    const { requests, busyMs } = loadOf(await inside(lab, ["sdiag"]));
    return {
      passes,
      settledSeconds,
      requests: requests / size.passes,
      busyMs: busyMs / size.passes,
    };
  } finally {
    await journal.close();
    await store.close();
  }
}

async function serviceOn(journal: Journal, lab: Lab): Promise<Service> {
  const plans = readClusterFile(join(lab.plan.dir, CLUSTER_FILE));
  const warn = passOver;
  const policy = await benchmarkPolicy();
  const options = { opened: () => null, policy, step: MINUTE_MS, clock: realClock, warn };
  const site = await slurmSite(plans, { ...options, isDryRun: false });
  await found(journal, {
    owner: { name: "Owner", email: "owner@example.org" },
    key: { hash: "", hint: "" },
    pools: site.pools,
  });
  await letIn(journal, realClock.now());
  const clusters = site.clusters.map(withoutMeter);
  return new Service(journal, { clock: realClock, ids: randomIds, clusters, warn }, MINUTE_MS);
}

/** What is wrong for a moment while contracts begin; what stays wrong is told by whoever waits for it. */
function passOver(): void {}

/** The first hour's meters are no part of what is measured. */
function withoutMeter(cluster: Cluster): Cluster {
  return { ...cluster, meter: () => Promise.resolve([]) };
}

async function sell(journal: Journal, service: Service, contracts: number): Promise<void> {
  await service.minute();
  await service.tick();
  const { refusal } = await journal.submit((desk) => {
    const { now } = desk.state.market;
    const start = ceilTo(now, MINUTE_MS);
    for (let order = 0; order < contracts; order++) {
      const refused = desk.do({
        type: "place_order",
        now,
        order: {
          id: randomIds.next("ord"),
          account: HOLDER,
          side: "buy",
          sku: "H100",
          gpus: gpus(NODES_EACH * 8),
          start: { earliest: start, latest: start },
          duration: { min: DAY_MS, max: DAY_MS },
          limit: PRICE,
          noticeAtLeast: notice(2 * MINUTE_MS),
          fabric: "one",
          fill: "all-or-none",
          lifetime: "immediate",
          expires: null,
          contract: null,
        },
      });
      if (refused !== null) return refused;
    }
    return null;
  });
  assert(refusal === null, `the contracts are sold: ${refusal}`);
}

/** @returns seconds until every contract has its nodes, in Slurm too */
async function settle(journal: Journal, service: Service, contracts: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    await service.delivering.look();
    const bound = [...journal.durable.state.bindings.values()];
    const faults = [...service.delivering.faults.values()].flat();
    if (bound.length === contracts && faults.length === 0) break;
    const isLate = performance.now() - began > MOST_SETTLING_MS;
    assert(!isLate, `all is as it should be: ${bound.length} bound, ${faults[0]?.sentence}`);
    await pause(BETWEEN_MS);
  }
  return (performance.now() - began) / 1_000;
}

/** Milliseconds of each. */
async function timePasses(service: Service, passes: number): Promise<number[]> {
  const taken: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    await pause(BETWEEN_MS);
    const began = performance.now();
    await service.delivering.look();
    taken.push(performance.now() - began);
    const faults = [...service.delivering.faults.values()].flat();
    assert(faults.length === 0, `nothing is wrong: ${faults[0]?.sentence}`);
  }
  return taken;
}

/** What slurmctld answered to root: that is the service here, and now and then a slurmd. */
function loadOf(sdiag: string): { requests: number; busyMs: number } {
  const [, byUser = ""] = sdiag.split("Remote Procedure Call statistics by user");
  const [, requests, microseconds] =
    /root\s+\(\s*0\) count:(\d+)\s+ave_time:\d+\s+total_time:(\d+)/.exec(byUser) ?? [];
  assert(requests !== undefined && microseconds !== undefined, `sdiag tells of root: ${byUser}`);
  return { requests: Number(requests), busyMs: Number(microseconds) / 1_000 };
}

async function beginJobs(lab: Lab, jobs: number): Promise<void> {
  if (jobs === 0) return;
  const words = ["--output=/dev/null", "--nodes=1", "--gres=gpu:8", "--wrap=sleep 3600"];
  // A contract is sold in the first fabric that is large enough, whether the owner's jobs leave nodes there or not.
  const place = "--constraint=fabric-b";
  const array = [place, `--array=1-${jobs}`, `--chdir=${homeOf(TRAINER)}`, "--time=120"];
  await inside(lab, ["sbatch", ...array, ...words], TRAINER);
  const end = performance.now() + MOST_SETTLING_MS;
  for (;;) {
    const running = await inside(lab, ["squeue", "-hr", "-t", "RUNNING", "-o", "%i"]);
    if (running.split("\n").length === jobs) return;
    assert(performance.now() < end, "the owner's jobs start on an empty cluster");
    await pause(1_000);
  }
}

function print(size: Size, { passes, settledSeconds, requests, busyMs }: Measured): void {
  const sorted = passes.toSorted((a, b) => a - b);
  const [middle = 0, most = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  const rows = [
    ["a pass, median", milliseconds(middle)],
    ["a pass, nine of ten within", milliseconds(sorted[Math.floor(sorted.length * 0.9)] ?? most)],
    [`a pass, longest of ${passes.length}, ≤ ${TARGET_MS} ms`, milliseconds(most)],
    ["requests to slurmctld in a pass", fixed(requests, 1)],
    ["slurmctld's time on them", `${fixed(busyMs, 1)} ms`],
    [`${size.contracts} contracts onto their nodes`, `${fixed(settledSeconds, 0)} s`],
  ];
  console.log(`${table(["", `${count(size.nodes)} nodes`], rows)}

${size.contracts} contracts of ${NODES_EACH} nodes, ${size.jobs} jobs of the owner's.`);
}

function milliseconds(value: number): string {
  return `${fixed(value, 0)} ms`;
}

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000" },
    contracts: { type: "string", default: "100" },
    jobs: { type: "string", default: "300" },
    passes: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const { nodes, contracts, jobs, passes } = values;
  const size = {
    nodes: Number(nodes),
    contracts: Number(contracts),
    jobs: Number(jobs),
    passes: Number(passes),
  };
  const measured = await inLab(size.nodes, async (lab, folder) => {
    await beginJobs(lab, size.jobs);
    return measure(lab, folder, size);
  });
  print(size, measured);
}
