import { expect, test } from "vitest";
import { FIRM, durationMs, notice } from "../units.ts";
import { formatDuration, formatNotice, parseDuration, parseNotice } from "./duration.ts";

test.each([
  ["90s", 90_000],
  ["2m", 120_000],
  ["4h", 14_400_000],
  ["3d", 259_200_000],
  ["0m", 0],
])("%s is %i ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "4", "h", "-1h", "1.5h", "4 h", "4H", "1h30m", "firm", "99999999999d"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test.each([
  [0, "0m"],
  [90_000, "90s"],
  [120_000, "2m"],
  [5_400_000, "90m"],
  [86_400_000, "24h"],
  [259_200_000, "72h"],
  [1_999, "1s"],
])("%i ms are written %s", (ms, text) => {
  expect(formatDuration(durationMs(ms))).toBe(text);
});

test("a notice is firm or a duration, and is read as it is written", () => {
  expect(parseNotice("firm")).toBe(FIRM);
  expect(parseNotice("soon")).toBeNull();
  for (const text of ["firm", "24h", "4h", "15m", "2m"]) {
    expect(formatNotice(parseNotice(text) ?? notice(0))).toBe(text);
  }
});
