/** What contracts had of a real Slurm's nodes, by its accounting: through outages of nodes and of the accounting itself. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessOf } from "../../src/clusters/slurm/reach.ts";
import { readClusterFile } from "../../src/clusters/slurm/cluster-file.ts";
import { slurmMeter } from "../../src/clusters/slurm/meter/meter.ts";
import { runInside } from "../../src/labs/slurm/inside.ts";
import { bringUp, type Lab, takeDown } from "../../src/labs/slurm/lab.ts";
import { SLURM_CONF, SLURMDBD_CONF } from "../../src/labs/slurm/paths.ts";
import { nodesOf } from "../../src/labs/slurm/plan.ts";
import type { Cluster, MeterReading } from "../../src/ports.ts";
import { realClock } from "../../src/server/clock.ts";
import type { EpochMs } from "../../src/units.ts";
import { assert, durationMs, epochMs, gpus } from "../../src/units.ts";
import { until } from "./spillway.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-meter-"));
const dir = join(root, "lab");
const SECOND = 1_000;
const RESERVATION = "ReservationName=spw-lab_c1";

let lab: Lab;
let meter: Cluster["meter"];
let nodes: readonly string[] = [];
const warned: string[] = [];

function warn(sentence: string): void {
  warned.push(sentence);
}

beforeAll(async () => {
  lab = await bringUp(dir, 2);
  nodes = nodesOf(lab.plan).map(({ name }) => name);
  // So that a reading is settled within seconds.
  appendFileSync(join(dir, "etc/slurm.conf"), "SlurmdTimeout=5\n");
  await inside("scontrol", "reconfigure");
  const [plan] = readClusterFile(join(dir, "cluster.json"));
  assert(plan !== undefined && plan.reach.by !== "rest", "the lab is reached by its tools");
  const access = accessOf(plan.reach);
  meter = slurmMeter({ access, pool: "lab", warn, margin: durationMs(2 * SECOND) });
  await inside("sacctmgr", "-i", "add", "account", "spillway");
  await inside("sacctmgr", "-i", "add", "account", "spw-t1", "parent=spillway");
  await inside("sacctmgr", "-i", "add", "user", "tenant1", "account=spw-t1");
}, 120_000);

afterAll(async () => {
  await takeDown(dir);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

async function inside(...program: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInside(lab.first, program);
  if (code !== 0) throw new Error(`${program.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

function shell(script: string): Promise<string> {
  return inside("sh", "-c", script);
}

/** As one who is let into the reservation. */
function submit(...words: readonly string[]): Promise<string> {
  const become = ["runuser", "-u", "tenant1", "--"];
  const where = ["-D", "/tmp", "-A", "spw-t1", "-p", "market", "--reservation=spw-lab_c1"];
  return inside(...become, "sbatch", "-o", "/dev/null", "-t", "9", ...where, ...words);
}

function jobsRunning(count: number): Promise<unknown> {
  return until(
    () => inside("squeue", "-h", "-t", "R,CG", "-u", "tenant1", "-o", "%T"),
    (states) => states.split("\n").filter((state) => state !== "").length === count,
    20_000,
  );
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * SECOND));
}

/** Between which lengths of time something lasted: commands take their time themselves. */
interface Lasted {
  readonly least: number;
  readonly most: number;
}

/** A node fails, and comes back. @returns for how long it was down, in milliseconds */
async function fails(node: string, seconds: number): Promise<Lasted> {
  // The brackets keep pkill from meeting its own command.
  await inside("pkill", "-KILL", "-f", `slurm[d] -N ${node} `);
  const before = realClock.now();
  await inside("scontrol", "update", `NodeName=${node}`, "State=DOWN", "Reason=a|b");
  const after = realClock.now();
  await pause(seconds);
  const least = realClock.now() - after;
  await inside("slurmd", "-N", node, "-f", SLURM_CONF);
  await until(
    () => inside("sinfo", "-h", "-n", node, "-p", "market", "-o", "%T"),
    (state) => !state.startsWith("down"),
    20_000,
  );
  return { least, most: realClock.now() - before };
}

/** Slurm tells whole seconds. @param lasted in milliseconds */
function expectBetween(reading: MeterReading, { least, most }: Lasted): void {
  expect(nodeSeconds(reading)).toBeGreaterThan(least / SECOND - 2);
  expect(nodeSeconds(reading)).toBeLessThan(most / SECOND + 2);
}

function reserve(...words: readonly string[]): Promise<string> {
  return inside("scontrol", ...words);
}

/** Once it is settled, of both nodes as if bound through the whole time. */
async function read(from: EpochMs, to: EpochMs): Promise<MeterReading> {
  const bound = nodes.map((node) => ({ node, fabric: "a", gpus: gpus(8), start: from, end: to }));
  const request = { contract: "c1", from, to, heldGpuMs: 2 * 8 * (to - from), nodes: bound };
  const readings = await until(
    () => meter([request]),
    (all) => all.length > 0,
    30_000,
  );
  const [reading] = readings;
  assert(reading !== undefined, "what was asked for is read");
  return reading;
}

/** Node-seconds. */
function nodeSeconds({ gpuMs }: MeterReading): number {
  return gpuMs / 8 / SECOND;
}

test("a node is billed while it is reserved, or its holder's job runs on, and never while it is down", async () => {
  const [first = "", second = ""] = nodes;
  const from = realClock.now();
  await pause(4);
  const words = [`Nodes=${nodes.join(",")}`, "Accounts=spw-t1", "PartitionName=market"];
  const reserving = realClock.now();
  await reserve("create", "reservation", RESERVATION, "StartTime=now", "Duration=9", ...words);
  const reserved = realClock.now();
  await submit("-w", second, "--gres=gpu:8", "--wrap", "sleep 99");
  await jobsRunning(1);
  const down = await fails(first, 6);
  // As a recall does: the node leaves the reservation, and its job goes on.
  await reserve("update", RESERVATION, `Nodes=${first}`);
  await pause(6);
  const ending = realClock.now();
  await inside("scancel", "-u", "tenant1");
  await jobsRunning(0);
  const ended = realClock.now();
  await pause(2);
  const to = realClock.now();
  expect(await meter([{ contract: "c1", from, to, heldGpuMs: 9e9, nodes: [] }])).toEqual([]);
  expectBetween(await read(from, to), {
    least: to - reserved - down.most + (ending - reserved),
    most: to - reserving - down.least + (ended - reserving),
  });
  expect(warned).toEqual([]);
});

test("nothing is read while the accounting is gone, or not told everything; and then what happened meanwhile", async () => {
  const [first = ""] = nodes;
  const from = epochMs(realClock.now() + SECOND);
  await pause(1);
  await shell("pkill -KILL -x slurmdbd");
  const down = await fails(first, 6);
  const to = realClock.now();
  const refused = async (): Promise<unknown> => {
    const request = { contract: "c1", from, to, heldGpuMs: 9e9, nodes: [] };
    return meter([request]).catch((fault: unknown) => fault);
  };
  const fault = await until(refused, (outcome) => outcome instanceof Error, 20_000);
  expect(fault).toMatchObject({ name: "SlurmFault", state: "unreachable" });
  await shell(
    `SLURM_CONF=${SLURMDBD_CONF} setpriv --reuid=slurm --regid=$(id -g slurm) --clear-groups slurmdbd`,
  );
  let untold = 0;
  const [reading] = await until(
    async () => {
      try {
        return [await read(from, to)];
      } catch (again) {
        if (String(again).includes("messages for slurmdbd")) untold++;
        return [];
      }
    },
    (all) => all.length > 0,
    40_000,
  );
  assert(reading !== undefined, "it was read in the end");
  expect(untold).toBeGreaterThan(0);
  expectBetween(reading, { least: to - from - down.most, most: to - from - down.least });
});
