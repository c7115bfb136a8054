import * as fc from "fast-check";
import { expect, test } from "vitest";
import { durationMs, epochMs, gpus } from "../units.ts";
import type { Running } from "./running-jobs.ts";
import { RunningJobs } from "./running-jobs.ts";

function running(end: number, rank: number): Running {
  const [submit, duration] = [epochMs(0), durationMs(end)];
  const job = { id: String(rank), submit, duration, gpus: gpus(rank + 1), group: "", start: null };
  return { job, end: epochMs(end), rank };
}

function bySortedEnd(all: readonly Running[]): Running[] {
  return all.toSorted((a, b) => a.end - b.end || a.rank - b.rank);
}

test("jobs come out by their ends, equal ends in order of their starts", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40 }), (ends) => {
      const heap = new RunningJobs();
      const all = ends.map((end, rank) => running(end, rank));
      for (const one of all) heap.add(one);
      const sorted = bySortedEnd(all);
      const releases = [...heap.releases()];
      expect(releases).toEqual(sorted.map(({ end, job }) => ({ end, gpus: job.gpus })));
      expect(sorted.map(() => heap.takeFirst())).toEqual(sorted);
      expect(heap.first).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test("asking for releases takes nothing out", () => {
  const heap = new RunningJobs();
  heap.add(running(5, 0));
  expect([...heap.releases()]).toHaveLength(1);
  expect(heap.first?.end).toBe(5);
});
