/** Holders' jobs on a real Slurm: in their reservations, as their own users, each seen and ended by its holder alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlurmAccess } from "../../src/clusters/slurm/access/access.ts";
import { ask } from "../../src/clusters/slurm/access/ask.ts";
import { readClusterFile } from "../../src/clusters/slurm/cluster-file.ts";
import { slurmJobs } from "../../src/clusters/slurm/jobs/jobs.ts";
import { accessOf } from "../../src/clusters/slurm/reach.ts";
import { bringUp, type Lab, takeDown } from "../../src/labs/slurm/lab.ts";
import { nodesOf } from "../../src/labs/slurm/plan.ts";
import type { Allotment, Job, JobLog, JobRequest, Jobs, JobsOf } from "../../src/ports.ts";
import { realClock } from "../../src/server/clock.ts";
import { assert, earlier, HOUR_MS } from "../../src/units.ts";
import { LabMarket } from "./market.ts";
import { until } from "./spillway.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-jobs-"));
const dir = join(root, "lab");
const users = new Map([
  ["acme", "tenant1"],
  ["rival", "tenant2"],
]);

let lab: Lab;
let market: LabMarket;
let access: SlurmAccess;
let jobs: Jobs;

beforeAll(async () => {
  lab = await bringUp(dir, 3);
  const [plan] = readClusterFile(join(dir, "cluster.json"));
  assert(plan !== undefined && plan.reach.by !== "rest", "the lab is reached by its tools");
  const [pool] = plan.pools;
  assert(pool !== undefined, "the lab's file names one pool");
  access = accessOf(plan.reach);
  jobs = slurmJobs({ access, pool, users, clock: realClock });
  market = new LabMarket(dir, users);
  const [first = "", second = "", third = ""] = nodesOf(lab.plan).map(({ name }) => name);
  market.sell({ id: "con_acme", holder: "acme", nodes: [first, second] });
  market.sell({ id: "con_rival", holder: "rival", nodes: [third] });
  // Accounts are made first, which takes a while.
  await until(
    () => market.settle(),
    ({ deeds, faults }) => deeds.length + faults.length === 0,
    30_000,
  );
}, 120_000);

afterAll(async () => {
  await takeDown(dir);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

function slurm(tool: string, ...words: readonly string[]): Promise<string> {
  return ask(access, tool, words);
}

type Holder = "acme" | "rival";

/** What the holder has now. */
function allotmentOf(holder: Holder): Allotment {
  const found = market.allotted(realClock.now()).find((each) => each.holder === holder);
  assert(found !== undefined, "the holder has a contract");
  return found;
}

function nodesNow(holder: Holder): string[] {
  return allotmentOf(holder).nodes.map(({ node }) => node);
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

/** A contract that was sold before this test began. */
function of(holder: Holder): JobsOf {
  return { contract: `con_${holder}`, holder, start: earlier(realClock.now(), HOUR_MS) };
}

async function submit(holder: Holder, request: JobRequest, key: string | null = null) {
  const job = await jobs.submit(allotmentOf(holder), request, key);
  if ("refusal" in job) throw new Error(`${job.refusal}: ${job.said}`);
  return job;
}

function untilJob(
  holder: Holder,
  { id }: Job,
  isEnough: (job: Job | null) => boolean,
): Promise<Job | null> {
  return until(() => jobs.get(of(holder), id), isEnough, 20_000);
}

function untilEnded(holder: Holder, job: Job): Promise<Job | null> {
  return untilJob(holder, job, (each) => (each?.exitCode ?? each?.signal ?? null) !== null);
}

async function logOf(holder: Holder, { id }: Job, from: number | null = null) {
  const log = await jobs.log(of(holder), id, from);
  assert(log !== null && !("refusal" in log), "the job has a log");
  return log;
}

function untilLog(holder: Holder, job: Job, text: string): Promise<JobLog> {
  return until(
    () => logOf(holder, job),
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
  const job = await submit("acme", script(...said));
  expect(job).toMatchObject({ name: "train", gpus: 16, exitCode: null, ended: null });
  expect(await untilEnded("acme", job)).toMatchObject({
    id: job.id,
    name: "train",
    status: "failed",
    exitCode: 7,
    signal: null,
    gpus: 16,
    nodes: nodesNow("acme"),
  });
  const { text } = await logOf("acme", job);
  for (const task of [0, 1]) expect(text).toContain(`${task} of 2 as tenant1 with 8 GPUs: /`);
  expect(text).toMatch(/home (\S+) in \1, secret: , contract con_acme/);
  expect(text).toContain("a step of its own");
  const [, home = ""] = /home (\S+) in/.exec(text) ?? [];
  expect(await slurm("find", `${home}/.spillway`, "-mindepth", "1")).toBe("");
});

test("a holder sees and ends its own jobs, newest first, and nobody else's", async () => {
  const mine = await submit("acme", script("sleep 600"));
  const theirs = await submit("rival", script("sleep 600"));
  await untilJob("acme", mine, (job) => job?.status === "running");
  const ids = (await jobs.list(of("acme"))).map(({ id }) => id);
  expect(ids[0]).toBe(mine.id);
  expect(ids).not.toContain(theirs.id);
  expect((await jobs.list(of("rival"))).map(({ id }) => id)).toEqual([theirs.id]);
  const others = [
    of("rival"),
    { ...of("acme"), contract: "con_other" },
    { ...of("rival"), contract: "con_acme" },
  ];
  for (const other of others) {
    expect(await jobs.get(other, mine.id)).toBeNull();
    expect(await jobs.log(other, mine.id, null)).toBeNull();
    expect(await jobs.cancel(other, mine.id)).toBeNull();
  }
  expect(await jobs.get(of("acme"), `${mine.id},${theirs.id}`)).toBeNull();
  expect(await jobs.get(of("acme"), mine.id)).toMatchObject({ status: "running" });
  await jobs.cancel(of("rival"), theirs.id);
  await jobs.cancel(of("acme"), mine.id);
  await untilJob("acme", mine, (job) => job?.status === "cancelled");
  expect(await jobs.cancel(of("acme"), mine.id)).toMatchObject({ status: "cancelled" });
});

test("a notice and its withdrawal are in the file on each node, and the work is sent its signal for the notice", async () => {
  const work = [
    `trap 'echo "$SLURM_PROCID was told: $(cat "$SPILLWAY_NOTICE_FILE")"' USR1`,
    'echo "begun $SLURM_PROCID"',
    'until grep -qs withdrawn "$SPILLWAY_NOTICE_FILE"; do sleep 0.2; done',
    'echo "$SLURM_PROCID goes on: $(cat "$SPILLWAY_NOTICE_FILE")"',
  ];
  const job = await submit("acme", { ...script(...work), noticeSignal: "USR1" });
  const untilBoth = (...said: readonly [string, string]): Promise<JobLog> =>
    until(
      () => logOf("acme", job),
      ({ text }) => said.every((each) => text.includes(each)),
      20_000,
    );
  await untilBoth("begun 0", "begun 1");
  const due = market.recall("con_acme", nodesNow("acme"), 600_000);
  await market.settle();
  const notice = { recall: `rcl_${due}`, due: new Date(due).toISOString() };
  const told = `was told: ${JSON.stringify(notice)}\n`;
  await untilBoth(`0 ${told}`, `1 ${told}`);
  market.withdraw("con_acme");
  await market.settle();
  expect(await untilEnded("acme", job)).toMatchObject({ status: "completed", exitCode: 0 });
  const goesOn = `goes on: ${JSON.stringify({ ...notice, withdrawn: true })}\n`;
  await untilBoth(`0 ${goesOn}`, `1 ${goesOn}`);
  expect((await logOf("acme", job)).text.match(/was told/g)).toHaveLength(2);
});

test("a submission is found by its key, and runs where nothing is recalled", async () => {
  const [first = "", second = ""] = nodesNow("acme");
  market.recall("con_acme", [first], 1_800_000);
  await market.settle();
  const key = "acme\nkey-1";
  expect(await jobs.find(of("acme"), key)).toBeNull();
  const job = await submit("acme", script("true"), key);
  expect(await jobs.find(of("acme"), key)).toMatchObject({ id: job.id });
  expect(await jobs.find(of("acme"), "acme\nkey-2")).toBeNull();
  expect(await jobs.find(of("rival"), key)).toBeNull();
  expect(await untilEnded("acme", job)).toMatchObject({ nodes: [second] });
  expect(await jobs.find(of("acme"), key)).toMatchObject({ id: job.id, status: "completed" });
  market.withdraw("con_acme");
  await market.settle();
});

test("a log is read piece by piece, and no piece cuts a character", async () => {
  const job = await submit("acme", {
    ...script("printf 'é%.0s' $(seq 40000); echo", "head -c 100 /dev/zero | tr '\\0' x"),
    tasks: 1,
  });
  await untilEnded("acme", job);
  const first = await logOf("acme", job, 0);
  expect(first).toEqual({ from: 0, next: 65_536, size: 80_101, text: "é".repeat(32_768) });
  const rest = await logOf("acme", job, first.next);
  expect(rest).toMatchObject({ from: 65_536, next: 80_101 });
  expect(rest.text).toBe(`${"é".repeat(7_232)}\n${"x".repeat(100)}`);
  const last = await logOf("acme", job);
  expect(last).toMatchObject({ from: 14_566, next: 80_101 });
  expect(first.text + rest.text).toBe("é".repeat(14_566 / 2) + last.text);
  expect(await logOf("acme", job, 90_000)).toMatchObject({ from: 90_000, text: "" });
});

test("what cannot run is refused by name", async () => {
  const acme = allotmentOf("acme");
  const container = { type: "container", image: "alpine", command: ["true"] } as const;
  const refusals = [
    await jobs.submit({ ...acme, holder: "nobody" }, script("true"), null),
    await jobs.submit({ ...acme, contract: "con_later" }, script("true"), null),
    await jobs.submit(acme, { ...script("true"), nodes: 3 }, null),
    await jobs.submit(acme, { ...script("true"), memoryGibPerNode: 1_000_000 }, null),
    await jobs.submit(acme, { ...script(), work: container }, null),
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
});

test("work that asked for no signal goes on with its notice, and is ended when its node is due", async () => {
  const odd = "$(false) '; exit 3; --end--";
  const work = [
    `trap '' TERM USR1; cat << 'x'`,
    odd,
    "x",
    'until [ -e "$SPILLWAY_NOTICE_FILE" ]; do sleep 0.1; done',
    "echo found it; sleep 600",
  ];
  const job = await submit("rival", script(...work));
  expect((await untilLog("rival", job, "\n")).text).toBe(`${odd}\n`);
  const due = market.recall("con_rival", nodesNow("rival"), 5_000);
  const settling = market.keepSettling();
  await untilLog("rival", job, "found it");
  expect(realClock.now()).toBeLessThan(due);
  const ended = await untilEnded("rival", job);
  market.stop();
  await settling;
  expect(market.faults).toEqual([]);
  expect(ended?.status).toBe("failed");
  // Slurm tells whole seconds.
  expect((ended?.ended ?? 0) - due).toBeGreaterThan(-1_000);
  expect((ended?.ended ?? 0) - due).toBeLessThan(3_000);
});
