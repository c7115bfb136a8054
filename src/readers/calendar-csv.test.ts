import { describe, expect, test } from "vitest";
import { HOUR_MS, durationMs } from "../units.ts";
import { readCalendarCsv } from "./calendar-csv.ts";
import { READ_STRICTLY } from "./options.ts";
import { textSource } from "./source.ts";

const DAY_AHEAD = { ...READ_STRICTLY, declaredAhead: durationMs(24 * HOUR_MS) };

describe("a training calendar", () => {
  test("is put in order of declaration", async () => {
    const text = [
      "declared_time,start_time,duration_s,gpus,group",
      "2026-02-28T00:00:00Z,2026-03-01T00:00:00Z,3600,8,b",
      "2026-02-27T00:00:00Z,2026-03-09T00:00:00Z,1.5,0.5,a",
    ].join("\n");
    const { runs, notes } = await readCalendarCsv(textSource("c.csv", text), READ_STRICTLY);
    expect(runs.map(({ group, duration, gpus }) => [group, duration, gpus])).toEqual([
      ["a", 1500, 1],
      ["b", 3_600_000, 8],
    ]);
    expect(runs[0]?.declared).toBe(Date.parse("2026-02-27T00:00:00Z"));
    expect(notes).toEqual([]);
  });

  test("without declarations was declared as long ahead as the user says", async () => {
    const text = "start_time,duration_s,gpus,group\n2026-03-01T00:00:00Z,60,8,a\n";
    const { runs } = await readCalendarCsv(textSource("c.csv", text), DAY_AHEAD);
    expect(runs[0]?.declared).toBe(Date.parse("2026-02-28T00:00:00Z"));
  });

  test("goes by its own declarations where it has them", async () => {
    const text =
      "declared_time,start_time,duration_s,gpus,group\n2026-02-01T00:00:00Z,2026-03-01T00:00:00Z,60,8,a\n";
    const { runs } = await readCalendarCsv(textSource("c.csv", text), DAY_AHEAD);
    expect(runs[0]?.declared).toBe(Date.parse("2026-02-01T00:00:00Z"));
  });

  test("leaves out runs without GPUs and says so", async () => {
    const rows = "2026-03-01T00:00:00Z,60,0,a\n2026-03-01T00:00:00Z,60,8,b\n";
    const source = textSource("c.csv", `start_time,duration_s,gpus,group\n${rows}`);
    const { runs, notes } = await readCalendarCsv(source, DAY_AHEAD);
    expect([runs.length, notes]).toEqual([1, ["left out 1 run without GPUs"]]);
  });
});

describe("a bad calendar", () => {
  const HEADER = "declared_time,start_time,duration_s,gpus,group";
  test.each([
    [
      "without declarations, which nobody gave either",
      "start_time,duration_s,gpus,group\n2026-03-01T00:00:00Z,60,8,a\n",
      "c.csv:1: expected a column declared_time, or --declared-ahead 24h",
    ],
    ["of a header alone", `${HEADER}\n`, "found a header line alone"],
    ["without a column", "declared_time,gpus\n", "expected the columns start_time, duration_s"],
    [
      "with an empty declaration",
      `${HEADER}\n,2026-03-01T00:00:00Z,60,8,a\n`,
      "c.csv:2: column declared_time: expected an ISO 8601 time",
    ],
    [
      "with negative GPUs",
      `${HEADER}\n2026-03-01T00:00:00Z,2026-03-01T00:00:00Z,60,-8,a\n`,
      "c.csv:2: column gpus",
    ],
  ])("%s is refused", async (_name, text, message) => {
    const reading = readCalendarCsv(textSource("c.csv", text), READ_STRICTLY);
    await expect(reading).rejects.toThrow(message);
  });
});
