import * as fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "../recall/recall.test-data.ts";
import type { Due } from "./due-queue.ts";
import { DueQueue } from "./due-queue.ts";

function queueOf(dues: readonly Due[]): DueQueue {
  const queue = new DueQueue();
  for (const due of dues) queue.push(due);
  return queue;
}

test("what falls due comes in order of time, then hand-overs before ends, then as it was put in", () => {
  const queue = queueOf([
    { at: at(2), kind: "end", id: "e1" },
    { at: at(1), kind: "end", id: "e2" },
    { at: at(2), kind: "hand_over", id: "h1" },
    { at: at(3), kind: "hand_over", id: "late" },
    { at: at(2), kind: "end", id: "e3" },
    { at: at(2), kind: "hand_over", id: "h2" },
  ]);
  expect(queue.until(at(0))).toEqual([]);
  expect(queue.until(at(2)).map(({ id }) => id)).toEqual(["e2", "h1", "h2", "e1", "e3"]);
  queue.dropUntil(at(2));
  expect(queue.size).toBe(1);
  expect(queue.until(at(2))).toEqual([]);
});

const dues: fc.Arbitrary<Due[]> = fc.array(
  fc.record({
    at: fc.nat(12).map(at),
    kind: fc.constantFrom("hand_over" as const, "end" as const),
    id: fc.string({ maxLength: 2 }),
  }),
  { maxLength: 40 },
);

test("the queue is a sorted list, however filled and emptied", () => {
  fc.assert(
    fc.property(dues, dues, fc.nat(12), fc.nat(12), (before, after, first, last) => {
      const queue = queueOf(before);
      queue.dropUntil(at(first));
      for (const due of after) queue.push(due);
      const rest = [...before.filter((due) => due.at > at(first)), ...after];
      const kinds = ["hand_over", "end"];
      const sorted = rest.toSorted(
        (a, b) => a.at - b.at || kinds.indexOf(a.kind) - kinds.indexOf(b.kind),
      );
      expect(queue.size).toBe(rest.length);
      expect(queue.until(at(last))).toEqual(sorted.filter((due) => due.at <= at(last)));
    }),
    { numRuns: 1_000 },
  );
});
