/** Holders' jobs on a real Slurm: in their reservations, as their own users, each seen and ended by its holder alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlurmAccess } from "../../src/clusters/slurm/access/access.ts";
import { ask } from "../../src/clusters/slurm/access/ask.ts";
import { readClusterFile } from "../../src/clusters/slurm/cluster-file.ts";
import {
  accountOf,
  PARENT_ACCOUNT,
  reservationOf,
} from "../../src/clusters/slurm/delivery/names.ts";
import { slurmJobs } from "../../src/clusters/slurm/jobs/jobs.ts";
import { accessOf } from "../../src/clusters/slurm/reach.ts";
import { bringUp, type Lab, takeDown } from "../../src/labs/slurm/lab.ts";
import { nodesOf } from "../../src/labs/slurm/plan.ts";
import type { Allotment, Job, JobLog, JobRequest, Jobs } from "../../src/ports.ts";
import { realClock } from "../../src/server/clock.ts";
import { assert, ceilTo, gpus, HOUR_MS, later, MINUTE_MS } from "../../src/units.ts";
import { until } from "./spillway.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-jobs-"));
const dir = join(root, "lab");

let lab: Lab;
let access: SlurmAccess;
let jobs: Jobs;
let acme: Allotment;
let rival: Allotment;

beforeAll(async () => {
  lab = await bringUp(dir, 3);
  const [plan] = readClusterFile(join(dir, "cluster.json"));
  assert(plan !== undefined && plan.reach.by !== "rest", "the lab is reached by its tools");
  const [pool] = plan.pools;
  assert(pool !== undefined, "the lab's file names one pool");
  access = accessOf(plan.reach);
  jobs = slurmJobs({ access, pool, users: plan.users, clock: realClock });
  const [first = "", second = "", third = ""] = nodesOf(lab.plan).map(({ name }) => name);
  await slurm("sacctmgr", "-i", "add", "account", PARENT_ACCOUNT, "cluster=lab");
  acme = await deliver("con_acme", "tenant1", [first, second]);
  rival = await deliver("con_rival", "tenant2", [third]);
}, 120_000);

afterAll(async () => {
  await takeDown(dir);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

function slurm(tool: string, ...words: readonly string[]): Promise<string> {
  return ask(access, tool, words);
}

/** As delivery does: the holder's account, and its nodes in a reservation. */
async function deliver(
  contract: string,
  holder: string,
  names: readonly string[],
): Promise<Allotment> {
  const account = accountOf(holder);
  const parent = `parent=${PARENT_ACCOUNT}`;
  await slurm("sacctmgr", "-i", "add", "account", account, "cluster=lab", parent);
  const partition = "partition=market";
  await slurm("sacctmgr", "-i", "add", "user", holder, `account=${account}`, partition);
  const reservation = [
    `ReservationName=${reservationOf("lab", contract)}`,
    "StartTime=now",
    "Duration=60",
    `Nodes=${names.join(",")}`,
    `Accounts=${account}`,
    "PartitionName=market",
  ];
  await slurm("scontrol", "create", "reservation", ...reservation);
  const start = ceilTo(realClock.now(), MINUTE_MS);
  const end = later(start, HOUR_MS);
  const window = { start: later(start, MINUTE_MS), end };
  const nodes = names.map((node) => ({
    node,
    start,
    end,
    fabric: "fabric-a",
    gpus: gpus(8),
  }));
  return { contract, holder, start: window.start, end, nodes, recalls: [] };
}

function script(...lines: readonly string[]): JobRequest {
  return {
    name: "train",
    work: { type: "script", script: `#!/bin/bash\n${lines.join("\n")}\n` },
    nodes: null,
    gpusPerNode: null,
    tasks: null,
    cpusPerTask: null,
    memoryGibPerNode: null,
    timeLimit: null,
    noticeSignal: null,
  };
}

function of({ contract, holder, start }: Allotment) {
  return { contract, holder, start };
}

async function submit(allotment: Allotment, request: JobRequest, key: string | null = null) {
  const job = await jobs.submit(allotment, request, key);
  if ("refusal" in job) throw new Error(`${job.refusal}: ${job.said}`);
  return job;
}

function untilJob(
  allotment: Allotment,
  { id }: Job,
  isEnough: (job: Job | null) => boolean,
): Promise<Job | null> {
  return until(() => jobs.get(of(allotment), id), isEnough, 20_000);
}

async function logOf(allotment: Allotment, { id }: Job, from: number | null = null) {
  const log = await jobs.log(of(allotment), id, from);
  assert(log !== null && !("refusal" in log), "the job has a log");
  return log;
}

function untilLog(allotment: Allotment, job: Job, text: string): Promise<JobLog> {
  return until(
    () => logOf(allotment, job),
    (log) => log.text.includes(text),
    20_000,
  );
}

test("a script runs as the holder's user on all of the contract's GPUs, once a node, and its code is the job's", async () => {
  const said = [
    'echo "$SLURM_PROCID of $SLURM_NTASKS as $(id -un) with $SLURM_GPUS_ON_NODE GPUs: $0"',
    'echo "home $HOME in $PWD, secret: $SPILLWAY_TEST_SECRET, contract $SPILLWAY_CONTRACT"',
    '[ "$SLURM_PROCID" = 1 ] || srun --overlap --ntasks=1 --nodes=1 echo "a step of its own"',
    "exit 7",
  ];
  process.env["SPILLWAY_TEST_SECRET"] = "hush";
  const job = await submit(acme, script(...said));
  expect(job).toMatchObject({ name: "train", gpus: 16, exitCode: null, ended: null });
  const ended = await untilJob(acme, job, (each) => (each?.exitCode ?? null) !== null);
  const { nodes } = acme;
  expect(ended).toMatchObject({
    id: job.id,
    name: "train",
    status: "failed",
    exitCode: 7,
    signal: null,
    gpus: 16,
    nodes: nodes.map(({ node }) => node),
  });
  const { text } = await logOf(acme, job);
  for (const task of [0, 1]) expect(text).toContain(`${task} of 2 as tenant1 with 8 GPUs: /`);
  expect(text).toMatch(/home (\S+) in \1, secret: , contract con_acme/);
  expect(text).toContain("a step of its own");
  expect(await slurm("find", `${homeIn(text)}/.spillway`, "-mindepth", "1")).toBe("");
}, 60_000);

function homeIn(text: string): string {
  return /home (\S+) in/.exec(text)?.[1] ?? "";
}

test("a holder sees its own jobs, newest first, and nobody else's", async () => {
  const mine = await submit(acme, script("sleep 600"));
  const theirs = await submit(rival, script("sleep 600"));
  await untilJob(acme, mine, (job) => job?.status === "running");
  const ids = (await jobs.list(of(acme))).map(({ id }) => id);
  expect(ids[0]).toBe(mine.id);
  expect(ids).not.toContain(theirs.id);
  expect((await jobs.list(of(rival))).map(({ id }) => id)).toEqual([theirs.id]);
  for (const who of [
    rival,
    { ...acme, contract: "con_other" },
    { ...rival, contract: "con_acme" },
  ]) {
    expect(await jobs.get(of(who), mine.id)).toBeNull();
    expect(await jobs.log(of(who), mine.id, null)).toBeNull();
    expect(await jobs.cancel(of(who), mine.id)).toBeNull();
  }
  expect(await jobs.get(of(acme), `${mine.id},${theirs.id}`)).toBeNull();
  expect(await jobs.get(of(acme), mine.id)).toMatchObject({ status: "running" });
  await jobs.cancel(of(rival), theirs.id);
  await jobs.cancel(of(acme), mine.id);
  const ended = await untilJob(acme, mine, (job) => (job?.ended ?? null) !== null);
  expect(ended).toMatchObject({ status: "cancelled" });
  expect(await jobs.cancel(of(acme), mine.id)).toMatchObject({ status: "cancelled" });
}, 60_000);

test("a notice is found in the file on each node, and the work is sent the signal it asked for", async () => {
  const work = [
    `trap 'echo "$SLURM_PROCID was told: $(cat "$SPILLWAY_NOTICE_FILE")"; exit 0' USR1`,
    'echo "begun $SLURM_PROCID"',
    "while sleep 0.2; do :; done",
  ];
  const job = await submit(acme, { ...script(...work), noticeSignal: "USR1" });
  await until(
    () => logOf(acme, job),
    ({ text }) => text.includes("begun 0") && text.includes("begun 1"),
    20_000,
  );
  const notice = JSON.stringify({ recall: "rec_1", due: "2026-12-01T08:00:00.000Z" });
  await slurm("scontrol", "update", `JobId=${job.id}`, `Comment=spillway ${notice}`);
  await access.run("scancel", ["--batch", "--signal=USR2", job.id], { as: "tenant1" });
  const ended = await untilJob(acme, job, (each) => (each?.exitCode ?? null) !== null);
  expect(ended).toMatchObject({ status: "completed", exitCode: 0 });
  const { text } = await logOf(acme, job);
  for (const task of [0, 1]) expect(text).toContain(`${task} was told: ${notice}\n`);
}, 60_000);

test("work that asked for no signal goes on, and finds its notice", async () => {
  const work = ['until [ -e "$SPILLWAY_NOTICE_FILE" ]; do sleep 0.1; done', "echo found it"];
  const job = await submit(rival, script("echo begun", ...work));
  await untilLog(rival, job, "begun");
  await slurm("scontrol", "update", `JobId=${job.id}`, "Comment=spillway {}");
  await access.run("scancel", ["--batch", "--signal=USR2", job.id], { as: "tenant2" });
  await untilLog(rival, job, "found it");
}, 60_000);

test("a submission is found by its key", async () => {
  const key = "acme\nkey-1";
  expect(await jobs.find(of(acme), key)).toBeNull();
  const job = await submit(acme, script("echo héllo"), key);
  expect(await jobs.find(of(acme), key)).toMatchObject({ id: job.id });
  expect(await jobs.find(of(acme), "acme\nkey-2")).toBeNull();
  expect(await jobs.find(of(rival), key)).toBeNull();
  await untilJob(acme, job, (each) => each?.exitCode === 0);
  expect(await jobs.find(of(acme), key)).toMatchObject({ id: job.id, status: "completed" });
}, 60_000);

test("a log is read piece by piece, and no piece cuts a character", async () => {
  const job = await submit(acme, {
    ...script("printf 'é%.0s' $(seq 40000); echo", "head -c 100 /dev/zero | tr '\\0' x"),
    tasks: 1,
  });
  await untilJob(acme, job, (each) => each?.exitCode === 0);
  const all = await logOf(acme, job, 0);
  expect([all.from, all.next, all.size]).toEqual([0, 65_536, 80_101]);
  expect(all.text).toBe("é".repeat(32_768));
  const rest = await logOf(acme, job, all.next);
  expect(rest).toMatchObject({ from: 65_536, next: 80_101 });
  expect(rest.text).toBe(`${"é".repeat(7_232)}\n${"x".repeat(100)}`);
  const last = await logOf(acme, job);
  expect(last).toMatchObject({ from: 14_566, next: 80_101 });
  expect(all.text + rest.text).toBe("é".repeat(14_566 / 2) + last.text);
  expect(await logOf(acme, job, 90_000)).toMatchObject({ from: 90_000, text: "" });
}, 60_000);

test("what cannot run is refused by name, and nothing of a holder's is read by a shell of Spillway's", async () => {
  const odd = "$(touch /tmp/never) '; exit 3; --end--";
  const refusals = [
    await jobs.submit({ ...acme, holder: "nobody" }, script("true"), null),
    await jobs.submit({ ...acme, contract: "con_later" }, script("true"), null),
    await jobs.submit(acme, { ...script("true"), nodes: 3 }, null),
    await jobs.submit(acme, { ...script("true"), memoryGibPerNode: 1_000_000 }, null),
    await jobs.submit(
      acme,
      { ...script(), work: { type: "container", image: "alpine", command: ["true"] } },
      null,
    ),
  ];
  expect(refusals).toEqual([
    { refusal: "user_missing", said: null },
    { refusal: "not_delivered_yet", said: "Requested reservation is invalid" },
    { refusal: "job_too_large", said: null },
    {
      refusal: "job_refused",
      said: expect.stringMatching(/^Memory specification .*; Requested node/),
    },
    { refusal: "container_not_available", said: null },
  ]);
  const job = await submit(rival, script(`cat << 'x'`, odd, "x", "echo end"));
  expect((await untilLog(rival, job, "\nend\n")).text).toBe(`${odd}\nend\n`);
}, 60_000);
