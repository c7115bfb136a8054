import { expect, test } from "vitest";
import { chanceAtMost, QUANTILES, quantileIndex } from "./quantiles.ts";

test("the levels hold every twentieth and rise", () => {
  for (let twentieth = 1; twentieth < 20; twentieth += 1) {
    expect(quantileIndex(Math.round(twentieth * 5) / 100)).toBeGreaterThan(0);
  }
  expect(QUANTILES.toSorted((a, b) => a - b)).toEqual(QUANTILES);
});

test.each([
  [-0.1, 0],
  [0, 0],
  [0.5, 0.5],
  [0.525, 0.525],
  [0.95, 0.95],
  [1, 1],
])("the chance of at most %d under quantiles equal to their levels is %d", (value, chance) => {
  expect(chanceAtMost(Float64Array.from(QUANTILES), value)).toBeCloseTo(chance, 12);
});

test("where quantiles are equal, the highest of them counts", () => {
  const full = Float64Array.from(QUANTILES, (level) => (level < 0.5 ? 0.8 : 1));
  expect(chanceAtMost(full, 0.8)).toBeCloseTo(0.45, 12);
  expect(chanceAtMost(full, 0.9)).toBeCloseTo(0.475, 12);
  expect(chanceAtMost(full, 1)).toBe(1);
});
