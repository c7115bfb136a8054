import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCalendarCsv } from "./calendar-csv.ts";
import { readTrace, readTraceOf } from "./detect.ts";
import { InputError } from "./input-error.ts";
import { READ_STRICTLY } from "./options.ts";
import { openText, textSource } from "./source.ts";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));

describe("a history is told by its first line", () => {
  test.each([
    ["usage.csv", "usage CSV", 6],
    ["jobs.csv", "jobs CSV", 4],
    ["sacct.txt", "sacct -P", 3],
    ["sacct.json", "sacct --json", 2],
  ])("the example %s is %s", async (name, format, size) => {
    const read = await readTrace(join(examples, name), READ_STRICTLY);
    expect(read.format).toBe(format);
    expect(read.kind === "usage" ? read.trace.demand.length : read.log.jobs.length).toBe(size);
  });

  test("there is an example of each format, the calendar included", async () => {
    const source = await openText(join(examples, "calendar.csv"));
    expect((await readCalendarCsv(source, READ_STRICTLY)).runs).toHaveLength(3);
    const names = readdirSync(examples).filter((name) => /\.(csv|txt|json)$/.test(name));
    expect(names).toEqual(
      expect.arrayContaining(["calendar.csv", "jobs.csv", "sacct.json", "sacct.txt", "usage.csv"]),
    );
  });

  test("blank lines before the header don't hide it", async () => {
    const text =
      "\n\ngpus_total,time,gpus_in_use\n8,2026-03-01T00:00:00Z,1\n8,2026-03-01T01:00:00Z,1\n";
    expect((await readTraceOf(textSource("u", text), READ_STRICTLY)).format).toBe("usage CSV");
  });
});

describe("what is none of the formats", () => {
  test.each([
    ["another table", "when,how_many\n1,2\n", `found "when,how_many"`],
    ["an export of sacct without -P", "JobID    JobName\n-----\n", `found "JobID    JobName"`],
    ["a table parted by semicolons", "time;gpus_in_use;gpus_total\n", "expected usage (time,gpus"],
    ["a JSON array", "[1]", `found "[1]"`],
    [
      "a training calendar",
      "start_time,duration_s,gpus,group\n",
      "found a training calendar (give it with --calendar)",
    ],
  ])("%s is refused with a list of them", async (_name, text, message) => {
    const reading = readTraceOf(textSource("x", text), READ_STRICTLY);
    const error: unknown = await reading.catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
    expect(String(error)).toContain(
      "x:1: expected usage (time,gpus_in_use,gpus_total), jobs (submit_time,duration_s,gpus,group, perhaps start_time), sacct -P (JobID|Submit|Start|End|AllocTRES, in any order), or sacct --json",
    );
  });
});
