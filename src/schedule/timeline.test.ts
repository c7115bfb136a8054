import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type EpochMs,
  type Window,
  HOUR_MS,
  MINUTE_MS,
  durationMs,
  epochMs,
  gpus,
} from "../units.ts";
import { type Step, EMPTY, add, equals, rectangle, valueAt } from "./schedule.ts";
import { Timeline } from "./timeline.ts";

const MINUTES = 480;
const CASES = 10_000;
const START = epochMs(50 * HOUR_MS + 17 * MINUTE_MS);

/**
 * Where naive minute `m` lies. With a stretch of 1 minutes follow one another; with more, the last minute
 * of each hour lasts longer, so that few minutes reach far into the future.
 */
type Clock = (m: number) => EpochMs;
const clockOf =
  (stretch: number): Clock =>
  (m) =>
    epochMs(START + Math.floor(m / 60) * stretch * HOUR_MS + (m % 60) * MINUTE_MS);

type Deed =
  | { kind: "add"; from: number; to: number; delta: number }
  | { kind: "forget"; before: number }
  | { kind: "read"; from: number; to: number }
  | { kind: "fit"; from: number; latest: number; duration: number; need: number };

const minute = fc.oneof(
  fc.nat(MINUTES),
  fc.nat(MINUTES / 60).map((hour) => 60 * hour),
);
const span = fc.tuple(minute, minute).map(([a, b]) => {
  const from = Math.min(a, b, MINUTES - 1);
  return { from, to: Math.max(a, b, from + 1) };
});
const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: addition() },
    { weight: 1, arbitrary: fc.nat(60).map((before) => ({ kind: "forget" as const, before })) },
    { weight: 3, arbitrary: span.map(({ from, to }) => ({ kind: "read" as const, from, to })) },
    { weight: 2, arbitrary: fit() },
  ),
  { maxLength: 16, size: "max" },
);

function addition(): fc.Arbitrary<Deed> {
  const delta = fc.integer({ min: -3, max: 4 });
  return fc.tuple(span, delta).map(([{ from, to }, delta]) => ({ kind: "add", from, to, delta }));
}

function fit(): fc.Arbitrary<Deed> {
  const [duration, need] = [fc.integer({ min: 1, max: 200 }), fc.integer({ min: -2, max: 5 })];
  return fc
    .tuple(span, duration, need)
    .map(([{ from, to }, duration, need]) => ({ kind: "fit", from, latest: to, duration, need }));
}

/** The naive form: one number a minute. */
class Minutes {
  readonly values = Array.from({ length: 2 * MINUTES }, () => 0);
  first = 0;

  add(from: number, to: number, delta: number): void {
    for (let m = from; m < to; m++) this.values[m] = (this.values[m] ?? 0) + delta;
  }

  inside(from: number, to: number): number[] {
    return this.values.slice(from, to);
  }

  earliestFit(from: number, latest: number, duration: number, need: number): number | null {
    for (let start = from; start <= latest; start++) {
      if (this.inside(start, start + duration).every((value) => value >= need)) return start;
    }
    return null;
  }
}

interface Both {
  readonly timeline: Pick<Timeline, "add" | "min" | "max" | "steps" | "earliestFit" | "forget">;
  readonly minutes: Minutes;
  readonly clock: Clock;
  readonly stretch: number;
}

function perform({ timeline, minutes, clock, stretch }: Both, deed: Deed): void {
  const from = Math.max(minutes.first, "from" in deed ? deed.from : 0);
  const at = (to: number): Window => ({ start: clock(from), end: clock(to) });
  if (deed.kind === "forget") {
    minutes.first = Math.max(minutes.first, deed.before);
    timeline.forget(clock(deed.before));
  } else if (deed.kind === "add") {
    minutes.add(deed.from, deed.to, deed.delta);
    timeline.add({ start: clock(deed.from), end: clock(deed.to) }, gpus(deed.delta));
  } else if (deed.kind === "read" && from < deed.to) {
    const inside = minutes.inside(from, deed.to);
    expect(timeline.min(at(deed.to))).toBe(Math.min(...inside));
    expect(timeline.max(at(deed.to))).toBe(Math.max(...inside));
    expect(timeline.steps(at(deed.to))).toEqual(naiveSteps(inside, from, clock));
  } else if (deed.kind === "fit" && stretch === 1) {
    const { latest, duration, need } = deed;
    const length = durationMs(duration * MINUTE_MS);
    const found = timeline.earliestFit(clock(from), clock(latest), length, gpus(need));
    const wanted = minutes.earliestFit(from, latest, duration, need);
    expect(found).toBe(wanted === null ? null : clock(wanted));
  }
}

function naiveSteps(inside: readonly number[], from: number, clock: Clock): Step[] {
  return inside.flatMap((value, i) =>
    i > 0 && value === inside[i - 1] ? [] : [{ at: clock(from + i), gpus: gpus(value) }],
  );
}

function checkTimeline(make: () => Both["timeline"], stretches: readonly number[]): void {
  const property = fc.property(deeds, fc.constantFrom(...stretches), (all, stretch) => {
    const clock = clockOf(stretch);
    const both = { timeline: make(), minutes: new Minutes(), clock, stretch };
    for (const deed of all) perform(both, deed);
  });
  fc.assert(property, { numRuns: CASES });
}

test("whatever is added, read, fitted and forgotten, a timeline agrees with an array of minutes", () => {
  checkTimeline(() => new Timeline(START), [1, 1, 1, 400]);
}, 60_000);

class OneMinuteLate extends Timeline {
  override add(window: Window, delta: ReturnType<typeof gpus>): void {
    const late = (window.start / MINUTE_MS) % 60 === 59;
    super.add(late ? { ...window, start: epochMs(window.start - MINUTE_MS) } : window, delta);
  }
}

test("the array would catch an addition that is wrong in the last minute of an hour", () => {
  expect(() => checkTimeline(() => new OneMinuteLate(START), [1])).toThrow("Property failed");
});

const hour = (h: number) => epochMs(START + h * HOUR_MS);
const hours = (from: number, to: number): Window => ({ start: hour(from), end: hour(to) });

test("a timeline is a schedule: sums of rectangles are the same in both", () => {
  const parts = [0, 3, 1, 40, 2_000, 7].map((from, i) => ({
    window: hours(from, from + 9 * i + 1),
    i,
  }));
  const timeline = new Timeline(START);
  for (const { window, i } of parts) timeline.add(window, gpus(8 * i));
  const sum = parts.map(({ window, i }) => rectangle(window, gpus(8 * i))).reduce(add);
  expect(equals(timeline.toSchedule(), sum)).toBe(true);
  expect(timeline.valueAt(hour(41))).toBe(valueAt(sum, hour(41)));
});

test("beyond the furthest addition the value is 0, for reading and for fitting", () => {
  const timeline = new Timeline(START);
  timeline.add(hours(0, 10), gpus(8));
  expect(timeline.min(hours(9, 100_000))).toBe(0);
  expect(timeline.max(hours(100_000, 100_001))).toBe(0);
  expect(timeline.steps(hours(100_000, 100_001))).toEqual([{ at: hour(100_000), gpus: 0 }]);
  expect(timeline.earliestFit(hour(0), hour(10), durationMs(11 * HOUR_MS), gpus(8))).toBeNull();
  expect(timeline.earliestFit(hour(0), hour(0), durationMs(100_000 * HOUR_MS), gpus(0))).toBe(
    hour(0),
  );
});

test("what is forgotten is not read, and additions to it are dropped", () => {
  const timeline = new Timeline(START);
  timeline.add(hours(0, 10), gpus(8));
  timeline.forget(hour(4));
  timeline.add(hours(0, 2), gpus(800));
  timeline.add(hours(0, 6), gpus(8));
  expect(timeline.toSchedule()).toEqual(
    add(rectangle(hours(4, 10), gpus(8)), rectangle(hours(4, 6), gpus(8))),
  );
  expect(() => timeline.min(hours(3, 5))).toThrow("what is forgotten is not read");
});

test("centuries of contracts later, values are exact and the past takes no room", () => {
  const timeline = new Timeline(START);
  const last = 24 * 90_000;
  for (let h = 0; h <= last; h += 720) {
    timeline.forget(hour(h));
    timeline.add(hours(h, h + 1_000), gpus(500_000));
    if (h > 0) timeline.add(hours(h, h + 280), gpus(-500_000));
  }
  expect(timeline.steps(hours(last, last + 1_001))).toEqual([
    { at: hour(last), gpus: 500_000 },
    { at: hour(last + 1_000), gpus: 0 },
  ]);
});

test("an addition off the minute, empty or endless is a bug", () => {
  const timeline = new Timeline(START);
  const offGrid = { start: epochMs(START + 1), end: hour(1) };
  expect(() => timeline.add(offGrid, gpus(8))).toThrow("begins on a minute");
  expect(() => timeline.add(hours(1, 1), gpus(8))).toThrow("has a length");
  expect(() => timeline.add(hours(0, 2_000_000), gpus(8))).toThrow("within a lifetime");
  expect(() => timeline.add(hours(0, 1), gpus(1_000_000_000))).toThrow("below 2^29");
  expect(timeline.toSchedule()).toEqual(EMPTY);
});
