import { expect, test } from "vitest";
import { HOUR_MS, durationMs, epochMs } from "../units.ts";
import type { UsageTrace } from "./usage.ts";
import { findOutages, hourReading, hourReadings, outageRuns, traceEnd } from "./usage.ts";

const HALF_HOUR = durationMs(1_800_000);

function traceOf(demand: number[], total: number[], startHours = 0): UsageTrace {
  const usage = { demand: Int32Array.from(demand), total: Int32Array.from(total) };
  const outage = findOutages(usage.demand, usage.total, { step: HALF_HOUR, outages: "drop" });
  const start = epochMs(startHours * HOUR_MS);
  return { name: "t", start, step: HALF_HOUR, ...usage, outage, skippedRows: 0 };
}

function outages(demand: number[], rule: { minutes: number; outages?: "drop" | "keep" }): number[] {
  const total = Int32Array.from(demand, () => 8);
  const step = durationMs(rule.minutes * 60_000);
  const { outages = "drop" } = rule;
  return [...findOutages(Int32Array.from(demand), total, { step, outages })];
}

test("zero for an hour or more is an outage, zero for less is idleness", () => {
  expect(outages([5, 0, 5, 0, 0, 5], { minutes: 30 })).toEqual([0, 0, 0, 1, 1, 0]);
  expect(outages([5, 0, 5], { minutes: 60 })).toEqual([0, 1, 0]);
  expect(outages([0, 0, 5, 0, 0], { minutes: 30 })).toEqual([1, 1, 0, 1, 1]);
});

test("an outage that is kept is an idle cluster", () => {
  expect(outages([5, 0, 0, 0, 5], { minutes: 30, outages: "keep" })).toEqual([0, 0, 0, 0, 0]);
});

test("a step without capacity is an outage even where outages are kept", () => {
  const [demand, total] = [Int32Array.of(4, 4), Int32Array.of(8, 0)];
  const rule = { step: durationMs(HOUR_MS), outages: "keep" } as const;
  expect([...findOutages(demand, total, rule)]).toEqual([0, 1]);
});

test("runs of outage are half-open ranges", () => {
  expect(outageRuns(Uint8Array.of(1, 1, 0, 1))).toEqual([
    { from: 0, to: 2 },
    { from: 3, to: 4 },
  ]);
  expect(outageRuns(Uint8Array.of(0, 0))).toEqual([]);
});

test("an hour is the mean, peak and pressure of its steps", () => {
  const reading = hourReading(traceOf([4, 12], [8, 8]), epochMs(0));
  expect(reading).toEqual({ start: 0, mean: 0.75, peak: 1, pressure: 1 });
});

test("capacity may change within the hour: shares count, not GPUs", () => {
  const reading = hourReading(traceOf([4, 4], [8, 16]), epochMs(0));
  expect(reading.mean).toBe(0.375);
});

test("an hour of outage is null, and an outage in part of it leaves the rest", () => {
  const trace = traceOf([0, 0, 0, 4, 8, 8], [8, 8, 8, 8, 8, 8]);
  expect(hourReadings(trace)).toEqual([
    { start: 0, mean: null, peak: null, pressure: null },
    { start: HOUR_MS, mean: 0.5, peak: 0.5, pressure: 0.5 },
    { start: 2 * HOUR_MS, mean: 1, peak: 1, pressure: 1 },
  ]);
});

test("hours at both ends are read from the steps that the trace has", () => {
  const late = { ...traceOf([2, 4, 4], [8, 8, 8]), start: epochMs(HALF_HOUR) };
  expect(hourReadings(late).map(({ start, mean }) => [start, mean])).toEqual([
    [0, 0.25],
    [HOUR_MS, 0.5],
  ]);
  expect(traceEnd(late)).toBe(2 * HOUR_MS);
});
