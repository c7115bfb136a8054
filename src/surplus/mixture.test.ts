import { expect, test } from "vitest";
import { Mixture } from "./mixture.ts";
import { QUANTILES } from "./quantiles.ts";

const LEVELS = QUANTILES.length;

function write(mixture: Mixture, expert: number, value: number): void {
  const at = mixture.offset(0, expert);
  mixture.forecasts.fill(value, at, at + LEVELS);
  mixture.setAwake(0, expert, true);
}

test("before any outcome, experts weigh the same", () => {
  const mixture = new Mixture(2, 1, null);
  write(mixture, 0, 0.2);
  write(mixture, 1, 0.6);
  mixture.combine(0);
  for (const value of mixture.combined) expect(value).toBeCloseTo(0.4, 12);
});

test("an expert that is right outweighs one that is wrong, at every quantile", () => {
  const mixture = new Mixture(2, 1, null);
  for (let hour = 0; hour < 50; hour += 1) {
    write(mixture, 0, 0.3);
    write(mixture, 1, 0.9);
    mixture.combine(0);
    mixture.learn(0, 0.3);
  }
  for (const value of mixture.combined) expect(value).toBeCloseTo(0.3, 2);
});

test("who sleeps does not weigh", () => {
  const mixture = new Mixture(2, 1, null);
  write(mixture, 0, 0.2);
  write(mixture, 1, 0.6);
  mixture.setAwake(0, 0, false);
  mixture.combine(0);
  for (const value of mixture.combined) expect(value).toBe(0.6);
});

test("the evidence of the shorter horizon counts", () => {
  const shorter = new Mixture(2, 1, null);
  write(shorter, 0, 0.3);
  write(shorter, 1, 0.9);
  shorter.combine(0);
  shorter.learn(0, 0.3);
  const mixture = new Mixture(2, 1, shorter);
  write(mixture, 0, 0.3);
  write(mixture, 1, 0.9);
  mixture.combine(0);
  for (const value of mixture.combined) expect(value).toBeCloseTo(0.3, 2);
});

test("the combination does not cross", () => {
  const mixture = new Mixture(1, 1, null);
  for (let j = 0; j < LEVELS; j += 1) mixture.forecasts[j] = 1 - j / LEVELS;
  mixture.setAwake(0, 0, true);
  mixture.combine(0);
  expect([...mixture.combined].toSorted((a, b) => a - b)).toEqual([...mixture.combined]);
});
