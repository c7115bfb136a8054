import { expect, test } from "vitest";
import { gpuMs, microUsd } from "../units.ts";
import { downToCent, exactly, hoursOf, textOf } from "./amount.ts";

test.each([
  [0n, "0.000000"],
  [1n, "0.000001"],
  [-1n, "−0.000001"],
  [1_234_567_890_123n, "1,234,567.890123"],
  [-999_999_999n, "−999.999999"],
])("%d micro-dollars are %s", (amount, text) => {
  expect(textOf(exactly(microUsd(amount)))).toBe(text);
});

test.each([
  [19_999n, 10_000n],
  [10_000n, 10_000n],
  [0n, 0n],
  [-1n, -10_000n],
])("%d rounded down to the cent is %d: never against the customer", (amount, rounded) => {
  expect(downToCent(microUsd(amount))).toBe(rounded);
});

test("GPU-hours are rounded down to a millionth", () => {
  expect(textOf(hoursOf(gpuMs(3_599_999_999)))).toBe("999.999999");
  expect(textOf(hoursOf(gpuMs(8 * 3_600_000)))).toBe("8.000000");
});
