import { expect, test } from "vitest";
import * as fc from "fast-check";
import { SortedWindow } from "./sorted-window.ts";

function naiveQuantile(values: readonly number[], level: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}

test("its quantiles are those of the latest values, hours without a value left out", () => {
  const value = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (values, length) => {
        const window = new SortedWindow(length);
        for (const each of values) window.push(each);
        const kept = values.slice(-length).filter((each) => !Number.isNaN(each));
        expect(window.size).toBe(kept.length);
        if (kept.length === 0) return;
        for (const level of [0, 0.05, 0.5, 0.9, 1]) {
          expect(window.quantile(level)).toBeCloseTo(naiveQuantile(kept, level), 12);
        }
      },
    ),
  );
});

test("an empty window has no quantile", () => {
  expect(() => new SortedWindow(3).quantile(0.5)).toThrow("an empty window has no quantile");
});
