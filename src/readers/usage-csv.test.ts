import { describe, expect, test } from "vitest";
import { HOUR_MS, gpus } from "../units.ts";
import { InputError } from "./input-error.ts";
import type { ReadOptions } from "./options.ts";
import { READ_STRICTLY } from "./options.ts";
import { textSource } from "./source.ts";
import { readUsageCsv } from "./usage-csv.ts";

const HEADER = "time,gpus_in_use,gpus_total";

function at(hour: number, minute = 0): string {
  return `2026-03-01T${twoDigits(hour)}:${twoDigits(minute)}:00Z`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Rows at hours 0, 1, 2… of a cluster of 8. */
function hourly(...demand: (number | string)[]): string[] {
  return demand.map((value, hour) => `${at(hour)},${value},8`);
}

function read(
  rows: readonly string[],
  options: Partial<ReadOptions> = {},
): ReturnType<typeof readUsageCsv> {
  const text = [HEADER, ...rows, ""].join("\n");
  return readUsageCsv(textSource("usage.csv", text), { ...READ_STRICTLY, ...options });
}

describe("a sound file", () => {
  test("becomes demand on a grid: fractions round up, values above the total are kept", async () => {
    const { trace, notes } = await read(hourly(2, 2.5, 9, 8.0000000001));
    expect([...trace.demand]).toEqual([2, 3, 9, 8]);
    expect([...trace.total]).toEqual([8, 8, 8, 8]);
    expect([trace.start, trace.step]).toEqual([Date.parse(at(0)), HOUR_MS]);
    expect(notes).toEqual([]);
  });

  test("may have a byte order mark, Windows line ends, columns in any order and others besides", async () => {
    const text = [
      "\uFEFFnote,gpus_total, time ,gpus_in_use",
      `"a, b",8,${at(0)},1`,
      "",
      `,8,${at(1)},2`,
      "",
    ].join("\r\n");
    const { trace } = await readUsageCsv(textSource("usage.csv", text), READ_STRICTLY);
    expect([...trace.demand]).toEqual([1, 2]);
  });

  test("may give its times in any zone", async () => {
    const rows = ["2026-03-01T00:30:00+02:00,1,8", "2026-02-28T23:00:00Z,2,8"];
    const { trace } = await read(rows);
    expect(trace.start).toBe(Date.parse("2026-02-28T22:30:00Z"));
  });

  test("may change its capacity", async () => {
    const { trace } = await read([`${at(0)},1,8`, `${at(1)},1,16`, `${at(2)},1,4`]);
    expect([...trace.total]).toEqual([8, 16, 4]);
  });

  test("counts a time without capacity as an outage", async () => {
    const { trace, notes } = await read([`${at(0)},1,8`, `${at(1)},1,0`, `${at(2)},1,8`]);
    expect([...trace.outage]).toEqual([0, 1, 0]);
    expect(notes).toEqual(["1 outage of 1.0 hours, the first at 2026-03-01T01:00:00Z"]);
  });

  test("may have its capacity replaced, and then needn't have any", async () => {
    const options = { ...READ_STRICTLY, gpus: gpus(32) };
    const text = `time,gpus_in_use\n${at(0)},1\n${at(1)},2\n`;
    const { trace } = await readUsageCsv(textSource("usage.csv", text), options);
    expect([...trace.total]).toEqual([32, 32]);
    expect([...(await read(hourly(1, 2), { gpus: gpus(32) })).trace.total]).toEqual([32, 32]);
  });

  test("falls to zero in an outage, unless outages are kept", async () => {
    expect([...(await read(hourly(5, 0, 5))).trace.outage]).toEqual([0, 1, 0]);
    const kept = await read(hourly(5, 0, 5), { outages: "keep" });
    expect([...kept.trace.outage]).toEqual([0, 0, 0]);
  });

  test("takes the most common distance of its times for the step, the smaller of two", async () => {
    const rows = [0, 10, 20, 40].map((minute) => `${at(0, minute)},1,8`);
    expect((await read(rows, { gaps: "hold" })).trace.step).toBe(600_000);
    const tied = [0, 10, 30].map((minute) => `${at(0, minute)},1,8`);
    expect((await read(tied, { gaps: "hold" })).trace.step).toBe(600_000);
  });
});

describe("a gap", () => {
  const rows = [`${at(0)},1,8`, `${at(1)},2,8`, `${at(4)},3,8`, `${at(5)},4,8`];

  test("is an error that names its place", async () => {
    await expect(read(rows)).rejects.toThrow(
      "usage.csv:4: column time: expected 2026-03-01T02:00:00Z (a step of 60 minutes; --gaps hold or drop allows gaps), found 2026-03-01T04:00:00Z: a gap of 2 steps",
    );
  });

  test("is filled by the row before it with --gaps hold", async () => {
    const { trace, notes } = await read(rows, { gaps: "hold" });
    expect([...trace.demand]).toEqual([1, 2, 2, 2, 3, 4]);
    expect([...trace.outage]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(notes).toEqual(["2 missing steps hold the row before them"]);
  });

  test("is an outage with --gaps drop, even where outages are kept or it is short", async () => {
    const { trace, notes } = await read(rows, { gaps: "drop", outages: "keep" });
    expect([...trace.outage]).toEqual([0, 0, 1, 1, 0, 0]);
    expect([...trace.total]).toEqual([8, 8, 8, 8, 8, 8]);
    expect(notes[0]).toBe("2 missing steps count as outage");
    const short = [0, 10, 30, 40].map((minute) => `${at(0, minute)},1,8`);
    expect([...(await read(short, { gaps: "drop" })).trace.outage]).toEqual([0, 0, 1, 0, 0]);
  });
});

describe("bad rows", () => {
  const after = [`${at(5)},9,8`, `${at(5, 30)},9,8`, `${at(6)},5,8`, "5"];
  const rows = [...hourly(1, 1, 1, "x", 3, 4), ...after];

  test("are left out and counted with --skip-bad-rows, and leave gaps", async () => {
    await expect(read(rows, { skipBadRows: true })).rejects.toThrow("a gap of 1 step");
    const { trace, notes } = await read(rows, { skipBadRows: true, gaps: "hold" });
    expect([...trace.demand]).toEqual([1, 1, 1, 1, 3, 4, 5]);
    expect(trace.skippedRows).toBe(4);
    expect(notes[0]).toContain("skipped 4 bad rows: usage.csv:5: column gpus_in_use");
    expect(notes[0]).toMatch(/; …$/);
  });

  test("don't excuse a file of nothing else", async () => {
    await expect(read(["x,y,z", "1,2"], { skipBadRows: true })).rejects.toThrow(
      "expected two rows or more",
    );
  });
});

const REFUSED: readonly [string, readonly string[], string][] = [
  ["a header alone", [], "usage.csv: expected a header line and rows, found a header line alone"],
  ["one row", hourly(1), "usage.csv: expected two rows or more, to tell the step by, found one"],
  [
    "text for a number",
    hourly(1, "abc"),
    `usage.csv:3: column gpus_in_use: expected a number of GPUs ≥ 0 and ≤ 10 million, found "abc"`,
  ],
  ["a negative number", hourly(1, -2), `usage.csv:3: column gpus_in_use`],
  ["NaN", hourly(1, "NaN"), `found "NaN"`],
  ["Infinity", hourly(1, "Infinity"), `found "Infinity"`],
  ["a hexadecimal number", hourly(1, "0x10"), `found "0x10"`],
  ["no number", hourly(1, ""), "found nothing"],
  ["an absurd number", hourly(1, 10_000_001), `found "10000001"`],
  ["a negative total", [`${at(0)},1,-8`], "usage.csv:2: column gpus_total"],
  ["a total in fractions", [`${at(0)},1,8.5`], 'expected a whole number of GPUs, found "8.5"'],
  [
    "no capacity at all",
    [`${at(0)},1,0`, `${at(1)},1,0`],
    "column gpus_total: expected a capacity",
  ],
  [
    "a time without a zone",
    ["2026-03-01T00:00:00,1,8"],
    "column time: expected an ISO 8601 time with its zone",
  ],
  ["a date alone", ["2026-03-01,1,8"], `usage.csv:2: column time`],
  [
    "times out of order",
    [`${at(0)},1,8`, `${at(2)},1,8`, `${at(1)},1,8`],
    "usage.csv:4: column time: expected a time after 2026-03-01T02:00:00Z of line 3, found 2026-03-01T01:00:00Z",
  ],
  ["a repeated time", [`${at(0)},1,8`, `${at(0)},1,8`], "usage.csv:3: column time"],
  [
    "a time off the grid",
    [...hourly(1, 1, 1), `${at(3, 20)},1,8`],
    "usage.csv:5: column time: expected a whole multiple of the step of 60 minutes in UTC, found 2026-03-01T03:20:00Z",
  ],
  [
    "a step of seven minutes",
    [`${at(0, 0)},1,8`, `${at(0, 7)},1,8`],
    "found mostly 7 minutes between rows",
  ],
  [
    "a step of half a minute",
    ["2026-03-01T00:00:00Z,1,8", "2026-03-01T00:00:30Z,1,8"],
    "found mostly 0.5 minutes",
  ],
  ["a step of two hours", [`${at(0)},1,8`, `${at(2)},1,8`], "divides the hour"],
  ["a missing field", [`${at(0)},1`], "usage.csv:2: expected 3 fields as in the header, found 2"],
  [
    "a field too many",
    [`${at(0)},1,8,9`],
    "usage.csv:2: expected 3 fields as in the header, found 4",
  ],
  ["trailing garbage", [...hourly(1, 2), "-- end --"], "usage.csv:4: expected 3 fields"],
  ["an open quotation", [`${at(0)},"1,8`], "found a quotation mark out of place"],
];

describe("a bad file", () => {
  test.each(REFUSED)("with %s is refused", async (_name, rows, message) => {
    const error: unknown = await read(rows).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
  });

  test("with a column missing or named twice is refused", async () => {
    const missing = textSource("usage.csv", `time,gpus_in_use\n${at(0)},1\n`);
    await expect(readUsageCsv(missing, READ_STRICTLY)).rejects.toThrow(
      `usage.csv:1: expected the column gpus_total, found "time,gpus_in_use"`,
    );
    const twice = textSource("usage.csv", `time,${HEADER}\n`);
    await expect(readUsageCsv(twice, READ_STRICTLY)).rejects.toThrow(
      "usage.csv:1: column time: expected it once, found it twice",
    );
  });

  test("with a time far away is refused rather than filled", async () => {
    const rows = [0, 1].map((minute) => `${at(0, minute)},1,8`);
    const far = [...rows, "2041-03-01T00:00:00Z,1,8"];
    await expect(read(far, { gaps: "hold" })).rejects.toThrow("at most ten years of minutes");
  });
});
