import { describe, expect, test } from "vitest";
import type { Job } from "../fleet/job.ts";
import { InputError } from "./input-error.ts";
import type { ReadOptions } from "./options.ts";
import { READ_STRICTLY } from "./options.ts";
import { readSacctText } from "./sacct-text.ts";
import { textSource } from "./source.ts";

const HEADER = "JobID|Submit|Start|End|State|AllocTRES|ReqTRES|Account|ElapsedRaw";

function read(
  rows: readonly string[],
  options: Partial<ReadOptions> = {},
): ReturnType<typeof readSacctText> {
  const source = textSource("sacct.txt", [HEADER, ...rows, ""].join("\n"));
  return readSacctText(source, { ...READ_STRICTLY, ...options });
}

async function jobs(...rows: string[]): Promise<readonly Job[]> {
  return (await read(rows)).log.jobs;
}

/** A run of an hour from 10:01 that was submitted at 10:00. */
function run(id: string, tres: string): string {
  return `${id}|2026-03-01T10:00:00|2026-03-01T10:01:00|2026-03-01T11:01:00|COMPLETED|${tres}||lab|3600`;
}

describe("GPUs of a job", () => {
  test.each([
    ["billing=8,cpu=8,gres/gpu=8,mem=64G", 8],
    ["gres/gpu:h100=8,gres/gpu=8", 8],
    ["gres/gpu=12,gres/gpu:a100=8,gres/gpu:h100=4", 12],
    ["gres/gpu:a100=8,gres/gpu:h100=4", 12],
    ["gres/gpu=2,gres/gpumem=80G,gres/gpuutil=100,gres/shard=9", 2],
    ["gres/gpu:1g.5gb=3", 3],
  ])("%s are %i", async (tres, count) => {
    expect((await jobs(run("1", tres)))[0]?.gpus).toBe(count);
  });

  test("none make it no job of ours, and a log of such is refused with advice", async () => {
    const { log, notes } = await read([run("1", "cpu=8"), run("2", "gres/gpu=1")]);
    expect(log.jobs.map(({ id }) => id)).toEqual(["2"]);
    expect(notes).toContain("left out 1 job without GPUs");
    await expect(read([run("1", "cpu=8")])).rejects.toThrow("AccountingStorageTRES names gres/gpu");
  });

  test("are those asked for where the export doesn't say what was allocated", async () => {
    const text = `JobID|Submit|Start|End|ReqTRES\n5|1772323200|1772323260|1772323320|gres/gpu=4\n`;
    const { log } = await readSacctText(textSource("s", text), READ_STRICTLY);
    expect(log.jobs[0]).toMatchObject({ gpus: 4, duration: 60_000 });
  });
});

describe("rows of an export", () => {
  test("are jobs, and steps are none", async () => {
    const ids = ["7", "7.batch", "7.extern", "7.0", "8_3", "9+0", "9+1"];
    const found = await jobs(...ids.map((id) => run(id, "gres/gpu=1")));
    expect(found.map(({ id }) => id)).toEqual(["7", "8_3", "9+0", "9+1"]);
    expect(found[0]).toMatchObject({
      submit: Date.parse("2026-03-01T10:00:00Z"),
      start: Date.parse("2026-03-01T10:01:00Z"),
      duration: 3_600_000,
      group: "lab",
    });
  });

  test("may have their columns in any order, a bar at the end, and a raw id", async () => {
    const text = [
      "End|AllocTRES|JobIDRaw|User|Start|Submit|",
      "2026-03-01T11:00:00|gres/gpu=2|77|eve|2026-03-01T10:00:00|2026-03-01T10:00:00|",
    ].join("\r\n");
    const { log } = await readSacctText(textSource("s", text), READ_STRICTLY);
    expect(log.jobs[0]).toMatchObject({ id: "77", gpus: 2, duration: 3_600_000, group: "" });
  });

  test("that never started are left out and counted", async () => {
    const waiting = "8_[5-9]|2026-03-01T10:00:00|Unknown|Unknown|PENDING||gres/gpu=1|lab|0";
    const cancelled = "9|2026-03-01T10:00:00|None|2026-03-01T10:05:00|CANCELLED||gres/gpu=1|lab|0";
    const older =
      "10|2026-03-01T10:00:00|2026-03-01T10:05:00|2026-03-01T10:05:00|CANCELLED||gres/gpu=1|lab|0";
    const { log, notes } = await read([run("7", "gres/gpu=1"), waiting, cancelled, older]);
    expect(log.jobs.map(({ id }) => id)).toEqual(["7"]);
    expect(notes).toContain("left out 3 runs that never started");
  });

  test("that still run last as long as they had run when asked", async () => {
    const row = "9|2026-03-01T10:00:00|2026-03-01T10:00:00|Unknown|RUNNING|gres/gpu=1||lab|90";
    const { log, notes } = await read([row, run("7", "gres/gpu=1")]);
    expect(log.jobs[0]).toMatchObject({ id: "9", duration: 90_000 });
    expect(notes).toContain("1 run without an end: taken to end with the export");
  });

  test("that still run last to the export's last time where nothing says how long", async () => {
    const row = "9|2026-03-01T10:00:00|2026-03-01T10:31:00|Unknown|RUNNING|gres/gpu=1||lab|";
    const { log } = await read([row, run("7", "gres/gpu=1")]);
    expect(log.jobs.find(({ id }) => id === "9")?.duration).toBe(30 * 60_000);
  });

  test("may say how long in days, hours, minutes and seconds", async () => {
    const text = [
      "JobID|Submit|Start|End|AllocTRES|Elapsed",
      "9|2026-03-01T10:00:00|2026-03-01T10:00:00|Unknown|gres/gpu=1|1-02:03:04",
    ].join("\n");
    const { log } = await readSacctText(textSource("s", text), READ_STRICTLY);
    expect(log.jobs[0]?.duration).toBe(93_784_000);
  });

  test("of a requeued job are jobs of their own", async () => {
    const first =
      "7|2026-03-01T10:00:00|2026-03-01T10:00:00|2026-03-01T10:30:00|NODE_FAIL|gres/gpu=1||lab|1800";
    const second = first.replaceAll("T10:00:00|2026-03-01T10:30", "T10:40:00|2026-03-01T11:30");
    const found = await jobs(first, second);
    expect(found.map(({ id, duration }) => [id, duration / 60_000])).toEqual([
      ["7", 30],
      ["7#2", 50],
    ]);
  });

  test("that overlapping exports repeat count once, with the end that one of them knows", async () => {
    const running = run("7", "gres/gpu=1").replace("2026-03-01T11:01:00", "Unknown");
    const { log, notes } = await read([running, run("7", "gres/gpu=1"), running]);
    expect(log.jobs).toHaveLength(1);
    expect(log.jobs[0]?.duration).toBe(3_600_000);
    expect(notes).toContain("left out 2 runs that the export repeats");
  });

  test("that start before they are submitted waited for nothing", async () => {
    const row =
      "7|2026-03-01T10:05:00|2026-03-01T10:00:00|2026-03-01T10:30:00|COMPLETED|gres/gpu=1||lab|1800";
    expect((await jobs(row))[0]?.submit).toBe(Date.parse("2026-03-01T10:00:00Z"));
  });
});

describe("times of an export", () => {
  const berlin = { timezone: "Europe/Berlin" };

  test("are UTC unless the user names a zone, and either is said", async () => {
    const row = run("7", "gres/gpu=1");
    expect((await read([row])).notes).toEqual([
      "times without a zone are read as UTC (--timezone changes it)",
    ]);
    const { log, notes } = await read([row], berlin);
    expect(log.jobs[0]?.submit).toBe(Date.parse("2026-03-01T09:00:00Z"));
    expect(notes).toEqual([
      "times without a zone are read as Europe/Berlin (--timezone changes it)",
    ]);
  });

  test("may be seconds since 1970 or have a zone, and then nothing is assumed", async () => {
    const seconds = "7|1772359200|1772359260|1772362860|COMPLETED|gres/gpu=1||lab|3600";
    const zoned =
      "8|2026-03-01T11:00:00+0100|2026-03-01T11:01:00+01:00|2026-03-01T11:01:00Z|X|gres/gpu=1||lab|1";
    const { log, notes } = await read([seconds, zoned], berlin);
    expect(log.jobs.map(({ submit }) => submit)).toEqual([1_772_359_200_000, 1_772_359_200_000]);
    expect(log.jobs.map(({ duration }) => duration)).toEqual([3_600_000, 3_600_000]);
    expect(notes).toEqual([]);
  });

  test("follow one another through the hour that is repeated in autumn", async () => {
    const row =
      "7|2026-10-25T02:40:00|2026-10-25T02:50:00|2026-10-25T02:10:00|COMPLETED|gres/gpu=1||lab|1200";
    const { log } = await read([row], berlin);
    expect(log.jobs[0]).toMatchObject({
      submit: Date.parse("2026-10-25T00:40:00Z"),
      start: Date.parse("2026-10-25T00:50:00Z"),
      duration: 20 * 60_000,
    });
  });

  test("skip the hour that is missing in spring", async () => {
    const row =
      "7|2026-03-29T01:00:00|2026-03-29T01:30:00|2026-03-29T03:30:00|COMPLETED|gres/gpu=1||lab|3600";
    expect((await read([row], berlin)).log.jobs[0]?.duration).toBe(3_600_000);
  });
});

describe("a bad export", () => {
  test.each([
    [
      "an unreadable time",
      "7|yesterday|None|None|X|gres/gpu=1||lab|1",
      "sacct.txt:2: column Submit",
    ],
    ["no submission", "7|Unknown|None|None|X|gres/gpu=1||lab|1", `found "Unknown"`],
    [
      "an end before its start",
      "7|2026-03-01T10:00:00|2026-03-01T10:00:00|2026-03-01T09:00:00|X|gres/gpu=1||lab|1",
      "sacct.txt:2: column End: expected a time at or after Start (2026-03-01T10:00:00)",
    ],
    ["a bar in a name", `${run("7", "gres/gpu=1")}|x`, "leave JobName out of --format"],
  ])("with %s is refused, or left out where the user allows it", async (_name, row, message) => {
    const error: unknown = await read([row]).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
    const { log } = await read([row, run("8", "gres/gpu=1")], { skipBadRows: true });
    expect(log.jobs.map(({ id }) => id)).toEqual(["8"]);
  });

  test("without resources is refused", async () => {
    const source = textSource("s", "JobID|Submit|Start|End\n1|2|3|4\n");
    await expect(readSacctText(source, READ_STRICTLY)).rejects.toThrow(
      "s:1: expected the column AllocTRES",
    );
  });

  test("in a zone that doesn't exist is refused", async () => {
    await expect(read([run("7", "gres/gpu=1")], { timezone: "Nowhere" })).rejects.toThrow(
      `--timezone: expected an IANA time zone (Europe/Berlin), found "Nowhere"`,
    );
  });
});
