/** A real Slurm read as a cluster that is sold from: by its tools and by slurmrestd, in good weather and bad. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ask } from "../../src/client/client.ts";
import { readClusterFile } from "../../src/clusters/slurm/cluster-file.ts";
import { slurmCluster } from "../../src/clusters/slurm/cluster.ts";
import { readerOf } from "../../src/clusters/slurm/reach.ts";
import { restReader } from "../../src/clusters/slurm/rest-reader.ts";
import { toolsReader } from "../../src/clusters/slurm/tools-reader.ts";
import { throughAccess } from "../../src/clusters/slurm/access/through.ts";
import { hasGpus } from "../../src/clusters/slurm/owner/waiting.ts";
import type { SlurmReader } from "../../src/clusters/slurm/reader.ts";
import type { SlurmPastRun, SlurmSeen } from "../../src/clusters/slurm/seen.ts";
import { runInside } from "../../src/labs/slurm/inside.ts";
import { bringUp, type Lab, takeDown } from "../../src/labs/slurm/lab.ts";
import { inNamespaces } from "../../src/labs/slurm/namespaces.ts";
import { SLURM_CONF } from "../../src/labs/slurm/paths.ts";
import { nodesOf } from "../../src/labs/slurm/plan.ts";
import { homeOf, TRAINER } from "../../src/labs/slurm/users.ts";
import type { ClusterReading } from "../../src/ports.ts";
import { EMPTY } from "../../src/schedule/schedule.ts";
import { realClock } from "../../src/server/clock.ts";
import {
  assert,
  ceilTo,
  DAY_MS,
  durationMs,
  earlier,
  elapsed,
  HOUR_MS,
  MINUTE_MS,
} from "../../src/units.ts";
import { spillway, typeSpillway, until } from "./spillway.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-reading-"));
const dir = join(root, "lab");
const file = join(dir, "cluster.json");
const tokenFile = join(root, "token");

let lab: Lab;
let reader: SlurmReader;
let nodes: readonly string[] = [];

beforeAll(async () => {
  lab = await bringUp(dir, 4);
  nodes = nodesOf(lab.plan).map(({ name }) => name);
  reader = readerOf(plan().reach, realClock);
  writeFileSync(tokenFile, await inside("scontrol", "token", "username=root", "lifespan=3600"));
}, 120_000);

afterAll(async () => {
  await takeDown(dir);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

afterEach(async () => {
  await inside("scancel", "-u", TRAINER.name);
  await readUntil(({ demand }) => demand === 0);
}, 60_000);

function plan() {
  const [first] = readClusterFile(file);
  assert(first !== undefined, "the lab's file names one cluster");
  return first;
}

async function inside(...program: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInside(lab.first, program, { mostMs: 90_000 });
  if (code !== 0) throw new Error(`${program.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

/** @returns the job's number */
async function submit(...options: readonly string[]): Promise<string> {
  const program = ["sbatch", "--parsable", "-D", homeOf(TRAINER), "-o", "/dev/null", ...options];
  const { stdout, stderr } = await runInside(lab.first, program, { user: TRAINER });
  if (stdout === "") throw new Error(stderr);
  return stdout.trim();
}

function cluster(): ReturnType<typeof slurmCluster> {
  const [pool] = plan().pools;
  assert(pool !== undefined, "the lab's file names one pool");
  const fabrics = ["fabric-a", "fabric-b"];
  // Each reading is of a picture of its own, since tests look more than once a second.
  const setup = { pool, fabrics, step: MINUTE_MS, historyWindow: durationMs(2 * DAY_MS) };
  return slurmCluster(reader, () => reader.see(), setup);
}

function read(): Promise<ClusterReading> {
  return cluster().read(realClock.now());
}

function readUntil(isEnough: (reading: ClusterReading) => boolean): Promise<ClusterReading> {
  return until(read, isEnough, 20_000);
}

/** Jobs that run, whoever's. */
function untilRunning(count: number): Promise<SlurmSeen> {
  return until(
    () => reader.see(),
    ({ jobs }) => jobs.filter(({ state }) => state === "RUNNING").length === count,
    20_000,
  );
}

function sizesOf({ fabrics }: ClusterReading): number[] {
  return fabrics.map(({ gpus }) => gpus);
}

function declaredOf({ declared }: ClusterReading, job: string): ClusterReading["declared"][number] {
  const run = declared.find(({ id }) => id === `slurm-lab-job-${job}`);
  assert(run !== undefined, `job ${job} is declared`);
  return run;
}

test("an idle cluster is all there, in its fabrics, and nobody wants any of it", async () => {
  expect(await read()).toEqual({
    demand: 0,
    fabrics: [
      { id: "fabric-a", gpus: 16, used: EMPTY },
      { id: "fabric-b", gpus: 16, used: EMPTY },
    ],
    declared: [],
  });
  const said = await spillway("cluster", "status", "--cluster", file);
  expect(said).toMatchObject({ code: 0, stderr: "" });
  expect(said.stdout).toContain("Slurm     22.05.");
  expect(said.stdout).toMatch(/fabric-b +2 of 2 nodes up, 16 of 16 GPUs/);
});

test("demand is what runs and what waits for GPUs, and not what is held, dependent or later", async () => {
  const running = await submit("-t", "60", "-N", "1", "--gres=gpu:8", "--wrap", "sleep 600");
  const waiting = await submit("-t", "120", "-N", "4", "--gres=gpu:h100:8", "--wrap", "sleep 600");
  await submit("-t", "9", "--hold", "--gres=gpu:1", "--wrap", "true");
  await submit("-t", "9", "-d", `afterok:${waiting}`, "--gres=gpu:1", "--wrap", "true");
  const begin = ["--begin=now+2hours", "-J", "nightly"];
  const later = await submit("-t", "30", ...begin, "--gres=gpu:4", "--wrap", "true");
  await untilRunning(1);
  const reading = await readUntil(({ demand }) => demand === 40);
  expect(reading.declared.map(({ id }) => id).toSorted()).toEqual(
    [running, waiting, later].map((job) => `slurm-lab-job-${job}`).toSorted(),
  );
  expect(declaredOf(reading, running)).toMatchObject({ gpus: 8, duration: HOUR_MS });
  expect(declaredOf(reading, waiting)).toMatchObject({ gpus: 32 });
  const nightly = declaredOf(reading, later);
  expect(nightly).toMatchObject({ name: "nightly", gpus: 4, duration: 30 * MINUTE_MS });
  expect(elapsed(realClock.now(), nightly.start)).toBeGreaterThan(1.9 * HOUR_MS);
  // Slurm may meanwhile have planned when the waiting job starts, and with that its end.
  const lasting = reading.declared.map(({ id, start, gpus }) => ({ id, start, gpus }));
  expect((await read()).declared).toMatchObject(lasting);
  await inside("scancel", later);
  expect((await read()).declared).toHaveLength(2);
});

test("slurmrestd shows the same picture as the tools, but for the topology", async () => {
  await submit("-t", "60", "-N", "2", "--gres=gpu:8", "-J", "a|b\nc", "--wrap", "sleep 600");
  await submit("-t", "60", "--array=0-5%2", "--gpus=8", "--wrap", "sleep 600");
  await submit("-t", "60", "--exclusive", "-N", "1", "--wrap", "sleep 600");
  await submit("--hold", "--gpus-per-task=2", "-n", "3", "--wrap", "true");
  await untilRunning(3);
  const rest = restReader({ at: join(dir, "rest/socket"), user: "root", tokenFile }, realClock);
  const [byTools, byRest] = [await reader.see(), await rest.see()];
  expect(byRest.controller.version).toBe(byTools.controller.version);
  expect(byRest.nodes).toEqual(byTools.nodes);
  expect(comparable(byRest)).toEqual(comparable(byTools));
  expect((await rest.own()).level).toBe("administrator");
  // slurmdbd may be told of an end only between the two calls.
  await until(
    async () => {
      const window = { start: earlier(realClock.now(), HOUR_MS), end: realClock.now() };
      return [endedOf(await rest.pastRuns(window)), endedOf(await reader.pastRuns(window))];
    },
    ([byRest, byTools]) => isDeepStrictEqual(byRest, byTools),
    20_000,
  );
});

function endedOf(runs: readonly SlurmPastRun[]): unknown {
  return runs.filter(({ end }) => end !== null).toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** slurmrestd remembers jobs for a while that have ended; a waiting job's expected start moves on from call to call. */
function comparable({ jobs }: SlurmSeen): unknown {
  const there = jobs.filter((job) => hasGpus(job) || job.state === "PENDING");
  const still = there.map((job) =>
    job.state === "PENDING" ? Object.assign(job, { start: null, end: null }) : job,
  );
  return still.toSorted((a, b) => Number(a.id) - Number(b.id));
}

test("a drained node is no capacity, and its job no demand", async () => {
  const [node = ""] = nodes;
  await submit("-t", "60", "-w", node, "--gres=gpu:8", "--wrap", "sleep 600");
  await untilRunning(1);
  await inside("scontrol", "update", `nodename=${node}`, "state=drain", "reason=State=IDLE test");
  const drained = await read();
  expect(sizesOf(drained)).toEqual([8, 16]);
  expect(drained).toMatchObject({ demand: 0, declared: [] });
  await inside("scontrol", "update", `nodename=${node}`, "state=resume");
  expect(sizesOf(await readUntil(({ demand }) => demand === 8))).toEqual([16, 16]);
});

function reserve(
  name: string,
  node: string,
  start: string,
  ...more: readonly string[]
): Promise<string> {
  const window = [`StartTime=${start}`, "Duration=60"];
  const what = [`ReservationName=${name}`, `Nodes=${node}`, ...window, ...more];
  return inside("scontrol", "create", "reservation", ...what);
}

test("reservations are the owner's demand while they last, but for the market's and maintenance", async () => {
  const [first = "", second = "", third = "", fourth = ""] = nodes;
  await reserve("big-run", first, "now", "Accounts=training");
  await reserve("next-run", second, "now+2hours", "Accounts=training");
  await reserve("spw-con_1", third, "now", "Accounts=training");
  await reserve("mend", fourth, "now", "Users=root", "Flags=MAINT");
  const reading = await readUntil((each) => sizesOf(each)[1] === 8);
  expect(reading.demand).toBe(8);
  expect(sizesOf(reading)).toEqual([16, 8]);
  expect(reading.declared.map(({ id, gpus }) => `${id} ${gpus}`).toSorted()).toEqual([
    "slurm-lab-reservation-big-run 8",
    "slurm-lab-reservation-next-run 8",
  ]);
  for (const name of ["big-run", "next-run", "spw-con_1", "mend"]) {
    await inside("scontrol", "delete", `ReservationName=${name}`);
  }
  await readUntil(
    ({ demand, fabrics }) => demand === 0 && fabrics.every(({ gpus }) => gpus === 16),
  );
});

test("the past is what the accounting remembers", async () => {
  await submit("-t", "60", "-N", "4", "--gres=gpu:8", "--wrap", "sleep 600");
  await untilRunning(1);
  await inside("sh", "-c", "sleep $((62 - $(date +%-S)))");
  const until = ceilTo(realClock.now(), HOUR_MS);
  const hours = await cluster().history(until);
  expect(hours.at(-1)?.start).toBe(until - HOUR_MS);
  expect(Math.max(...hours.map(({ peak }) => peak ?? 0))).toBe(1);
  expect(Math.max(...hours.map(({ mean }) => mean ?? 0))).toBeLessThan(1);
});

test("serve sells from the lab's file at once, though the lab has hardly a past", async () => {
  const data = join(root, "data");
  const running = typeSpillway("serve", "--cluster", file, "--port", "0", "--data-dir", data);
  try {
    await until(running.output, (text) => text.includes("Ctrl-C stops"), 60_000);
    const url = /http:\S+/.exec(running.output())?.[0] ?? "";
    const ready = await until(
      async () => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).json(),
      (each) => (each as { status: string }).status === "ready",
      90_000,
    );
    expect(ready).toMatchObject({ pools: { seen: 1, unseen: 0 } });
    const owner = { url, key: readFileSync(join(data, "owner.key"), "utf8").trim() };
    const { rungs } = await ask<LadderShape>(owner, "GET", "/v1/ladder/lab");
    const offered = rungs.map((rung) => Math.max(0, ...rung.until.map(({ gpus }) => gpus)));
    expect(Math.max(...offered)).toBeGreaterThanOrEqual(8);
    const tenant = { id: "tenant1", name: "Tenant", email: "tenant@example.org" };
    await ask(owner, "POST", "/v1/accounts", { body: tenant });
    const paid = { account: tenant.id, amount: "1000", reference: "bank-1" };
    await ask(owner, "POST", "/v1/deposits", { body: paid });
    const wanted = { sku: "H100", gpus: 8, duration: "1h", limit_price: "2.00" };
    const body = { account: tenant.id, ...wanted, notice_at_least: "15m", fabric: "one" };
    const order = await ask(owner, "POST", "/v1/orders", { body });
    expect(order).toMatchObject({ status: "filled" });
    const { data: contracts } = await ask<{ data: object[] }>(owner, "GET", "/v1/contracts");
    expect(contracts).toMatchObject([{ account: tenant.id, sku: "H100", gpus: 8 }]);
  } finally {
    running.child.kill("SIGTERM");
    await running.ended;
  }
});

/** Of `GET /v1/ladder/{pool}`. */
interface LadderShape {
  readonly rungs: readonly { readonly until: readonly { readonly gpus: number }[] }[];
}

test("a user without a level is refused where jobs are hidden from it, and only there", async () => {
  const become = ["setpriv", "--reuid=trainer", "--regid=trainer", "--init-groups"];
  const access = throughAccess([...inNamespaces(lab.first), ...become], { slurmConf: SLURM_CONF });
  expect(await toolsReader(access, realClock).own()).toEqual({ user: "trainer", level: "none" });
  await toolsReader(access, realClock).see();
  appendFileSync(join(dir, "etc/slurm.conf"), "PrivateData=jobs\n");
  await inside("scontrol", "reconfigure");
  const look = (): Promise<string> =>
    toolsReader(access, realClock)
      .see()
      .then(
        () => "seen",
        (fault: Error) => fault.message,
      );
  expect(await until(look, (outcome) => outcome !== "seen", 20_000)).toMatch(/^denied: .*trainer/);
  await reader.see();
});

test("a killed slurmctld is unreachable within the time, and seen again when it is back", async () => {
  await inside("pkill", "-KILL", "-x", "slurmctld");
  const began = performance.now();
  await expect(read()).rejects.toMatchObject({ name: "SlurmFault", state: "unreachable" });
  expect(performance.now() - began).toBeLessThan(12_000);
  const rest = restReader({ at: join(dir, "rest/socket"), user: "root", tokenFile }, realClock);
  await expect(rest.see()).rejects.toMatchObject({ name: "SlurmFault" });
  const said = await spillway("cluster", "status", "--json", "--cluster", file);
  expect(said.code).toBe(1);
  expect(JSON.parse(said.stdout)).toMatchObject({
    clusters: [{ name: "lab", version: null, pools: [], problems: [{ state: "unreachable" }] }],
  });
  await inside(
    "sh",
    "-c",
    `setpriv --reuid=slurm --regid=$(id -g slurm) --clear-groups slurmctld -f ${SLURM_CONF}`,
  );
  // What was cancelled just before may run again: slurmctld forgets its last seconds.
  await until(
    () => read().catch(() => null),
    (each) => each !== null && sizesOf(each).every((size) => size === 16),
    60_000,
  );
});
