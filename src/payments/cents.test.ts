import * as fc from "fast-check";
import { expect, test } from "vitest";
import { microUsd } from "../units.ts";
import { fromCents, toCents } from "./cents.ts";

test("cents and micro-dollars change into each other without loss", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (cents) => {
      const amount = fromCents(cents);
      expect(amount).toBe(BigInt(cents) * 10_000n);
      expect(amount === null ? null : toCents(amount)).toBe(cents);
    }),
  );
});

test.each([1n, 9_999n, 10_001n, -1n, 2n ** 53n * 10_000n])(
  "%d micro-dollars are no cents",
  (amount) => {
    expect(toCents(microUsd(amount))).toBeNull();
  },
);

test.each([0.5, NaN, 2 ** 53, "12", null, undefined])("%s is no number of cents", (cents) => {
  expect(fromCents(cents)).toBeNull();
});
