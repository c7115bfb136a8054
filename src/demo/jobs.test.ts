import { expect, test } from "vitest";
import { HOUR_MS } from "../units.ts";
import { meanGpusHeld, placeJobs, placeSessions, type Span } from "./jobs.ts";
import type { Job } from "./load.ts";
import { JOBS } from "./profiles.ts";
import { randomFrom } from "./random.ts";

const WEEKS = 12;
const SPAN: Span = {
  warmUpHours: 0,
  hours: WEEKS * 168,
  level: new Float64Array(WEEKS * 168).fill(1),
};

function arrivals(): Job[] {
  const jobs: Job[] = [];
  placeJobs(JOBS, SPAN, randomFrom("arrivals"), (job) => jobs.push(job));
  return jobs;
}

function countBy(jobs: readonly Job[], size: number, of: (job: Job) => number): number[] {
  const counts = Array.from({ length: size }, () => 0);
  for (const job of jobs) counts[of(job)] = (counts[of(job)] ?? 0) + 1;
  return counts;
}

function at(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
}

function hoursOf(job: Job): number {
  return (job.endMs - job.startMs) / HOUR_MS;
}

const jobs = arrivals();

test("jobs arrive as at Alibaba: 105 an hour, 500 in one hour of a hundred", () => {
  const perHour = countBy(jobs, SPAN.hours, (job) => Math.floor(job.startMs / HOUR_MS));
  expect(Math.abs(jobs.length / SPAN.hours / 105 - 1)).toBeLessThan(0.1);
  expect(Math.abs(at(perHour, 0.99) / 500 - 1)).toBeLessThan(0.25);
});

test("fewest jobs arrive from 04 to 06 h, most from 10 to 21 h, fewer at the weekend", () => {
  const byHour = countBy(jobs, 24, (job) => Math.floor(job.startMs / HOUR_MS) % 24);
  const mean = jobs.length / 24;
  for (const hour of [4, 5]) expect(byHour[hour]).toBeLessThan(0.6 * mean);
  for (let hour = 10; hour < 21; hour += 1) expect(byHour[hour]).toBeGreaterThan(mean);
  const byDay = countBy(jobs, 7, (job) => Math.floor(job.startMs / (24 * HOUR_MS)) % 7);
  const weekend = (byDay[5] ?? 0) + (byDay[6] ?? 0);
  expect(weekend / 2).toBeLessThan((0.95 * (jobs.length - weekend)) / 5);
});

test("jobs last as at Alibaba: median 20 minutes, nine tenths 12.7 h, 6 % over 3 days with 78 % of the time", () => {
  const durations = jobs.map(hoursOf);
  expect(at(durations, 0.5) * 60).toBeCloseTo(20, -0.7);
  expect(Math.abs(at(durations, 0.9) / 12.7 - 1)).toBeLessThan(0.1);
  const long = jobs.filter((job) => hoursOf(job) > 72);
  expect(long.length / jobs.length).toBeCloseTo(0.06, 2);
  expect(Math.abs(gpuHours(long) / gpuHours(jobs) - 0.78)).toBeLessThan(0.03);
});

function gpuHours(some: readonly Job[]): number {
  return some.reduce((sum, job) => sum + job.gpus * hoursOf(job), 0);
}

test("the GPUs that a flow holds on average are what is computed for it", () => {
  const held = gpuHours(jobs) / SPAN.hours;
  expect(Math.abs(held / meanGpusHeld(JOBS) - 1)).toBeLessThan(0.1);
});

test("sessions open and close within their hours, fewer of them at the weekend", () => {
  const opened: Job[] = [];
  const sessions = {
    perDay: 20,
    gpus: 8,
    opens: [9, 12],
    closes: [18, 26],
    weekend: 0.5,
    sigma: 0,
  };
  placeSessions(
    { ...sessions, opens: [9, 12], closes: [18, 26] },
    SPAN,
    randomFrom("sessions"),
    (job) => opened.push(job),
  );
  const byDay = countBy(opened, 7, (job) => (Math.floor(job.startMs / (24 * HOUR_MS)) + 7) % 7);
  expect(byDay.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 20 * WEEKS));
  expect(byDay[5]).toBe(10 * WEEKS);
  for (const job of opened) expect(hoursOf(job)).toBeGreaterThanOrEqual(6);
});
