/** Real labs, brought up and taken down by the program as a user would. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runInside } from "../../src/labs/slurm/inside.ts";
import { labAt } from "../../src/labs/slurm/lab.ts";
import { statusOf, type UpStatus } from "../../src/labs/slurm/status.ts";
import { homeOf, LAB_USERS, type LabUser, TRAINER } from "../../src/labs/slurm/users.ts";
import { assert } from "../../src/units.ts";
import { askRest } from "./rest.ts";
import { lab, until } from "./spillway.ts";
import { NONE, tracesOf } from "./traces.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-labs-"));
const [one, two] = [join(root, "one"), join(root, "two")];
const MOST_UP_MS = 30_000;

let [upMs, upSaid] = [0, ""];

beforeAll(async () => {
  const began = performance.now();
  const { code, stderr } = await lab("up", "--dir", one);
  upMs = performance.now() - began;
  upSaid = stderr;
  expect(stderr).not.toContain("spillway:");
  expect(code).toBe(0);
}, 300_000);

afterAll(async () => {
  for (const dir of [one, two]) await lab("down", "--dir", dir);
  rmSync(root, { recursive: true, force: true });
}, 120_000);

/** What a program prints inside, without starting Spillway for it. @throws Error if it fails */
async function asUser(
  user: LabUser | null,
  dir: string,
  ...program: readonly string[]
): Promise<string> {
  const there = labAt(dir);
  assert(there !== null, "the lab is up");
  const { code, stdout, stderr } = await runInside(there.first, program, user ? { user } : {});
  if (code !== 0) throw new Error(`${program.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

function inside(dir: string, ...program: readonly string[]): Promise<string> {
  return asUser(null, dir, ...program);
}

async function upStatusOf(dir: string): Promise<UpStatus> {
  const status = await statusOf(dir);
  assert(status.state === "up", "the lab is up");
  return status;
}

/** @returns the job's number */
function submit(dir: string, ...options: readonly string[]): Promise<string> {
  return asUser(TRAINER, dir, "sbatch", "--parsable", "-D", HOME, "-o", "out-%j", ...options);
}

const HOME = homeOf(TRAINER);

async function ended(dir: string, job: string): Promise<string> {
  const fields = "--format=state,account,alloctres";
  return until(
    () => inside(dir, "sacct", "-nXP", fields, "-j", job),
    (line) => /^(COMPLETED|FAILED|CANCELLED|TIMEOUT)/.test(line),
    30_000,
  );
}

test("it is up within half a minute, and tells each step as it comes", () => {
  expect(upMs).toBeLessThan(MOST_UP_MS);
  const steps = ["namespaces", "munge", "MariaDB", "slurmdbd", "accounts", "slurmctld"];
  for (const step of steps) expect(upSaid).toMatch(new RegExp(`^${step} +\\d+\\.\\d s$`, "m"));
  expect(upSaid).toMatch(/^slurmd on 4 nodes +\d+\.\d s$/m);
});

test("its nodes stand idle in two fabrics, in both partitions, with eight GPUs each", async () => {
  const lines = await inside(one, "sinfo", "-hN", "-o", "%R %f %G %t");
  const sorted = lines.split("\n").toSorted();
  const expected = ["market", "owner"].flatMap((partition) =>
    ["fabric-a", "fabric-a", "fabric-b", "fabric-b"].map(
      (fabric) => `${partition} ${fabric} gpu:h100:8 idle`,
    ),
  );
  expect(sorted).toEqual(expected);
  expect(await inside(one, "squeue", "-h")).toBe("");
  expect(await inside(one, "scontrol", "show", "topology")).toContain("SwitchName=spine Level=1");
});

test("a user's job gets the GPUs it asked for and is kept from the others", async () => {
  const script = "for gpu in 0 1 2 7; do true < /run/gpus/$gpu && echo has $gpu; done; exit 0";
  const job = await submit(one, "--gres=gpu:2", "--wrap", script);
  expect(await ended(one, job)).toMatch(/^COMPLETED\|training\|.*gres\/gpu:h100=2/);
  const { constrainsDevices } = await upStatusOf(one);
  const out = await asUser(TRAINER, one, "sh", "-c", `cat ${HOME}/out-${job}; id -un`);
  expect(out).toContain("has 0\nhas 1\n");
  expect(out.includes("has 2")).toBe(!constrainsDevices);
  expect(out.includes("2: Operation not permitted")).toBe(constrainsDevices);
  expect(out).toMatch(/trainer$/);
});

test("a job may span the fabrics, or be held to one", async () => {
  const wide = await submit(one, "-N", "4", "--exclusive", "--wrap", "srun hostname");
  expect(await ended(one, wide)).toContain("gres/gpu");
  await expect(submit(one, "-N", "3", "-C", "fabric-a", "--wrap", "true")).rejects.toThrow(
    "Requested node configuration is not available",
  );
});

test("the market's partition is used in a reservation alone, by whom it is for", async () => {
  const [node = ""] = (await inside(one, "sinfo", "-hN", "-p", "market", "-o", "%N")).split("\n");
  const reservation = ["ReservationName=deal", `Nodes=${node}`, "Accounts=training"];
  const times = ["StartTime=now", "Duration=10"];
  await inside(one, "scontrol", "create", "reservation", ...reservation, ...times);
  await expect(submit(one, "-p", "market", "--wrap", "true")).rejects.toThrow("denied");
  const job = await submit(one, "-p", "market", "--reservation=deal", "--wrap", "hostname");
  expect(await ended(one, job)).toMatch(/^COMPLETED/);
  await inside(one, "scontrol", "delete", "ReservationName=deal");
});

test("a tenant has no account until it is given one", async () => {
  const tenant = LAB_USERS.find(({ name }) => name === "tenant1");
  assert(tenant !== undefined, "there are tenants");
  const submitted = asUser(tenant, one, "sbatch", "--wrap", "true");
  await expect(submitted).rejects.toThrow("Invalid account");
});

test("slurmrestd answers the machine on its socket, whoever has a token", async () => {
  const { restSocket } = await upStatusOf(one);
  const line = await inside(one, "scontrol", "token", "username=trainer", "lifespan=60");
  const ask = (token: string): ReturnType<typeof askRest> =>
    askRest(restSocket, "/slurm/v0.0.38/ping", "trainer", token);
  expect(await ask(line.replace("SLURM_JWT=", ""))).toMatchObject({
    status: 200,
    body: { errors: [], pings: [{ ping: "UP" }] },
  });
  expect((await ask("forged")).status).not.toBe(200);
});

test("two labs side by side know nothing of each other", async () => {
  const { code } = await lab("up", "--dir", two, "--nodes", "2");
  expect(code).toBe(0);
  const job = await submit(one, "--job-name=only-in-one", "--wrap", "sleep 30");
  const names = (dir: string): Promise<string> => inside(dir, "squeue", "-h", "-o", "%j");
  expect(await names(one)).toBe("only-in-one");
  expect(await names(two)).toBe("");
  const other = await submit(two, "--gres=gpu:8", "--wrap", "srun hostname");
  expect(await ended(two, other)).toMatch(/^COMPLETED/);
  const nodes = [...(await upStatusOf(one)).nodes, ...(await upStatusOf(two)).nodes];
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(6);
  await inside(one, "scancel", job);
});

test("up again says that it is up; with another number of nodes it is refused", async () => {
  expect(await lab("up", "--dir", one)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is up already"),
  });
  expect(await lab("up", "--dir", one, "--nodes", "9")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("is up with 4 nodes"),
  });
});

test("a program inside has its own words and its own exit code", async () => {
  expect(await lab("exec", "--dir", one, "sh", "-c", "echo said; exit 7")).toMatchObject({
    code: 7,
    stdout: "said\n",
  });
  const version = await lab("exec", "--dir", one, "--user", "trainer", "sbatch", "--version");
  expect(version.stdout).toMatch(/^slurm-wlm 22\./);
  const home = await lab("exec", "--dir", one, "--user", "trainer", "pwd");
  expect(home.stdout).toBe(`${HOME}\n`);
  expect((await lab("exec", "--dir", one, "sh", "-c", "kill -9 $$")).code).toBe(137);
  expect((await lab("exec", "--dir", one, "--user", "nobody", "id")).code).toBe(2);
});

test("down leaves nothing, while a job is running and a daemon is dead", async () => {
  await submit(two, "-N", "2", "--exclusive", "--wrap", "srun sleep 600 & sleep 600");
  await until(
    async () => (await upStatusOf(two)).processes.map(({ command }) => command).join("\n"),
    (commands) => (commands.match(/^(\/usr\/bin\/)?sleep 600$/gm)?.length ?? 0) >= 3,
    30_000,
  );
  const { processes } = await upStatusOf(two);
  const slurmctld = processes.find(({ command }) => command.startsWith("slurmctld"));
  process.kill(slurmctld?.pid ?? 0, "SIGKILL");
  await until(
    () => lab("status", "--json", "--dir", two),
    ({ code, stdout }) =>
      code === 1 && (JSON.parse(stdout) as UpStatus).missing.join() === "slurmctld",
    10_000,
  );

  const look = tracesOf(two);
  const before = look();
  expect(before.processes.length).toBeGreaterThan(10);
  expect(before.namespaces).toHaveLength(4);
  expect((await lab("down", "--dir", two)).code).toBe(0);
  expect(look()).toEqual(NONE);
  expect(await lab("down", "--dir", two)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("There is no lab"),
  });
  expect((await lab("status", "--dir", two)).code).toBe(5);
  expect((await lab("exec", "--dir", two, "sinfo")).code).toBe(5);
  expect((await upStatusOf(one)).missing).toEqual([]);
});

test("a folder that holds something else is refused, and left as it is", async () => {
  const dir = join(root, "letters");
  mkdirSync(dir);
  writeFileSync(join(dir, "letter"), "");
  expect(await lab("up", "--dir", dir)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("holds something else"),
  });
  expect((await lab("down", "--dir", dir)).stdout).toContain("There is no lab");
  rmSync(join(dir, "letter"));
});
