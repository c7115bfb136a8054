/** Contracts on a real Slurm: held against the owner, used by the holder, given back in time, mended after what befalls. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { bringUp, type Lab, takeDown } from "../../src/labs/slurm/lab.ts";
import { nodesOf } from "../../src/labs/slurm/plan.ts";
import { TENANTS, TRAINER } from "../../src/labs/slurm/users.ts";
import { realClock } from "../../src/server/clock.ts";
import { assert, durationMs, epochMs, later } from "../../src/units.ts";
import { restartController, restartDatabaseDaemon } from "./daemons.ts";
import { LabMarket } from "./market.ts";
import { until } from "./spillway.ts";
import {
  alive,
  inside,
  type Manner,
  MANNERS,
  submitOnceLetIn,
  submitOwners,
  submitTenant,
  type Submitted,
  timesIn,
} from "./tenants.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-delivery-"));
const [tenant, other] = TENANTS;
assert(tenant !== undefined && other !== undefined, "the lab has tenants");

let lab: Lab;
let market: LabMarket;
let nodes: readonly string[] = [];
let settling: Promise<void> = Promise.resolve();

beforeAll(async () => {
  lab = await bringUp(join(root, "lab"), 4);
  nodes = nodesOf(lab.plan).map(({ name }) => name);
}, 120_000);

afterAll(async () => {
  await takeDown(join(root, "lab"));
  rmSync(root, { recursive: true, force: true });
}, 60_000);

afterEach(async () => {
  market.stop();
  await settling;
  await inside(lab, ["scancel", "-u", TRAINER.name]);
  for (const { contract } of market.allotted(realClock.now())) market.end(contract);
  await until(
    async () => {
      await market.settle();
      return [await slurm("squeue", "-h"), await reservations()].join("");
    },
    (left) => left === "",
    20_000,
  );
}, 60_000);

function open(): void {
  market = new LabMarket(
    join(root, "lab"),
    new Map([
      ["acme", tenant?.name ?? ""],
      ["beta", other?.name ?? ""],
    ]),
  );
}

function slurm(...command: readonly string[]): Promise<string> {
  return inside(lab, command);
}

async function reservations(): Promise<string> {
  const text = await slurm("scontrol", "-o", "show", "reservations");
  return text.startsWith("No reservations") ? "" : text;
}

function pick(...indices: readonly number[]): string[] {
  return indices.map((index) => nodes[index] ?? "");
}

async function submit(contract: string, count: number, manner: Manner): Promise<Submitted> {
  assert(tenant !== undefined, "the lab has tenants");
  const job = await submitOnceLetIn(lab, {
    user: tenant,
    account: "spw-acme",
    reservation: `spw-lab_${contract}`,
    partition: "market",
    nodes: count,
    manner,
  });
  await until(
    () => timesIn(lab, job.beats),
    (beats) => beats.length > 2,
    20_000,
  );
  return job;
}

async function firstLine({ beats }: Submitted): Promise<number> {
  const [time = 0] = await until(
    () => timesIn(lab, beats),
    (lines) => lines.length > 0,
    20_000,
  );
  return time;
}

test("a contract's nodes are its holder's: his job runs there, the owner's waits, and nobody else's may", async () => {
  open();
  market.sell({ id: "ctr_1", holder: "acme", nodes: pick(0, 1) });
  expect((await market.settle()).faults).toEqual([]);
  expect(await reservations()).toMatch(/^ReservationName=spw-lab_ctr_1 .*Accounts=spw-acme /);
  // The accounting may be told a little later.
  await until(
    () => market.settle(),
    ({ deeds }) => deeds.length === 0,
    20_000,
  );
  expect(await market.settle()).toEqual({ deeds: [], faults: [], interruptions: [] });
  await submit("ctr_1", 2, "obeys");
  const owners = await submitOwners(lab, TRAINER, pick(0));
  const stranger = { account: "spw-acme", reservation: "spw-lab_ctr_1", partition: "market" };
  const foreign = submitTenant(lab, { ...stranger, user: other, nodes: 1, manner: "obeys" });
  await expect(foreign).rejects.toThrow("Invalid account");
  expect(await slurm("squeue", "-h", "-j", owners.id, "-o", "%T")).toBe("PENDING");
}, 60_000);

test.each(
  MANNERS.flatMap((manner) => [[manner, "in full"] as const, [manner, "in part"] as const]),
)(
  "a job that %s is recalled %s: not before its time, and nothing of it after",
  async (manner, extent) => {
    open();
    market.sell({ id: "ctr_1", holder: "acme", nodes: pick(0, 1) });
    await market.settle();
    const job = await submit("ctr_1", 2, manner);
    const taken = extent === "in full" ? pick(0, 1) : pick(1);
    expect(await alive(lab, job)).toBeGreaterThan(0);
    const owners = await submitOwners(lab, TRAINER, taken);
    settling = market.keepSettling();
    // Two passes long, for the first may still go by a picture in which the job does not run.
    const due = market.recall("ctr_1", taken, 5_000);
    const began = await firstLine(owners);
    // A beat is a tenth of a second, on a machine that may be busy.
    expect((await timesIn(lab, job.beats)).at(-1)).toBeGreaterThan(due - 1_000);
    expect(began).toBeGreaterThanOrEqual(due);
    expect(await alive(lab, job)).toBe(0);
    expect((await timesIn(lab, job.signals)).filter((time) => time < due)).toHaveLength(1);
    expect((await reservations()).includes("spw-lab_ctr_1")).toBe(extent === "in part");
    expect(market.faults).toEqual([]);
  },
  60_000,
);

test("a recall that is withdrawn in its last second takes nothing", async () => {
  open();
  market.sell({ id: "ctr_1", holder: "acme", nodes: pick(0, 1) });
  await market.settle();
  const job = await submit("ctr_1", 2, "obeys");
  settling = market.keepSettling();
  const due = market.recall("ctr_1", pick(0, 1), 5_000);
  await until(realClock.now.bind(realClock), (now) => now > due - 300, 10_000);
  market.withdraw("ctr_1");
  await until(
    () => timesIn(lab, job.beats),
    (beats) => (beats.at(-1) ?? 0) > due + 2_000,
    20_000,
  );
  expect(await reservations()).toContain("spw-lab_ctr_1");
  // Of the recall, and of its withdrawal.
  await until(
    () => timesIn(lab, job.signals),
    (times) => times.length === 2,
    10_000,
  );
  expect(await slurm("squeue", "-h", "-o", "%k")).toContain('"withdrawn":true');
}, 60_000);

test("a node is its next holder's at the second at which the one before must be off it, whatever its job's limit", async () => {
  open();
  const end = epochMs(Math.ceil((realClock.now() + 12_000) / 1_000) * 1_000);
  market.sell({ id: "ctr_1", holder: "acme", nodes: pick(0), end });
  await market.settle();
  const job = await submit("ctr_1", 1, "ignores");
  market.sell({ id: "ctr_2", holder: "beta", nodes: pick(0), start: end });
  settling = market.keepSettling();
  await until(reservations, (text) => text.includes("spw-lab_ctr_2"), 10_000);
  expect(realClock.now()).toBeLessThan(end);
  await until(
    () => alive(lab, job),
    (count) => count === 0,
    20_000,
  );
  expect((await timesIn(lab, job.beats)).at(-1)).toBeGreaterThan(end - 1_000);
  expect(await reservations()).toMatch(/^ReservationName=spw-lab_ctr_2 .* State=ACTIVE /m);
}, 60_000);

test("what slurmctld forgets when it is killed, and what we forget, is as it should be again", async () => {
  open();
  market.sell({ id: "ctr_1", holder: "acme", nodes: pick(0) });
  await market.settle();
  market.sell({ id: "ctr_2", holder: "beta", nodes: pick(1) });
  await market.settle();
  await slurm("pkill", "-KILL", "-x", "slurmctld");
  await expect(market.settle()).rejects.toMatchObject({ state: "unreachable" });
  await restartController(lab);
  const before = market;
  open();
  for (const each of before.allotted(realClock.now())) market.adopt(each);
  await until(
    async () => {
      await market.settle().catch(() => null);
      return reservations().catch(() => "");
    },
    (text) => text.includes("spw-lab_ctr_1") && text.includes("spw-lab_ctr_2"),
    30_000,
  );
}, 90_000);

test("without slurmdbd, what is held goes on being held, and given back in time", async () => {
  open();
  market.sell({ id: "ctr_1", holder: "acme", nodes: pick(0) });
  await market.settle();
  await slurm("pkill", "-KILL", "-x", "slurmdbd");
  try {
    const job = await submit("ctr_1", 1, "ignores");
    await slurm("scontrol", "delete", "ReservationName=spw-lab_ctr_1").catch(() => "in use");
    market.sell({ id: "ctr_2", holder: "acme", nodes: pick(1) });
    market.sell({ id: "ctr_3", holder: "newcomer", nodes: pick(2) });
    settling = market.keepSettling();
    const due = market.recall("ctr_1", pick(0), 4_000);
    await until(
      () => alive(lab, job),
      (count) => count === 0,
      20_000,
    );
    expect((await timesIn(lab, job.beats)).at(-1)).toBeLessThan(due + 2_000);
    expect(await reservations()).toContain("spw-lab_ctr_2");
    await until(
      () => market.faults.join(),
      (faults) => faults.includes("accounts and ends of jobs are not looked at"),
      30_000,
    );
  } finally {
    await restartDatabaseDaemon(lab);
  }
}, 90_000);

test("what is another's is never touched, and a dry run touches nothing", async () => {
  open();
  const foreign = ["reservation", "ReservationName=spw-hall_ctr_9", "StartTime=now", "Duration=60"];
  await slurm("scontrol", "create", ...foreign, `Nodes=${pick(3)[0]}`, "Accounts=training");
  await slurm(
    "scontrol",
    "create",
    "reservation",
    "ReservationName=spw-lab_ctr_0",
    "StartTime=now",
    "Duration=60",
    `Nodes=${pick(2)[0]}`,
    "Accounts=training",
  );
  market.sell({
    id: "ctr_1",
    holder: "acme",
    nodes: pick(0),
    end: later(realClock.now(), durationMs(60_000)),
  });
  const { deeds } = await market.dry.settle(market.allotted);
  expect(deeds).toEqual([
    "dry run: reservation spw-lab_ctr_0 is deleted",
    expect.stringMatching(/^dry run: reservation spw-lab_ctr_1 is made on /),
  ]);
  expect(await reservations()).not.toContain("spw-lab_ctr_1");
  await market.settle();
  expect(await reservations()).toContain("spw-hall_ctr_9");
  expect(await reservations()).not.toContain("spw-lab_ctr_0");
  await slurm("scontrol", "delete", "ReservationName=spw-hall_ctr_9");
}, 60_000);
