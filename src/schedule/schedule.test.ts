import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Window, MINUTE_MS, epochMs, gpus } from "../units.ts";
import {
  type Schedule,
  type Step,
  EMPTY,
  add,
  clip,
  constant,
  covers,
  equals,
  fromSteps,
  integral,
  map,
  maxOver,
  maximum,
  merge,
  minOver,
  minimum,
  parseSteps,
  pieces,
  rectangle,
  scale,
  subtract,
  valueAt,
  windowsWhere,
} from "./schedule.ts";

/** The naive form: one value a minute, for minutes 0 to SPAN, the last of which lasts for ever. */
type Minutes = readonly number[];
const SPAN = 24;
const MINUTES = Array.from({ length: SPAN }, (_, m) => m);
const CASES = 1_000;

const at = (minute: number) => epochMs(minute * MINUTE_MS);
const window = (from: number, to: number): Window => ({ start: at(from), end: at(to) });
const lot = gpus(8);

function read(schedule: Schedule): Minutes {
  return MINUTES.map((minute) => valueAt(schedule, at(minute)));
}

function isCanonical({ steps }: Schedule): boolean {
  return steps.every(({ at, gpus }, i) => {
    const before = steps[i - 1];
    return gpus !== (before?.gpus ?? 0) && (before === undefined || before.at < at);
  });
}

const naiveSteps = fc.array(fc.integer({ min: -2, max: 3 }), { minLength: SPAN, maxLength: SPAN });
/** A schedule beside its naive form. */
const pairs = naiveSteps.map((naive) => ({
  naive,
  schedule: fromSteps(naive.map((value, minute) => ({ at: at(minute), gpus: gpus(value) }))),
}));
const windows = fc
  .tuple(fc.nat(SPAN - 1), fc.nat(SPAN - 1))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 }));

type Binary = (a: Schedule, b: Schedule) => Schedule;

/** Throws when the operation differs at some minute from the naive one, or its answer is not canonical. */
function checkBinary(operation: Binary, naive: (a: number, b: number) => number): void {
  fc.assert(
    fc.property(pairs, pairs, (a, b) => {
      const answer = operation(a.schedule, b.schedule);
      const wanted = MINUTES.map((m) => naive(a.naive[m] ?? 0, b.naive[m] ?? 0));
      expect(read(answer)).toEqual(wanted);
      expect(isCanonical(answer)).toBe(true);
    }),
    { numRuns: CASES },
  );
}

function checkReading(
  reading: (s: Schedule, w: Window) => unknown,
  naive: (inside: Minutes, from: number) => unknown,
): void {
  fc.assert(
    fc.property(pairs, windows, (a, { from, to }) => {
      const inside = a.naive.slice(from, to);
      expect(reading(a.schedule, window(from, to))).toEqual(naive(inside, from));
    }),
    { numRuns: CASES },
  );
}

describe("minute by minute, the algebra agrees with arrays:", () => {
  test("steps and values", () =>
    checkBinary(
      (a) => a,
      (a) => a,
    ));
  test("add", () => checkBinary(add, (a, b) => a + b));
  test("subtract", () => checkBinary(subtract, (a, b) => a - b));
  test("minimum", () => checkBinary(minimum, Math.min));
  test("maximum", () => checkBinary(maximum, Math.max));
  test("scale", () =>
    checkBinary(
      (a) => scale(a, -3),
      (a) => 0 - 3 * a,
    ));
  test("map", () =>
    checkBinary(
      (a) => map(a, (v) => gpus(Math.max(0, v))),
      (a) => Math.max(0, a),
    ));
  test("minOver", () => checkReading(minOver, (inside) => Math.min(...inside)));
  test("maxOver", () => checkReading(maxOver, (inside) => Math.max(...inside)));
  test("integral", () =>
    checkReading(integral, (inside) => MINUTE_MS * inside.reduce((a, b) => a + b, 0)));
  test("clip", () =>
    checkReading(
      (s, w) => read(clip(s, w)),
      (inside, from) => MINUTES.map((m) => inside[m - from] ?? 0),
    ));
  test("pieces", () =>
    checkReading(
      (s, w) => pieces(s, w).flatMap((p) => Array((p.end - p.start) / MINUTE_MS).fill(p.gpus)),
      (inside) => inside,
    ));
  test("windowsWhere", () =>
    checkReading(
      (s, w) => windowsWhere(s, w, (v) => v > 0),
      (inside, from) => positiveRuns(inside).map(([a, b]) => window(from + a, from + b)),
    ));
  test("covers and equals", () => {
    const close = fc
      .tuple(pairs, pairs, fc.boolean())
      .map(([a, b, same]) => ({ a, b: same ? a : b }));
    fc.assert(
      fc.property(close, fc.nat(2), ({ a, b }, more) => {
        const raised = add(a.schedule, constant(at(0), gpus(more)));
        const wanted = MINUTES.map((m) => (a.naive[m] ?? 0) + more - (b.naive[m] ?? 0));
        expect(covers(raised, b.schedule)).toBe(wanted.every((difference) => difference >= 0));
        expect(equals(raised, b.schedule)).toBe(wanted.every((difference) => difference === 0));
      }),
      { numRuns: CASES },
    );
  });
});

function positiveRuns(values: Minutes): [number, number][] {
  const starts = values.flatMap((v, i) => (v > 0 && !((values[i - 1] ?? 0) > 0) ? [i] : []));
  const ends = values.flatMap((v, i) => (v > 0 && !((values[i + 1] ?? 0) > 0) ? [i + 1] : []));
  return starts.map((start, i) => [start, ends[i] ?? start]);
}

const wrongWhereBothStep: Binary = (a, b) => {
  const both = new Set(b.steps.map((step) => step.at));
  return fromSteps(add(a, b).steps.filter((s) => !(both.has(s.at) && valueAt(a, s.at) === 3)));
};
const wrongAtTheFront = (s: Schedule, w: Window) =>
  Math.min(...pieces(s, w).map((piece, i) => (i === 0 ? Infinity : piece.gpus)));

test("the arrays would catch a planted mistake", () => {
  expect(() => checkBinary(wrongWhereBothStep, (a, b) => a + b)).toThrow("Property failed");
  expect(() => checkReading(wrongAtTheFront, (v) => Math.min(...v))).toThrow("Property failed");
});

test("a schedule is 0 before its first step and keeps its last value", () => {
  const capacity = constant(at(5), gpus(16));
  expect(valueAt(capacity, at(4))).toBe(0);
  expect(valueAt(capacity, at(1_000_000))).toBe(16);
  expect(minOver(capacity, window(7, 1_000_000))).toBe(16);
  expect(subtract(capacity, rectangle(window(6, 8), gpus(16))).steps).toEqual([
    { at: at(5), gpus: 16 },
    { at: at(6), gpus: 0 },
    { at: at(8), gpus: 16 },
  ]);
});

test("a window is half-open and may begin and end inside a minute", () => {
  const held = rectangle(window(1, 3), gpus(8));
  expect(valueAt(held, epochMs(at(3) - 1))).toBe(8);
  expect(valueAt(held, at(3))).toBe(0);
  expect(integral(held, { start: epochMs(at(2) + 1), end: at(9) })).toBe(8 * (MINUTE_MS - 1));
});

test("steps that change nothing are left out, so that equal schedules look equal", () => {
  const padded = [0, 1, 2, 3].map((minute) => ({ at: at(minute), gpus: gpus(minute < 2 ? 0 : 8) }));
  expect(fromSteps(padded)).toEqual(constant(at(2), gpus(8)));
  expect(subtract(fromSteps(padded), fromSteps(padded))).toEqual(EMPTY);
});

const offGrid: Step = { at: epochMs(1), gpus: gpus(8) };
const refusals: [string, Step[]][] = [
  ["not_minute_aligned", [{ at: at(2), gpus: gpus(-8) }, offGrid]],
  [
    "not_in_order",
    [
      { at: at(2), gpus: gpus(-3) },
      { at: at(2), gpus: gpus(0) },
    ],
  ],
  [
    "negative",
    [
      { at: at(2), gpus: gpus(3) },
      { at: at(3), gpus: gpus(-8) },
    ],
  ],
  [
    "not_whole_lots",
    [
      { at: at(2), gpus: gpus(8) },
      { at: at(3), gpus: gpus(12) },
    ],
  ],
];

test.each(refusals)("steps from outside are refused as %s", (refusal, steps) => {
  expect(parseSteps(steps, lot)).toBe(refusal);
});

test("steps from outside that are in order, aligned and whole lots become a schedule", () => {
  const steps = [
    { at: at(2), gpus: gpus(8) },
    { at: at(3), gpus: gpus(0) },
  ];
  expect(parseSteps(steps, lot)).toEqual(rectangle(window(2, 3), gpus(8)));
});

test("what the program itself gets wrong is a bug", () => {
  expect(() => fromSteps([offGrid])).toThrow("not_minute_aligned");
  expect(() => rectangle(window(3, 3), lot)).toThrow("a rectangle has a length");
  expect(() => minOver(EMPTY, window(3, 3))).toThrow("a window has a length");
  expect(() => merge(EMPTY, EMPTY, () => lot)).toThrow("nothing combined with nothing");
});
