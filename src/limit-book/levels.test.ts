import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { MicroUsdPerGpuHour } from "../units.ts";
import type { Level } from "./levels.ts";
import { Levels } from "./levels.ts";

const PRICE = 1n as MicroUsdPerGpuHour;

function ranksOf(levels: Levels): number[] {
  const ranks: number[] = [];
  for (let level = levels.best; level !== null; level = levels.worseThan(level)) {
    ranks.push(level.rank);
  }
  return ranks;
}

test("levels say what a sorted list says, through halved and emptied blocks", () => {
  let most = 0;
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -300, max: 300 })),
    {
      maxLength: 600,
      size: "max",
    },
  );
  fc.assert(
    fc.property(steps, fc.boolean(), (given, isShrinking) => {
      const levels = new Levels();
      const naive = new Map<number, Level>();
      for (const [index, [drawn, rank]] of given.entries()) {
        const isDropped = isShrinking && index > given.length / 2 ? drawn > 1 : drawn > 7;
        const known = naive.get(rank) ?? (isDropped ? levels.best : null);
        if (!isDropped) {
          const level = levels.at(rank, PRICE);
          if (known !== null) expect(level).toBe(known);
          naive.set(rank, level);
        } else if (known !== null) {
          levels.remove(known);
          naive.delete(known.rank);
        }
        most = Math.max(most, naive.size);
      }
      expect(ranksOf(levels)).toEqual([...naive.keys()].toSorted((a, b) => b - a));
    }),
    { numRuns: 200 },
  );
  expect(most).toBeGreaterThan(100);
});
