import { expect, test } from "vitest";
import {
  exponential,
  logUniform,
  meanLogUniform,
  meanQuantiles,
  meanWeighted,
  normal,
  pick,
  quantile,
  type Quantiles,
  randomFrom,
  type Weighted,
  wobble,
} from "./random.ts";

const DRAWS = 40_000;

function draws(draw: (random: () => number) => number): number[] {
  const random = randomFrom("a test");
  return Array.from({ length: DRAWS }, () => draw(random));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test("a name gives the same stream everywhere", () => {
  const random = randomFrom("1/H100/jobs");
  expect([random(), random(), random()].map((value) => value * 2 ** 32)).toEqual([
    4_040_612_135, 1_165_904_291, 2_187_864_485,
  ]);
});

test("near names give streams that have nothing in common", () => {
  const [first, second] = [randomFrom("1/H100/lane 0"), randomFrom("1/H100/lane 1")];
  const pairs = Array.from({ length: DRAWS }, () => [first() - 0.5, second() - 0.5] as const);
  const correlation = 12 * meanOf(pairs.map(([a, b]) => a * b));
  expect(Math.abs(correlation)).toBeLessThan(0.02);
});

test("a stream is uniform: every sixteenth of [0, 1) is drawn as often as the others", () => {
  const counts = Array.from({ length: 16 }, () => 0);
  for (const value of draws((random) => random())) {
    const bin = Math.floor(value * 16);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count / (DRAWS / 16) - 1)).toBeLessThan(0.08);
});

test("a normal number has mean 0, variance 1 and the usual tails", () => {
  const values = draws(normal);
  expect(Math.abs(meanOf(values))).toBeLessThan(0.02);
  expect(Math.abs(meanOf(values.map((value) => value * value)) - 1)).toBeLessThan(0.03);
  expect(values.filter((value) => value > 1.645).length / DRAWS).toBeCloseTo(0.05, 2);
});

test("a wobble and a waiting time have the mean that they state", () => {
  expect(meanOf(draws((random) => wobble(random, 0.5)))).toBeCloseTo(1, 1);
  expect(meanOf(draws((random) => exponential(random, 3))) / 3).toBeCloseTo(1, 1);
});

const POINTS: Quantiles = [
  [0, 0.01],
  [0.5, 1],
  [0.9, 20],
  [1, 100],
];
const CHOICES: Weighted = [
  [1, 3],
  [8, 1],
];

test("a quantile is exact at its points and rises between them", () => {
  expect([0, 0.5, 0.9].map((share) => quantile(POINTS, share))).toEqual([0.01, 1, 20]);
  expect(quantile(POINTS, 0.25)).toBeCloseTo(0.1, 12);
  expect(quantile(POINTS, 1)).toBe(100);
});

test.each([
  ["log-uniform", logUniformOf, meanLogUniform(2, 240)],
  ["weighted", (random: () => number) => pick(random, CHOICES), meanWeighted(CHOICES)],
  ["quantiles", (random: () => number) => quantile(POINTS, random()), meanQuantiles(POINTS)],
])("the mean of %s numbers is what is computed for them", (_, draw, mean) => {
  expect(Math.abs(meanOf(draws(draw)) / mean - 1)).toBeLessThan(0.03);
});

function logUniformOf(random: () => number): number {
  return logUniform(random, [2, 240]);
}
