import { expect, test } from "vitest";
import { DAY_MS, durationMs, epochMs, gpus, HOUR_MS, later } from "../../../units.ts";
import { historyOf, type PastPlace, slicesOf } from "./history.ts";
import { pastRunsCommand, pastRunsOfText } from "../read/past-runs-text.ts";
import type { HourUsage } from "../../../fleet/usage.ts";

const MIDNIGHT = epochMs(Date.UTC(2026, 2, 2));
const PLACE: PastPlace = { nodes: new Set(["n1", "n2"]), gpuType: null, capacity: gpus(16) };
const WINDOW = { start: MIDNIGHT, end: later(MIDNIGHT, durationMs(6 * HOUR_MS)) };

function second(hours: number): number {
  return (MIDNIGHT + hours * HOUR_MS) / 1_000;
}

interface Past {
  readonly id?: string;
  readonly submit?: number;
  readonly eligible?: number;
  readonly start?: number | null;
  readonly end?: number | null;
  readonly tres?: string;
  readonly account?: string;
  readonly nodes?: string;
}

/** As sacct prints it: from two o'clock to four, on eight GPUs of n1. */
function lineOf(past: Past = {}): string {
  const { id = "1", submit = 1, eligible = 2, start = 2, end = 4, account = "training" } = past;
  const { tres = "billing=1,gres/gpu:h100=8,gres/gpu=8", nodes = "n1" } = past;
  const began = start === null ? "Unknown" : second(start);
  const ended = end === null ? "Unknown" : second(end);
  const ran = start === null ? 0 : ((end ?? 6) - start) * 3_600;
  return [id, second(submit), second(eligible), began, ended, ran, tres, account, nodes].join("|");
}

function hoursOf(past: readonly Past[], place = PLACE): readonly HourUsage[] {
  return historyOf(pastRunsOfText(past.map(lineOf).join("\n")), WINDOW, place);
}

function means(...past: readonly Past[]): (number | null)[] {
  return hoursOf(past).map(({ mean }) => mean);
}

test("hours begin with the first job, and show what ran as shares of the capacity", () => {
  expect(means({})).toEqual([0.5, 0.5, 0, 0]);
  expect(means({ start: 2.5, eligible: 2.5 })).toEqual([0.25, 0.5, 0, 0]);
});

test("a run has wanted its GPUs since it was eligible", () => {
  expect(means({ submit: 0, eligible: 1 })).toEqual([0.5, 0.5, 0.5, 0, 0]);
});

test("a run that goes on is there until now, and one that the slices repeat is there once", () => {
  expect(means({ end: null }, { end: null })).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test("demand above the capacity is pressure", () => {
  const three = ["1", "2", "3"].map((id) => ({ id, end: 6 }));
  const [hour] = hoursOf(three);
  expect(hour).toMatchObject({ mean: 1, peak: 1, pressure: 1.5 });
});

test.each([
  ["of the market", { account: "spw-acme" }],
  ["that never started", { start: null, end: null, nodes: "None assigned" }],
  ["on other nodes", { nodes: "m[1-4]" }],
  ["without GPUs", { tres: "cpu=4" }],
])("jobs %s are left out", (_, past) => {
  expect(means(past)).toEqual([]);
});

test("a job that lies on other nodes too counts by its share", () => {
  expect(means({ nodes: "n[1-2],m[1-2]" })).toEqual([0.25, 0.25, 0, 0]);
});

test("of several types, the pool's counts", () => {
  const tres = "gres/gpu=6,gres/gpu:h100=2,gres/gpu:a100=4";
  expect(hoursOf([{ tres }], { ...PLACE, gpuType: "h100" })[0]?.mean).toBe(2 / 16);
});

/** Hours as a file tells them, from midnight − `early` hours to midnight + `until`, 0.25 each. */
function told(early: number, until: number): HourUsage[] {
  return Array.from({ length: early + until }, (_, index) => {
    const start = later(MIDNIGHT, durationMs((index - early) * HOUR_MS));
    return { start, mean: 0.25, peak: 0.25, pressure: 0.25 };
  });
}

function joined(past: readonly Past[], before: readonly HourUsage[]): (number | null)[] {
  const hours = historyOf(pastRunsOfText(past.map(lineOf).join("\n")), WINDOW, PLACE, before);
  const starts = hours.map(({ start }) => start);
  const first = starts[0] ?? MIDNIGHT;
  expect(starts).toEqual(starts.map((_, index) => first + index * HOUR_MS));
  if (hours.length > 0) expect(starts.at(-1)).toBe(WINDOW.end - HOUR_MS);
  return hours.map(({ mean }) => mean);
}

test.each<[string, readonly Past[], HourUsage[], number[]]>([
  ["that nothing has run since, idle hours follow", [], told(1, 2), [0.25, 0.25, 0.25, 0, 0, 0, 0]],
  ["that a job follows at once", [{}], told(0, 2), [0.25, 0.25, 0.5, 0.5, 0, 0]],
  [
    "long before the first job, idle hours lie between",
    [{}],
    told(1, 1),
    [0.25, 0.25, 0, 0.5, 0.5, 0, 0],
  ],
  ["that the accounting overlaps, yields to it", [{}], told(0, 4), [0.25, 0.25, 0.5, 0.5, 0, 0]],
  ["that begins after the first job, is not needed", [{}], told(-3, 5), [0.5, 0.5, 0, 0]],
  ["that ended before the accounting is asked, is left out", [], told(9, -5), [0, 0, 0, 0, 0, 0]],
])("of hours from before the accounting: those %s", (_, past, before, means) => {
  expect(joined(past, before)).toEqual(means);
});

test("a line that is cut off is refused", () => {
  expect(() => pastRunsOfText("1|2|3")).toThrow("answer_unreadable");
});

test("the accounting is asked day by day, without gaps", () => {
  const until = later(MIDNIGHT, durationMs(5 * HOUR_MS));
  const slices = slicesOf(until, durationMs(2.5 * DAY_MS));
  expect(slices.map(({ start, end }) => (end - start) / HOUR_MS)).toEqual([24, 24, 12]);
  expect(slices[1]!.start).toBe(slices[0]!.end);
  expect(slices.at(-1)!.end).toBe(until);
  expect(pastRunsCommand(slices.at(-1)!)).toContain("--endtime=2026-03-02T05:00:00");
});
