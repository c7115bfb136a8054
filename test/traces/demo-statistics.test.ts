import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { idleStatistics, PUBLISHED } from "../../src/demo/statistics.ts";
import { findOutages, type UsageTrace } from "../../src/fleet/usage.ts";
import { durationMs, epochMs, HOUR_MS, MINUTE_MS } from "../../src/units.ts";
import { dataPath } from "../data.ts";

function readTrace(file: string, stepMs: number): UsageTrace {
  const rows = readFileSync(dataPath(file), "utf8").trim().split("\n").slice(1);
  const column = (index: number): Int32Array =>
    Int32Array.from(rows, (row) => Math.ceil(Number(row.split(",")[index])));
  const [demand, total, step] = [column(1), column(2), durationMs(stepMs)];
  const outage = findOutages(demand, total, { step, outages: "drop" });
  return { name: file, start: epochMs(0), step, demand, total, outage, skippedRows: 0 };
}

test.each([
  ["A100-80G", "usage/alibaba-a100-hourly.csv", HOUR_MS],
  ["V100", "usage/venus-2020-apr-jun-10min.csv", 10 * MINUTE_MS],
])("the statistics mean what was published: %s from %s", (name, file, step) => {
  const measured = Object.entries(idleStatistics(readTrace(file, step)));
  const published = new Map(Object.entries(PUBLISHED[name] ?? {}));
  expect(measured).toHaveLength(published.size);
  for (const [key, value] of measured) {
    expect(Math.abs(value - (published.get(key) ?? Number.NaN)), key).toBeLessThan(0.01);
  }
});
