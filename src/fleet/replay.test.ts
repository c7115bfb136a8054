import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, durationMs, epochMs, gpus } from "../units.ts";
import type { Job } from "./job.ts";
import { replay } from "./replay.ts";

const STEP = durationMs(10 * MINUTE_MS);

function job(id: string, minutes: { submit: number; length: number }, count: number): Job {
  return {
    id,
    submit: epochMs(minutes.submit * MINUTE_MS),
    duration: durationMs(minutes.length * MINUTE_MS),
    gpus: gpus(count),
    group: "",
    start: null,
  };
}

test("a step's demand is the mean of what was in use, rounded up", () => {
  const jobs = [job("a", { submit: 5, length: 10 }, 3), job("b", { submit: 21, length: 1 }, 1)];
  const { trace, starts } = replay({ name: "log", jobs }, { capacity: gpus(4), step: STEP });
  expect([...trace.demand]).toEqual([2, 2, 1]);
  expect([...trace.total]).toEqual([4, 4, 4]);
  expect(starts.map(({ job, at }) => [job.id, at / MINUTE_MS])).toEqual([
    ["a", 5],
    ["b", 21],
  ]);
});

test("waiting jobs are demand above the capacity", () => {
  const jobs = [job("a", { submit: 0, length: 10 }, 4), job("b", { submit: 0, length: 10 }, 3)];
  const later = job("c", { submit: 29, length: 1 }, 1);
  const { trace } = replay(
    { name: "log", jobs: [...jobs, later] },
    { capacity: gpus(4), step: STEP },
  );
  expect([...trace.demand]).toEqual([7, 3, 1]);
});

test("the trace begins with the step of the first submission and ends with that of the last", () => {
  const jobs = [job("a", { submit: 75, length: 600 }, 1), job("b", { submit: 120, length: 9 }, 1)];
  const { trace, starts } = replay({ name: "log", jobs }, { capacity: gpus(1), step: STEP });
  expect(trace.start).toBe(70 * MINUTE_MS);
  expect(trace.demand).toHaveLength(6);
  expect(starts[1]?.at).toBe(675 * MINUTE_MS);
});

test("a cluster without jobs was idle, not broken", () => {
  const jobs = [job("a", { submit: 0, length: 1 }, 1), job("b", { submit: 300, length: 1 }, 1)];
  const { trace } = replay({ name: "log", jobs }, { capacity: gpus(1), step: durationMs(HOUR_MS) });
  expect([...trace.outage]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("jobs that could never start are reported", () => {
  const jobs = [job("huge", { submit: 0, length: 1 }, 9), job("a", { submit: 0, length: 1 }, 1)];
  const { refused, starts } = replay({ name: "log", jobs }, { capacity: gpus(8), step: STEP });
  expect(refused).toEqual([{ job: jobs[0], refusal: "job_exceeds_capacity" }]);
  expect(starts).toHaveLength(1);
});
