import * as fc from "fast-check";
import { expect, test } from "vitest";
import { countIn, NumberRuns, numbersIn } from "./number-runs.ts";

function runsOf(numbers: readonly number[]) {
  const runs = new NumberRuns();
  for (const number of numbers) runs.add(number);
  return runs.runs();
}

test("runs hold the numbers that were added, in order and once", () => {
  const steps = fc.array(fc.oneof(fc.constantFrom(0, 3), fc.nat(50)));
  fc.assert(
    fc.property(steps, (steps) => {
      let last = 7;
      const numbers = steps.map((step) => (last += step));
      const runs = runsOf(numbers);
      expect([...numbersIn(runs)]).toEqual([...new Set(numbers)]);
      expect(countIn(runs)).toBe(new Set(numbers).size);
    }),
  );
});

test("a steady rhythm is one run, however long", () => {
  const numbers = Array.from({ length: 43_200 }, (_, index) => 12 + 31 * index);
  expect(runsOf(numbers)).toEqual([{ first: 12, step: 31, count: 43_200 }]);
});

test("a number that falls back is a bug", () => {
  expect(() => runsOf([5, 4])).toThrow("numbers rise: 4 after 5");
});
