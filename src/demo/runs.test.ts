import { expect, test } from "vitest";
import { epochMs, HOUR_MS, MINUTE_MS } from "../units.ts";
import type { Job } from "./load.ts";
import type { Lane } from "./profile.ts";
import { H100, PRETRAINING } from "./profiles.ts";
import { randomFrom } from "./random.ts";
import { placeLane } from "./runs.ts";

const YEARS = 40;
const SPAN = { warmUpHours: 0, hours: YEARS * 8760, level: new Float64Array() };
const ORIGIN = epochMs(0);

function place(changes: Partial<Lane>): { jobs: Job[]; calendar: ReturnType<typeof placeLane> } {
  const lane = { ...PRETRAINING, falseStarts: 0, ...changes };
  const jobs: Job[] = [];
  const calendar = placeLane(lane, SPAN, ORIGIN, randomFrom("lane"), (job) => jobs.push(job));
  return { jobs, calendar };
}

/** Launches of one run lie at most two hours apart, runs at least a lull. */
function runsOf(jobs: readonly Job[]): Job[] {
  const runs: Job[] = [];
  for (const job of jobs) {
    const last = runs.at(-1);
    if (last && last.gpus === job.gpus && job.startMs - last.endMs <= 2 * HOUR_MS) {
      runs[runs.length - 1] = { ...last, endMs: job.endMs };
    } else runs.push(job);
  }
  return runs;
}

function length({ startMs, endMs }: Job): number {
  return endMs - startMs;
}

const LONG_LULLS = { lullHours: [200, 300], gpus: [[1024, 1]] } as const;

test("runs are interrupted at the published rate: 419 in 54 days on 16,384 GPUs", () => {
  const { jobs } = place(LONG_LULLS);
  const interruptions = jobs.length - runsOf(jobs).length;
  const gpuHours = jobs.reduce(
    (sum, job) => sum + (job.gpus * (job.endMs - job.startMs)) / HOUR_MS,
    0,
  );
  const rate = interruptions / gpuHours;
  expect(rate / (419 / (54 * 24 * 16_384))).toBeCloseTo(1, 1);
});

test("the GPUs of one lane are never held twice", () => {
  const { jobs } = place({});
  for (const [index, job] of jobs.entries()) {
    expect(job.startMs).toBeGreaterThanOrEqual(jobs[index - 1]?.endMs ?? -Infinity);
  }
});

test("a calendar is wrong as real ones are: late and early starts, early and late ends, runs that never come", () => {
  const { jobs, calendar } = place({ ...LONG_LULLS, declared: 1 });
  const runs = runsOf(jobs);
  const met = calendar.flatMap((plan) => {
    const run = runs.find(({ startMs }) => Math.abs(startMs - plan.start) < 60 * HOUR_MS);
    return run ? [{ plan, run }] : [];
  });
  const share = (of: (pair: (typeof met)[number]) => boolean): number =>
    met.filter(of).length / met.length;
  expect(1 - met.length / calendar.length).toBeCloseTo(0.05, 1);
  expect(share(({ plan, run }) => run.startMs > plan.start + HOUR_MS)).toBeGreaterThan(0.25);
  expect(share(({ plan, run }) => run.startMs < plan.start)).toBeGreaterThan(0.05);
  expect(share(({ plan, run }) => length(run) < 0.95 * plan.duration)).toBeGreaterThan(0.2);
  expect(share(({ plan, run }) => length(run) > 1.05 * plan.duration)).toBeGreaterThan(0.1);
});

test("undeclared runs come as surprises, declared ones long enough ahead", () => {
  expect(place({ declared: 0 }).calendar).toEqual([]);
  const { calendar } = place({ aheadHours: [48, 500] });
  for (const { declared, start } of calendar) {
    expect(start - declared).toBeGreaterThanOrEqual(48 * HOUR_MS - 1);
  }
});

test("launches of large runs last as in Acme Kalos, within a factor of two: median 5 minutes, nine tenths 10 h", () => {
  const lengths = H100.lanes.flatMap((lane) => place(lane).jobs.map(length)).sort((a, b) => a - b);
  const at = (share: number): number => lengths[Math.floor(share * lengths.length)] ?? Number.NaN;
  expect(Math.abs(Math.log2(at(0.5) / (5 * MINUTE_MS)))).toBeLessThan(1);
  expect(Math.abs(Math.log2(at(0.9) / (10 * HOUR_MS)))).toBeLessThan(1);
});
