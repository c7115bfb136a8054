import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataPath } from "../../test/data.ts";
import { findOutages, type UsageTrace } from "../fleet/usage.ts";
import { durationMs, epochMs, HOUR_MS, MINUTE_MS } from "../units.ts";
import { idleStatistics, PUBLISHED } from "./statistics.ts";

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

test("an outage is neither idle nor a minimum nor an error", () => {
  const demand = Int32Array.from({ length: 336 }, (_, hour) => (hour % 50 === 3 ? 0 : 6));
  const total = new Int32Array(336).fill(8);
  const outage = Uint8Array.from(demand, (gpus) => (gpus === 0 ? 1 : 0));
  const trace = { name: "flat", start: epochMs(0), step: HOUR_MS, demand, total, outage };
  expect(idleStatistics({ ...trace, skippedRows: 0 })).toEqual({
    mean: 0.25,
    wholeDayMinimum: 0.25,
    wholeWeekMinimum: 0.25,
    error1h: 0,
    error24h: 0,
    error168h: 0,
  });
});
