import * as fc from "fast-check";
import { expect, test } from "vitest";
import { durationMs, epochMs, gpus } from "../units.ts";
import type { DeclaredRun } from "./calendar.ts";
import { Calendar } from "./calendar.ts";

function run(declared: number, start: number, duration: number, count: number): DeclaredRun {
  return {
    declared: epochMs(declared),
    start: epochMs(start),
    duration: durationMs(duration),
    gpus: gpus(count),
    group: "",
  };
}

/** GPUs declared at each millisecond of `[from, to)`, by asking every run. */
function naive(runs: readonly DeclaredRun[], now: number, from: number, to: number): number[] {
  const known = runs.filter(({ declared }) => declared <= now);
  return Array.from({ length: to - from }, (_, i) => {
    const t = from + i;
    return known
      .filter(({ declared, start, duration }) => {
        return t >= Math.max(start, declared) && t < start + duration;
      })
      .reduce((sum, { gpus }) => sum + gpus, 0);
  });
}

test("an empty calendar declares nothing", () => {
  const calendar = new Calendar([]);
  calendar.advanceTo(epochMs(5));
  expect(calendar.demand(epochMs(0), epochMs(10))).toBe(0);
  expect(calendar.peak(epochMs(0), epochMs(10))).toBe(0);
});

test("a run is unknown until it is declared", () => {
  const calendar = new Calendar([run(10, 20, 10, 4)]);
  calendar.advanceTo(epochMs(9));
  expect(calendar.demand(epochMs(20), epochMs(30))).toBe(0);
  calendar.advanceTo(epochMs(10));
  expect(calendar.demand(epochMs(20), epochMs(30))).toBe(40);
  expect(calendar.peak(epochMs(0), epochMs(20))).toBe(0);
});

test("a run declared after its start counts from its declaration, one declared after its end never", () => {
  const calendar = new Calendar([run(25, 20, 10, 4), run(31, 20, 10, 7)]);
  calendar.advanceTo(epochMs(100));
  expect(calendar.demand(epochMs(0), epochMs(100))).toBe(20);
});

test("overlapping runs add up and are not clipped", () => {
  const calendar = new Calendar([run(0, 10, 10, 4), run(0, 15, 10, 6)]);
  calendar.advanceTo(epochMs(0));
  expect(calendar.peak(epochMs(0), epochMs(100))).toBe(10);
  expect(calendar.peak(epochMs(10), epochMs(15))).toBe(4);
});

test("time doesn't go back", () => {
  const calendar = new Calendar([]);
  calendar.advanceTo(epochMs(5));
  expect(() => calendar.advanceTo(epochMs(4))).toThrow("forward");
});

test("every window agrees with asking every run, at every moment", () => {
  const runs = fc.array(
    fc
      .tuple(fc.nat(40), fc.nat(40), fc.nat(20), fc.integer({ min: 1, max: 9 }))
      .map(([declared, start, duration, count]) => run(declared, start, duration, count)),
    { maxLength: 12 },
  );
  const question = fc.tuple(fc.nat(15), fc.nat(60), fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(runs, fc.array(question, { minLength: 1, maxLength: 6 }), (runs, questions) => {
      const calendar = new Calendar(runs);
      let now = 0;
      for (const [pause, from, length] of questions) {
        now += pause;
        calendar.advanceTo(epochMs(now));
        const levels = naive(runs, now, from, from + length);
        const [a, b] = [epochMs(from), epochMs(from + length)];
        expect(calendar.demand(a, b)).toBe(levels.reduce((sum, level) => sum + level, 0));
        expect(calendar.peak(a, b)).toBe(Math.max(...levels));
      }
    }),
    { numRuns: 2000 },
  );
});
