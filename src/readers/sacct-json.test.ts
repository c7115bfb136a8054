import { describe, expect, test } from "vitest";
import type { Job, JobLog } from "../fleet/job.ts";
import { InputError } from "./input-error.ts";
import { READ_STRICTLY } from "./options.ts";
import { readSacctJson } from "./sacct-json.ts";
import { textSource } from "./source.ts";

const SUBMITTED = 1_772_359_200;

interface Log {
  readonly log: JobLog;
  readonly notes: readonly string[];
}

function read(jobs: readonly unknown[], skipBadRows = false): Promise<Log> {
  const source = textSource("sacct.json", JSON.stringify({ meta: {}, jobs, errors: [] }));
  return readSacctJson(source, { ...READ_STRICTLY, skipBadRows });
}

/** A number as the versions since 23.02 write more and more of them. */
function set(number: number): object {
  return { set: true, infinite: false, number };
}

const UNSET = { set: false, infinite: false, number: 0 };

const GPU_SUM = { type: "gres", name: "gpu", id: 1001, count: 8 };
const GPU_TYPE = { type: "gres", name: "gpu:h100", id: 1002, count: 8 };
const CPU = { type: "cpu", id: 1, count: 64 };

/** A run of an hour that waited for a minute, task 3 of the array 40, as each version writes it. */
const VERSIONS: readonly [string, object][] = [
  [
    "21.08",
    {
      job_id: 43,
      account: "lab",
      array: { job_id: 40, task: null, task_id: 3 },
      het: { job_id: 0, job_offset: null },
      state: { current: "COMPLETED", reason: "None" },
      time: { submission: SUBMITTED, start: SUBMITTED + 60, end: SUBMITTED + 3660, elapsed: 3600 },
      tres: { allocated: [{ ...CPU, name: null }, GPU_SUM, GPU_TYPE], requested: [GPU_SUM] },
      steps: [],
    },
  ],
  [
    "22.05",
    {
      job_id: 43,
      account: "lab",
      array: { job_id: 40, task: null, task_id: 3 },
      het: { job_id: null, job_offset: null },
      state: { current: "COMPLETED", reason: "None" },
      time: { submission: SUBMITTED, start: SUBMITTED + 60, end: SUBMITTED + 3660, elapsed: 3600 },
      tres: { allocated: [{ ...CPU, name: null }, GPU_TYPE], requested: [] },
      steps: [{ tres: { allocated: [GPU_SUM] } }],
    },
  ],
  [
    "23.02",
    {
      job_id: 43,
      account: "lab",
      array: { job_id: 40, task_id: set(3), task: "" },
      het: { job_id: 0, job_offset: UNSET },
      state: { current: "COMPLETED", reason: "None" },
      time: { submission: SUBMITTED, start: SUBMITTED + 60, end: SUBMITTED + 3660, elapsed: 3600 },
      tres: { allocated: [{ ...CPU, name: "" }, GPU_SUM], requested: [GPU_SUM] },
      steps: [],
    },
  ],
  [
    "23.11",
    {
      job_id: 43,
      account: "lab",
      array: { job_id: 40, task_id: set(3), task: "" },
      het: { job_id: 0, job_offset: UNSET },
      state: { current: ["COMPLETED"], reason: "None" },
      time: { submission: SUBMITTED, start: SUBMITTED + 60, end: SUBMITTED + 3660, elapsed: 3600 },
      tres: { allocated: [{ ...CPU, name: "" }, GPU_SUM, GPU_TYPE], requested: [GPU_SUM] },
      steps: [],
    },
  ],
  [
    "24.05",
    {
      job_id: 43,
      account: "lab",
      array: { job_id: 40, task_id: set(3), task: "" },
      het: { job_id: 0, job_offset: UNSET },
      state: { current: ["COMPLETED"], reason: "None" },
      time: {
        submission: SUBMITTED,
        start: SUBMITTED + 60,
        end: SUBMITTED + 3660,
        elapsed: 3600,
        limit: set(120),
        planned: set(60),
      },
      tres: { allocated: [{ ...CPU, name: "" }, GPU_SUM], requested: [GPU_SUM] },
      steps: [],
    },
  ],
  [
    "25.05",
    {
      job_id: 43,
      account: "lab",
      array: { job_id: 40, task_id: set(3), task: "3" },
      het: { job_id: 0, job_offset: UNSET },
      state: { current: ["COMPLETED", "REQUEUED"], reason: "None" },
      time: {
        submission: SUBMITTED,
        start: SUBMITTED + 60,
        end: SUBMITTED + 3660,
        elapsed: set(3600),
      },
      tres: { allocated: [{ ...CPU, name: "" }, GPU_TYPE], requested: [GPU_SUM] },
      steps: [],
    },
  ],
  [
    "25.11, every number an object",
    {
      job_id: set(43),
      account: "lab",
      array: { job_id: set(40), task_id: set(3), task: "" },
      het: { job_id: UNSET, job_offset: UNSET },
      state: { current: ["COMPLETED"], reason: "None" },
      time: {
        submission: set(SUBMITTED),
        start: set(SUBMITTED + 60),
        end: set(SUBMITTED + 3660),
        elapsed: set(3600),
      },
      tres: { allocated: [{ ...GPU_SUM, count: set(8) }], requested: [] },
      steps: [],
    },
  ],
];

const EXPECTED: Job = {
  id: "40_3",
  submit: SUBMITTED * 1000,
  duration: 3_600_000,
  gpus: 8,
  group: "lab",
  start: (SUBMITTED + 60) * 1000,
} as unknown as Job;

const [, PLAIN] = VERSIONS[4] ?? ["", {}];

/** The 24.05 run with other times and perhaps another identity. */
function withTimes(time: object, other: object = {}): object {
  return { ...PLAIN, array: { job_id: 0, task_id: UNSET }, time, ...other };
}

describe("a job of sacct --json", () => {
  test.each(VERSIONS)("of Slurm %s is read", async (_version, job) => {
    const { log, notes } = await read([job]);
    expect(log.jobs).toEqual([EXPECTED]);
    expect(notes).toEqual([]);
  });

  test("that never started is left out, one that still runs lasts as long as it had run", async () => {
    const waiting = withTimes({ submission: SUBMITTED, start: 0, end: 0, elapsed: 0 });
    const times = { submission: SUBMITTED, start: SUBMITTED, end: UNSET, elapsed: 90 };
    const running = withTimes(times, { job_id: 50, state: { current: ["PENDING"] } });
    const { log, notes } = await read([waiting, running]);
    expect(log.jobs.map(({ id, duration }) => [id, duration])).toEqual([["50", 90_000]]);
    expect(notes).toEqual([
      "left out 1 run that never started",
      "1 run without an end: taken to end with the export",
    ]);
  });

  test("is told apart by its part of a heterogeneous job", async () => {
    const times = { submission: SUBMITTED, start: SUBMITTED, end: SUBMITTED + 1, elapsed: 1 };
    const het = { job_id: 60, job_offset: set(1) };
    const { log } = await read([withTimes(times, { job_id: 61, het })]);
    expect(log.jobs[0]?.id).toBe("60+1");
  });

  test("that was requeued is several", async () => {
    const first = { submission: SUBMITTED, start: SUBMITTED, end: SUBMITTED + 5, elapsed: 5 };
    const second = { submission: SUBMITTED, start: SUBMITTED + 9, end: SUBMITTED + 10, elapsed: 1 };
    const { log } = await read([withTimes(first), withTimes(second), withTimes(second)]);
    expect(log.jobs.map(({ id }) => id)).toEqual(["43", "43#2"]);
  });
});

describe("a bad answer", () => {
  const times = { submission: SUBMITTED, start: SUBMITTED, end: SUBMITTED + 1, elapsed: 1 };
  test.each([
    ["without times", { job_id: 1 }, "sacct.json:1: jobs[0].time: expected a job of sacct --json"],
    ["without a submission", withTimes({ ...times, submission: 0 }), "jobs[0].time.submission"],
    [
      "with an end before its start",
      withTimes({ ...times, end: SUBMITTED - 1 }),
      `jobs[0].time.end: expected a time at or after time.start (${SUBMITTED})`,
    ],
  ])("%s is refused, or left out where the user allows it", async (_name, job, message) => {
    const error: unknown = await read([job]).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
    expect((await read([job, PLAIN], true)).log.jobs).toHaveLength(1);
  });
});
