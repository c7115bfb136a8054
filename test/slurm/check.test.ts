/** The checklist that a cluster is put right by, on a lab: which passes, but for what it can't have. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterCheck } from "../../src/clusters/slurm/check/check-cluster.ts";
import { runInside } from "../../src/labs/slurm/inside.ts";
import { bringUp, type Lab, takeDown } from "../../src/labs/slurm/lab.ts";
import { type Said, spillway } from "./spillway.ts";

const root = mkdtempSync(join(tmpdir(), "spillway-check-"));
const dir = join(root, "lab");
const file = join(dir, "cluster.json");

let lab: Lab;

beforeAll(async () => {
  lab = await bringUp(dir, 2);
}, 120_000);

afterAll(async () => {
  await takeDown(dir);
  rmSync(root, { recursive: true, force: true });
}, 60_000);

async function inside(...program: readonly string[]): Promise<void> {
  const { code, stderr } = await runInside(lab.first, program);
  if (code !== 0) throw new Error(`${program.join(" ")} ended with ${code}: ${stderr}`);
}

function checked(...more: readonly string[]): Promise<Said> {
  return spillway("cluster", "check", "--cluster", file, ...more);
}

/** Names of checks by outcome. */
function namesOf({ stdout }: Said, outcome: string): readonly string[] {
  const { clusters } = JSON.parse(stdout) as { clusters: readonly ClusterCheck[] };
  const all = clusters.flatMap(({ checks }) => checks);
  return all.filter((each) => each.outcome === outcome).map(({ name }) => name);
}

/** Where a machine has no control groups that Slurm knows, the lab does without. */
function lackedByTracking(): readonly string[] {
  return lab.plan.tracking === "cgroup" ? [] : ["processes"];
}

test("a lab can be delivered on, as it stands", async () => {
  const said = await checked("--json");
  expect(said.stderr).toBe("");
  expect(namesOf(said, "fail")).toEqual(lackedByTracking());
  expect(said.code).toBe(lackedByTracking().length === 0 ? 0 : 1);
  const unset = ["private_data", "private_tmp", "clean_up", "health"];
  expect(namesOf(said, "warn").filter((name) => name !== "devices")).toEqual(unset);
  expect(namesOf(said, "ok").filter((name) => name === "user")).toHaveLength(4);
  const page = await checked();
  expect(page.stdout).toMatch(/^Cluster lab, by /);
  expect(page.stdout).toMatch(/ok +fabrics of lab +fabric-a with 8 GPUs, fabric-b with 8 GPUs/);
});

test("what is wrong is found, and the exit code says so", async () => {
  await inside("scontrol", "update", "PartitionName=market", "State=DOWN", "ReqResv=NO");
  await inside("sacctmgr", "-i", "add", "user", "tenant2", "account=training");
  const said = await checked("--json");
  expect(said.code).toBe(1);
  const failed = ["market_partition", "reservations_only", ...lackedByTracking()];
  expect(namesOf(said, "fail")).toEqual(failed);
  expect(namesOf(said, "warn")).toContain("user");
  expect(said.stdout).toContain("tenant2 may also run jobs in training");
});
