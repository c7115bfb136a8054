import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readDescription } from "./fuzz/campaign.ts";
import type { WorkerReport, WorkerTask } from "./fuzz/worker.ts";

const MIB = 1_048_576;
const WORKER = new URL("fuzz/worker.ts", import.meta.url).pathname;

/** @throws Error where the process does not come to its end */
async function fuzz(task: WorkerTask): Promise<WorkerReport> {
  const child = spawn(process.execPath, ["--expose-gc", WORKER, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout)) as WorkerReport;
}

function countOf(reports: readonly WorkerReport[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [name, count] of reports.flatMap(({ answers }) => answers)) {
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

test("a hundred thousand requests find no fault, nothing undescribed and nothing of others'", async () => {
  const share = { campaigns: 17, requests: 3_000 };
  const reports = await Promise.all([fuzz({ seed: 1, ...share }), fuzz({ seed: 101, ...share })]);
  expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  const counts = countOf(reports);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  expect(all).toBeGreaterThanOrEqual(100_000);
  const { operations } = await readDescription();
  const named = (status: number): readonly string[] =>
    operations.map(({ id }) => id).filter((id) => !counts.has(`${id} ${status}`));
  // The requests are not all refused: otherwise little was tried.
  expect(named(200).length).toBeLessThan(operations.length / 10);
  expect(named(401)).toEqual([]);
  for (const { early, late } of reports) {
    expect((late.resident - early.resident) / MIB).toBeLessThan(64);
    expect((late.heap - early.heap) / MIB).toBeLessThan(16);
  }
});

test("what only reads leaves nothing behind in memory", async () => {
  const task = { seed: 1, campaigns: 1, requests: 20_000, methods: ["GET"] };
  const { early, late, violations } = await fuzz(task);
  expect(violations).toEqual([]);
  expect((late.heap - early.heap) / MIB).toBeLessThan(4);
});
