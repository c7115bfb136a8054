import { readFileSync } from "node:fs";
import { dataPath } from "../test/data.ts";
import { epochMs, HOUR_MS } from "../src/units.ts";
import type { HourReading } from "../src/surplus/forecast.ts";

export const USAGE_FILES = [
  "alibaba-a100-hourly",
  "alibaba-series-1-hourly",
  "alibaba-series-2-hourly",
  "venus-2020-apr-jun-10min",
] as const;

/** The hours of a usage file: GPUs rounded up, an hour or more at 0 an outage. */
export function readHours(name: string): HourReading[] {
  const text = readFileSync(dataPath(`usage/${name}.csv`), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
  const times = rows.map((row) => Date.parse(row[0]!));
  const stepsPerHour = HOUR_MS / (times[1]! - times[0]!);
  const usage = rows.map((row) => Math.ceil(Number(row[1])) / Number(row[2]));
  hideOutages(usage, stepsPerHour);
  return Array.from({ length: Math.floor(usage.length / stepsPerHour) }, (_, hour) => {
    const from = hour * stepsPerHour;
    return readingOf(times[from]!, usage.slice(from, from + stepsPerHour));
  });
}

function hideOutages(usage: number[], stepsPerHour: number): void {
  for (let from = 0; from < usage.length; from += 1) {
    let to = from;
    while (usage[to] === 0) to += 1;
    if (to > from && to - from >= stepsPerHour) usage.fill(Number.NaN, from, to);
    from = Math.max(from, to - 1);
  }
}

function readingOf(time: number, steps: readonly number[]): HourReading {
  const start = epochMs(time);
  if (steps.some((step) => Number.isNaN(step)))
    return { start, mean: null, peak: null, pressure: null };
  const clipped = steps.map((step) => Math.min(1, step));
  return { start, mean: meanOf(clipped), peak: Math.max(...clipped), pressure: meanOf(steps) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
