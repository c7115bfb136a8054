/** Taking nodes back from tenants: Spillway's way, and the two that Slurm has. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bringUp, type Lab } from "../src/labs/slurm/lab.ts";
import { nodesOf } from "../src/labs/slurm/plan.ts";
import { TENANTS, TRAINER } from "../src/labs/slurm/users.ts";
import { assert } from "../src/units.ts";
import { LabMarket } from "../test/slurm/market.ts";
import { until } from "../test/slurm/spillway.ts";
import {
  alive,
  inside,
  type Manner,
  submitOwners,
  submitOnceLetIn,
  type Submitted,
  type TenantJob,
  timesIn,
} from "../test/slurm/tenants.ts";

/** Whether the owner wants both of a tenant's nodes, or one. */
export type Extent = "full" | "partial";

export interface Trial {
  readonly manner: Manner;
  readonly extent: Extent;
}

/** Milliseconds from the end of the notice. */
export interface Taken {
  /** Until the first line of the owner's job. */
  readonly began: number;
  /** Until the tenant's last sign of life: below 0 if it was ended before its time. */
  readonly lastBeat: number;
  /** Processes of the tenant that live once the owner's job runs. */
  readonly survivors: number;
}

export type Side = (trial: Trial) => Promise<Taken>;

const ACCOUNT = "bench";
const MOST_MS = 90_000;
/** What is measured stands in files: who looks for it more often only keeps the machine busy. */
const LOOK_MS = 700;
const [tenant] = TENANTS;

/** A lab of which one half is Spillway's, and the other Slurm's with a notice of its own. */
export interface Halves {
  readonly spillway: Side;
  readonly slurm: Side;
  /** That Spillway told of. */
  readonly faults: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Slurm preempts after GraceTime. */
export function openGrace(dir: string, noticeMs: number): Promise<Halves> {
  return open(dir, noticeMs, `GraceTime=${noticeMs / 1_000}`, async () => {});
}

/** Slurm waits for as long as the notice between the first signal and the last. */
export function openKillWait(dir: string, noticeMs: number): Promise<Halves> {
  return open(dir, noticeMs, "GraceTime=0", async (lab) => {
    // Of a name that stands twice the last counts.
    appendFileSync(join(dir, "etc/slurm.conf"), `KillWait=${noticeMs / 1_000}\n`);
    await inside(lab, ["scontrol", "reconfigure"]);
    const shown = await inside(lab, ["scontrol", "show", "config"]);
    assert(shown.match(/KillWait += (\d+)/)?.[1] === String(noticeMs / 1_000), "KillWait is set");
  });
}

async function open(
  dir: string,
  noticeMs: number,
  grace: string,
  prepare: (lab: Lab) => Promise<void>,
): Promise<Halves> {
  const lab = await bringUp(dir, 4);
  await prepare(lab);
  await openAccount(lab);
  await openPartition(lab, "preempted", grace);
  const [a = "", b = "", c = "", d = ""] = nodesOf(lab.plan).map(({ name }) => name);
  const market = new LabMarket(dir, new Map([["acme", tenant?.name ?? ""]]));
  const settling = market.keepSettling();
  const stop = async (): Promise<void> => {
    market.stop();
    await settling;
  };
  return {
    stop,
    faults: market.faults,
    spillway: spillwaySide(lab, market, [a, b], noticeMs),
    slurm: slurmSide(lab, join(dir, "log/slurmctld.log"), "preempted", [c, d], noticeMs),
  };
}

async function openAccount(lab: Lab): Promise<void> {
  await inside(lab, ["sacctmgr", "-i", "add", "account", ACCOUNT]);
  await inside(lab, ["sacctmgr", "-i", "add", "user", tenant?.name ?? "", `account=${ACCOUNT}`]);
}

/** Below the owner's, so that its jobs are preempted. */
async function openPartition(lab: Lab, name: string, grace: string): Promise<void> {
  const words = [
    "Nodes=ALL",
    "PriorityTier=1",
    "PreemptMode=CANCEL",
    "MaxTime=INFINITE",
    "State=UP",
  ];
  await inside(lab, ["scontrol", "create", `PartitionName=${name}`, ...words, grace]);
}

function spillwaySide(
  lab: Lab,
  market: LabMarket,
  nodes: readonly string[],
  noticeMs: number,
): Side {
  let contracts = 0;
  return async ({ manner, extent }) => {
    const id = `ctr_${++contracts}`;
    market.sell({ id, holder: "acme", nodes });
    const reservation = `spw-lab_${id}`;
    await until(
      () => inside(lab, ["scontrol", "-o", "show", "reservations"]),
      (text) => text.includes(`${reservation} `),
      MOST_MS,
      LOOK_MS,
    );
    const account = "spw-acme";
    const job = await running(lab, { account, reservation, partition: "market", nodes, manner });
    const wanted = extent === "full" ? nodes : nodes.slice(0, 1);
    const owners = await submitOwners(lab, TRAINER, wanted);
    const due = market.recall(id, wanted, noticeMs);
    const taken = await takenOf(lab, job, owners, due);
    market.end(id);
    await idle(lab, nodes);
    return taken;
  };
}

/** Slurm preempts as soon as the owner's job is there; the notice begins when it says so. */
function slurmSide(
  lab: Lab,
  log: string,
  partition: string,
  nodes: readonly string[],
  noticeMs: number,
): Side {
  return async ({ manner, extent }) => {
    const job = await running(lab, {
      account: ACCOUNT,
      reservation: null,
      partition,
      nodes,
      manner,
      nodeList: nodes,
    });
    const wanted = extent === "full" ? nodes : nodes.slice(0, 1);
    const owners = await submitOwners(lab, TRAINER, wanted);
    const preempted = await preemptionOf(log, job.id);
    const taken = await takenOf(lab, job, owners, preempted + noticeMs);
    await idle(lab, nodes);
    return taken;
  };
}

/** When slurmctld began to take a job's nodes: a tenant may be killed before it has noted its first signal. */
function preemptionOf(log: string, job: string): Promise<number> {
  const pattern = new RegExp(`^\\[(\\S+)\\] .*JobId=${job} .*to reclaim resources`, "m");
  const look = (): number => Date.parse(pattern.exec(readFileSync(log, "utf8"))?.[1] ?? "");
  return until(look, Number.isFinite, MOST_MS, LOOK_MS);
}

async function running(
  lab: Lab,
  job: Omit<TenantJob, "user" | "nodes"> & {
    readonly nodes: readonly string[];
  },
): Promise<Submitted> {
  assert(tenant !== undefined, "the lab has tenants");
  const submitted = await submitOnceLetIn(lab, { ...job, user: tenant, nodes: job.nodes.length });
  await seen(lab, submitted.beats, 2 * job.nodes.length);
  return submitted;
}

/**
 * The times in the file, once there are more than so many.
 * @throws Error with what Slurm showed of its jobs and reservations then
 */
async function seen(lab: Lab, file: string, more: number): Promise<readonly number[]> {
  try {
    return await until(
      () => timesIn(lab, file),
      (times) => times.length > more,
      MOST_MS,
      LOOK_MS,
    );
  } catch (cause) {
    const shown = ["jobs", "reservations", "nodes"].map((what) =>
      inside(lab, ["scontrol", "-o", "show", what]),
    );
    throw new Error(`${file}\n${(await Promise.all(shown)).join("\n")}`, { cause });
  }
}

async function takenOf(lab: Lab, job: Submitted, owners: Submitted, due: number): Promise<Taken> {
  await pause(Math.max(0, due - Date.now()));
  const [began = 0] = await seen(lab, owners.beats, 0);
  const beats = await timesIn(lab, job.beats);
  return {
    began: began - due,
    lastBeat: Math.max(...beats) - due,
    survivors: await alive(lab, job),
  };
}

async function idle(lab: Lab, nodes: readonly string[]): Promise<void> {
  await until(
    () => inside(lab, ["squeue", "--noheader", `--nodelist=${nodes.join(",")}`]),
    (text) => text === "",
    MOST_MS,
    LOOK_MS,
  );
}
