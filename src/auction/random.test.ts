import { expect, test } from "vitest";
import { Xorshift } from "./random.ts";

function draws(seed: number): number[] {
  const random = new Xorshift(seed);
  return Array.from({ length: 6_000 }, () => random.below(6));
}

test("one seed gives one sequence, and another seed another", () => {
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
});

// The third of these is the one that the seed is stirred with.
test.each([0, 1, 0x9e37_79b9, -1])(
  "every face of a die comes up about equally often: seed %i",
  (seed) => {
    const drawn = draws(seed);
    for (let face = 0; face < 6; face += 1) {
      const count = drawn.filter((each) => each === face).length;
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1_150);
    }
  },
);
