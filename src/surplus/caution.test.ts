import { expect, test } from "vitest";
import { DAY_MS, epochMs, gpus, HOUR_MS, later } from "../units.ts";
import { alarmed, cautionGpus, eased, shaken, untested, unworried } from "./caution.ts";

const START = epochMs(0);
const CAPACITY = gpus(1000);
const hour = (count: number) => epochMs(count * HOUR_MS);

test("what was missing is the margin from then on", () => {
  const caution = alarmed(unworried(START), gpus(120), CAPACITY);
  expect(cautionGpus(caution, CAPACITY, START)).toBe(120);
});

test("failures add up, to the whole capacity at most", () => {
  const once = alarmed(unworried(START), gpus(600), CAPACITY);
  expect(cautionGpus(alarmed(once, gpus(300), CAPACITY), CAPACITY, START)).toBe(900);
  expect(cautionGpus(alarmed(once, gpus(600), CAPACITY), CAPACITY, START)).toBe(1000);
});

test("the margin halves in one time that a failure is allowed for, and fades further", () => {
  const caution = alarmed(unworried(START), gpus(400), CAPACITY);
  const later100 = eased(caution, hour(100), 0.01);
  expect(cautionGpus(later100, CAPACITY, hour(100))).toBe(200);
  expect(cautionGpus(eased(later100, hour(200), 0.01), CAPACITY, hour(200))).toBe(100);
});

test("it does not fade while nothing is put to the test", () => {
  const caution = alarmed(unworried(START), gpus(400), CAPACITY);
  const idle = untested(caution, hour(500));
  expect(cautionGpus(idle, CAPACITY, hour(500))).toBe(400);
  expect(cautionGpus(eased(idle, hour(500), 0.01), CAPACITY, hour(500))).toBe(400);
});

test("for a day after an outage nothing is safe beyond recall", () => {
  const caution = shaken(unworried(START), hour(10));
  const end = later(hour(10), DAY_MS);
  expect(cautionGpus(caution, CAPACITY, epochMs(end - 1))).toBe(1000);
  expect(cautionGpus(caution, CAPACITY, end)).toBe(0);
});
