import { expect, test } from "vitest";
import { epochMs, notice, ppm } from "../units.ts";
import { noticeOf, percentOf, rangeOf, windowOf } from "./words.ts";

const at = (text: string) => epochMs(Date.parse(text));

test.each([
  ["2026-06-01T00:00Z", "2026-07-01T00:00Z", "1 Jun – 30 Jun 2026"],
  ["2025-12-31T00:00Z", "2026-01-02T00:00Z", "31 Dec 2025 – 1 Jan 2026"],
  ["2026-06-01T00:00Z", "2026-06-02T00:00Z", "1 Jun 2026"],
  ["2026-06-01T00:30Z", "2026-06-01T12:00Z", "1 Jun 2026, 00:30 – 1 Jun 2026, 12:00 UTC"],
])("%s to %s reads %s", (start, end, text) => {
  expect(windowOf({ start: at(start), end: at(end) })).toBe(text);
});

test.each([
  [Infinity, "firm"],
  [86_400_000, "24 h notice"],
  [900_000, "15 min notice"],
  [45_000, "45 s notice"],
  [0, "no notice"],
])("a notice of %d ms reads %s", (ms, text) => {
  expect(noticeOf(notice(ms))).toBe(text);
});

test("a range names its ends and how many there are", () => {
  expect(rangeOf([])).toBe("none");
  expect(rangeOf([{ first: 5, step: 0, count: 1 }])).toBe("5");
  const runs = [
    { first: 5, step: 3, count: 1_000 },
    { first: 4_000, step: 2, count: 3 },
  ];
  expect(rangeOf(runs)).toBe("5–4004 (1,003 of them)");
});

test("rates are read in per cent", () => {
  expect(percentOf(ppm(190_000))).toBe("19 %");
  expect(percentOf(ppm(81_250))).toBe("8.125 %");
});
