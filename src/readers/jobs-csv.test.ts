import { describe, expect, test } from "vitest";
import { InputError } from "./input-error.ts";
import { readJobsCsv } from "./jobs-csv.ts";
import type { ReadOptions } from "./options.ts";
import { READ_STRICTLY } from "./options.ts";
import { textSource } from "./source.ts";

const HEADER = "submit_time,duration_s,gpus,group";
const T = "2026-03-01T00:00:00Z";

function read(
  rows: readonly string[],
  options: Partial<ReadOptions> = {},
): ReturnType<typeof readJobsCsv> {
  const source = textSource("jobs.csv", [HEADER, ...rows, ""].join("\n"));
  return readJobsCsv(source, { ...READ_STRICTLY, ...options });
}

describe("a log of jobs", () => {
  test("is put in order of submission, equal times as they stood", async () => {
    const rows = ["2026-03-01T01:00:00Z,1,1,c", `${T},1,1,a`, `${T},1,1,b`];
    const { log } = await read(rows);
    expect(log.name).toBe("jobs");
    expect(log.jobs.map(({ group, id }) => [group, id])).toEqual([
      ["a", "line 3"],
      ["b", "line 4"],
      ["c", "line 2"],
    ]);
  });

  test("rounds durations up to milliseconds and GPUs up to whole ones", async () => {
    const { log } = await read([`${T},0.0001,0.5,`, `${T},0,1,`]);
    expect(log.jobs.map(({ duration, gpus }) => [duration, gpus])).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  test("leaves out jobs without GPUs and says how many", async () => {
    const { log, notes } = await read([`${T},1,0,`, `${T},1,1,`]);
    expect(log.jobs).toHaveLength(1);
    expect(notes).toEqual(["left out 1 job without GPUs"]);
  });

  test("may say when jobs started", async () => {
    const text = `${HEADER},start_time\n${T},1,1,a,2026-03-01T00:00:05Z\n${T},1,1,b,\n`;
    const { log } = await readJobsCsv(textSource("jobs.csv", text), READ_STRICTLY);
    expect(log.jobs.map(({ start }) => start)).toEqual([Date.parse(T) + 5000, null]);
  });

  test("with bad rows is read without them where the user allows it", async () => {
    const { log, notes } = await read([`${T},x,1,`, `${T},1,1,`], { skipBadRows: true });
    expect(log.jobs).toHaveLength(1);
    expect(notes[0]).toBe(
      `skipped 1 bad row: jobs.csv:2: column duration_s: expected seconds ≥ 0 and ≤ 10 years, found "x"`,
    );
  });
});

describe("a bad log", () => {
  test.each([
    ["no job", [], "found a header line alone"],
    ["jobs without GPUs alone", [`${T},1,0,`], "expected jobs with GPUs, found 1 without any"],
    ["a negative duration", [`${T},-1,1,`], "jobs.csv:2: column duration_s"],
    ["an absurd duration", [`${T},1e12,1,`], "jobs.csv:2: column duration_s"],
    ["negative GPUs", [`${T},1,-1,`], "jobs.csv:2: column gpus"],
    ["absurd GPUs", [`${T},1,99999999,`], "jobs.csv:2: column gpus"],
    ["a time without a zone", ["2026-03-01T00:00:00,1,1,"], "jobs.csv:2: column submit_time"],
    ["a row too short", [`${T},1`], "jobs.csv:2: expected 4 fields as in the header, found 2"],
  ])("with %s is refused", async (_name, rows, message) => {
    const error: unknown = await read(rows).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
  });

  test("whose job starts before it is submitted is refused", async () => {
    const text = `${HEADER},start_time\n${T},1,1,a,2026-02-28T23:00:00Z\n`;
    await expect(readJobsCsv(textSource("jobs.csv", text), READ_STRICTLY)).rejects.toThrow(
      "jobs.csv:2: column start_time: expected a time at or after submit_time",
    );
  });
});
