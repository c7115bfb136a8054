import * as fc from "fast-check";
import { expect, test } from "vitest";
import { add, demandOf, type Job, newLoad } from "./load.ts";

const STEP_MS = 100;
const STEPS = 12;

const job: fc.Arbitrary<Job> = fc
  .tuple(fc.integer({ min: -500, max: 1500 }), fc.nat(900), fc.integer({ min: 1, max: 64 }))
  .map(([startMs, length, gpus]) => ({ startMs, endMs: startMs + length, gpus }));

/** The same by looking at every job for every step. */
function naiveDemand(jobs: readonly Job[]): number[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const [from, to] = [step * STEP_MS, (step + 1) * STEP_MS];
    const held = jobs.map(
      ({ startMs, endMs, gpus }) =>
        gpus * Math.max(0, Math.min(to, endMs) - Math.max(from, startMs)),
    );
    return Math.ceil(held.reduce((sum, gpuMs) => sum + gpuMs, 0) / STEP_MS);
  });
}

test("demand is the mean of what the jobs hold in each step, whatever sticks out of the trace", () => {
  fc.assert(
    fc.property(fc.array(job, { maxLength: 30 }), (jobs) => {
      const load = newLoad(STEPS, STEP_MS);
      for (const each of jobs) add(load, each);
      expect([...demandOf(load)]).toEqual(naiveDemand(jobs));
    }),
    { numRuns: 1000 },
  );
});
