import { expect, test } from "vitest";
import { compact, compactDollars, day, lead, minutes, percent, spoken } from "./format.ts";
import { longestFirst, noticeName, shortNoticeName } from "./notice.ts";

test.each([
  [null, "—"],
  [0, "0 %"],
  [0.000_01, "<0.1 %"],
  [0.1234, "12.3 %"],
  [0.999_99, ">99.9 %"],
  [1, "100 %"],
])("the share %s reads %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test.each([
  [0, "0", "0"],
  [87, "87", "87"],
  [9_994, "9,994", "9,990"],
  [412_345, "412k", "412,000"],
  [999_600, "1M", "1 million"],
  [1_239_000, "1.24M", "1.24 million"],
  [2_000_000_000, "2B", "2 billion"],
])("%d is %s in a column and %s in a sentence", (value, column, sentence) => {
  expect(compact(value)).toBe(column);
  expect(spoken(value)).toBe(sentence);
});

test("a loss keeps its sign before the dollar", () => {
  expect(compactDollars(-1_500)).toBe("−$1,500");
});

test.each([
  [null, "—"],
  [0, "0 min"],
  [0.5, "30 s"],
  [15, "15 min"],
  [240, "4 h"],
  [4_320, "3 days"],
])("%s minutes read %s", (value, text) => {
  expect(minutes(value)).toBe(text);
});

test("leads and days read as people say them", () => {
  expect([1, 12, 24, 72, 168, 672].map(lead)).toEqual([
    "1 h",
    "12 h",
    "1 day",
    "3 days",
    "1 week",
    "4 weeks",
  ]);
  expect(day("2026-03-03T09:00:00.000Z")).toBe("3 Mar 2026");
});

test.each([
  ["firm", "firm: never recalled", "firm"],
  ["24h", "24 h notice", "24 h"],
  ["90m", "90 min notice", "90 min"],
  ["30s", "30 s notice", "30 s"],
  ["0", "no notice", "no notice"],
  ["0m", "no notice", "no notice"],
])("the notice %s is called %s, in short %s", (notice, name, short) => {
  expect(noticeName(notice)).toBe(name);
  expect(shortNoticeName(notice)).toBe(short);
});

test("notices are ordered by length, whatever their unit", () => {
  const rows = ["2m", "firm", "30s", "4h", "1d", "0", "90m"].map((notice) => ({ notice }));
  expect(longestFirst(rows).map((row) => row.notice)).toEqual([
    "firm",
    "1d",
    "4h",
    "90m",
    "2m",
    "30s",
    "0",
  ]);
});
