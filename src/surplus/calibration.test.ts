import { expect, test } from "vitest";
import { TailCorrection } from "./calibration.ts";
import { quantileIndex, QUANTILES } from "./quantiles.ts";

const LOW = quantileIndex(0.05);
const HIGH = quantileIndex(0.95);

/**
 * Coverage of the last 1,000 of 4,000 hours: the raw forecast is an even spread over [0.4, 0.6], outcomes are
 * spread evenly over 0.5 ± reach.
 */
function coverage(reach: number): number {
  const tails = new TailCorrection(1);
  const raw = Float64Array.from(QUANTILES, (level) => 0.4 + 0.2 * level);
  let covered = 0;
  for (let hour = 0; hour < 4000; hour += 1) {
    tails.correct(0, raw);
    const outcome = 0.5 + reach * (((hour * 0.618034) % 1) * 2 - 1);
    const counts = hour >= 3000;
    if (counts && outcome >= tails.corrected[LOW]! && outcome <= tails.corrected[HIGH]!)
      covered += 1;
    tails.learn(0, raw, outcome);
  }
  return covered / 1000;
}

test.each([
  ["half as wide", 0.2],
  ["right", 0.1],
  ["somewhat wide", 0.08],
])("a raw forecast that is %s comes to cover 90 percent", (_, reach) => {
  expect(coverage(reach)).toBeGreaterThan(0.88);
  expect(coverage(reach)).toBeLessThan(0.92);
});

test("a cluster that stands at capacity teaches nothing about the upper tail", () => {
  const tails = new TailCorrection(1);
  const full = new Float64Array(QUANTILES.length).fill(1);
  const free = Float64Array.from(QUANTILES, (level) => 0.4 + 0.2 * level);
  tails.correct(0, free);
  const before = tails.corrected[HIGH]!;
  for (let hour = 0; hour < 1000; hour += 1) {
    tails.correct(0, full);
    tails.learn(0, full, 1);
  }
  tails.correct(0, free);
  expect(tails.corrected[HIGH]).toBe(before);
});

test("only .05, .95 and beyond are touched", () => {
  const tails = new TailCorrection(672);
  const raw = Float64Array.from(QUANTILES, (level) => 0.4 + 0.2 * level);
  tails.correct(0, raw);
  expect(tails.corrected.slice(LOW + 1, HIGH)).toEqual(raw.slice(LOW + 1, HIGH));
  expect(tails.corrected[HIGH]).toBeGreaterThan(raw[HIGH]!);
  expect(tails.corrected[LOW]).toBeLessThan(raw[LOW]!);
});
