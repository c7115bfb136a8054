import { expect, test } from "vitest";
import * as fc from "fast-check";
import { HourlySeries } from "./series.ts";
import { hourTarget, type Target, windowTarget } from "./targets.ts";

function outcomesOf(target: Target, levels: readonly number[]): number[] {
  const series = new HourlySeries();
  for (const level of levels) {
    series.push(level);
    target.close(series);
  }
  return Array.from({ length: target.outcomes.length }, (_, origin) => target.outcomes.at(origin));
}

test("an hour's outcome is the level of the lead's hour after the origin", () => {
  expect(outcomesOf(hourTarget(3), [1, 2, 3, 4, 5])).toEqual([3, 4, 5]);
});

test("a window's outcome is its highest level, by comparison with looking at every hour", () => {
  const level = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(
      fc.array(level, { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      (levels, hours) => {
        const expected = levels
          .slice(0, Math.max(0, levels.length - hours + 1))
          .map((_, origin) => {
            const known = levels
              .slice(origin, origin + hours)
              .filter((each) => !Number.isNaN(each));
            return known.length * 2 < hours ? Number.NaN : Math.max(...known);
          });
        expect(outcomesOf(windowTarget(hours), levels)).toEqual(expected);
      },
    ),
  );
});
