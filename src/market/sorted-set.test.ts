import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SortedSet } from "./sorted-set.ts";

const ascending = (a: number, b: number) => a - b;

test("a sorted set says what a sorted array says", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 120 });
  fc.assert(
    fc.property(steps, (given) => {
      const set = new SortedSet(ascending);
      const naive = new Set<number>();
      for (const [isAdded, value] of given) {
        if (!isAdded) expect(set.delete(value)).toBe(naive.delete(value));
        else if (!naive.has(value)) {
          set.add(value);
          naive.add(value);
        }
      }
      expect([...set.values()]).toEqual([...naive].toSorted(ascending));
      expect(set.size).toBe(naive.size);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["rising", (index: number) => index],
  ["falling", (index: number) => -index],
  ["scattered", (index: number) => (index * 7_919) % 20_011],
])("%s values take logarithmically many comparisons", (_, valueAt) => {
  let comparisons = 0;
  const set = new SortedSet<number>((a, b) => {
    comparisons += 1;
    return a - b;
  });
  const count = 20_000;
  for (let index = 0; index < count; index += 1) set.add(valueAt(index));
  expect(comparisons / count).toBeLessThan(4 * Math.log2(count));
  comparisons = 0;
  for (let index = 0; index < count; index += 1) set.delete(valueAt(index));
  expect(comparisons / count).toBeLessThan(4 * Math.log2(count));
  expect(set.size).toBe(0);
});
