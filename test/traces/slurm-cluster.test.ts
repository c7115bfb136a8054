/** Real answers of slurmrestd, 24.05 and 24.11, and of sinfo 21.08, as the cluster's readers take them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobsOfJson } from "../../src/clusters/slurm/read/jobs-json.ts";
import { nodesOfJson } from "../../src/clusters/slurm/read/nodes-json.ts";
import { pastRunsOfJson } from "../../src/clusters/slurm/read/past-runs-json.ts";
import { reservationsOfJson } from "../../src/clusters/slurm/read/reservations-json.ts";
import { dataPath } from "../data.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-answers-"));

beforeAll(() => {
  execFileSync("tar", ["-xzf", dataPath("slurm/slurmrestd-24.05-24.11.tar.gz"), "-C", folder]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function answer(version: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, version, `${name}.json`), "utf8"));
}

const [V41, V42] = ["24.05/0.0.41", "24.11/0.0.42"];

test.each([
  [V41, 14],
  [V42, 16],
])("all jobs of %s are read", (version, count) => {
  const jobs = jobsOfJson(answer(version, "slurm-jobs"));
  expect(jobs).toHaveLength(count);
  const running = jobs.filter(({ state }) => state === "RUNNING");
  expect(running.length).toBeGreaterThan(0);
  for (const job of running) {
    expect(job.nodes).toHaveLength(job.nodeCount);
    expect(job.start).not.toBeNull();
    expect(job.end! - job.start!).toBe(job.timeLimit);
  }
  for (const job of jobs.filter(({ state }) => state === "PENDING")) expect(job.nodes).toEqual([]);
});

test.each([
  ["slurm-job-gpus-running", (job: { gres_detail: string[] }) => job.gres_detail.length],
  ["slurm-job-gpus-pending", (job: { tres_per_job: string }) => job.tres_per_job.length],
])("%s has its GPUs, though the accounting counts none", (name, evidence) => {
  for (const version of [V41, V42]) {
    const read = answer(version, name) as { jobs: Parameters<typeof evidence>[0][] };
    expect(evidence(read.jobs[0]! as never)).toBeGreaterThan(0);
    expect(jobsOfJson(read)[0]?.gpus.total).toBeGreaterThan(0);
  }
});

test("nodes of all states and kinds are read", () => {
  for (const version of [V41, V42]) {
    expect(nodesOfJson(answer(version, "slurm-nodes")).length).toBeGreaterThan(5);
    const [down] = nodesOfJson(answer(version, "slurm-node-down"));
    expect(down?.state).toBe("DOWN");
    const [bare] = nodesOfJson(answer(version, "slurm-node-without-gpu"));
    expect(bare?.gpus.total).toBe(0);
    const [busy] = nodesOfJson(answer(version, "slurm-node-with-gpus-model-allocated"));
    expect(busy?.gpus.total).toBeGreaterThan(0);
    expect(Object.keys(busy?.gpus.byType ?? {})).not.toEqual([]);
    expect(busy?.gpusInUse.total).toBeGreaterThan(0);
  }
  const [draining] = nodesOfJson(answer(V41, "slurm-node-draining"));
  expect(draining).toMatchObject({ state: "MIXED", flags: ["DRAIN"] });
});

test("reservations are read, nodes and all", () => {
  const [training] = reservationsOfJson(answer(V41, "slurm-reservations"));
  expect(training).toMatchObject({
    name: "training",
    accounts: ["optic"],
    users: ["bparks", "bparks"],
  });
  expect(training?.nodes).toHaveLength(512);
  expect(reservationsOfJson(answer(V42, "slurm-reservations"))).toEqual([]);
});

test("past runs are read", () => {
  for (const version of [V41, V42]) {
    const [run] = pastRunsOfJson(answer(version, "slurmdb-job-running"));
    expect(run?.start).not.toBeNull();
    expect(run?.end).toBeNull();
    const [ended] = pastRunsOfJson(answer(version, "slurmdb-job-completed"));
    expect(ended?.end).not.toBeNull();
  }
});

test("sinfo of 21.08 is read", () => {
  const nodes = nodesOfJson(JSON.parse(readFileSync(dataPath("slurm/sinfo_1"), "utf8")));
  expect(nodes[0]).toMatchObject({ state: "DOWN", flags: ["NOT_RESPONDING"], gpus: { total: 1 } });
});
