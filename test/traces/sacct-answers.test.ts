import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { READ_STRICTLY } from "../../src/readers/options.ts";
import { readSacctJson } from "../../src/readers/sacct-json.ts";
import { openText, textSource } from "../../src/readers/source.ts";
import { dataPath } from "../data.ts";

const GPU_SUM = { type: "gres", name: "gpu", id: 1001, count: 8 };

/** A run of an hour on 8 GPUs, so that no answer is without any. */
const ENDED = {
  job_id: 1,
  account: "lab",
  array: { job_id: 0, task_id: { set: false, infinite: false, number: 0 }, task: "" },
  state: { current: ["COMPLETED"], reason: "None" },
  time: { submission: 1_772_359_200, start: 1_772_359_260, end: 1_772_362_860, elapsed: 3600 },
  tres: { allocated: [GPU_SUM], requested: [GPU_SUM] },
  steps: [],
};

function read(jobs: readonly unknown[]): ReturnType<typeof readSacctJson> {
  const source = textSource("sacct.json", JSON.stringify({ meta: {}, jobs, errors: [] }));
  return readSacctJson(source, READ_STRICTLY);
}

/** Files of a tar archive: each a header block of 512 bytes with name and octal size, then its content. */
function untar(archive: Uint8Array): Map<string, string> {
  const files = new Map<string, string>();
  const text = (from: number, to: number): string =>
    Buffer.from(archive.subarray(from, to)).toString("utf8").replaceAll("\0", "");
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, at + 136), 8) || 0;
    files.set(text(at, at + 100), text(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe("real answers", () => {
  test("sacct --json of 21.08 has a run that ended with its node and one that was requeued", async () => {
    const { log } = await readSacctJson(await openText(dataPath("slurm/sacct_1")), READ_STRICTLY);
    expect(log.jobs.map(({ id, duration, gpus }) => [id, duration, gpus])).toEqual([
      ["2_0", (1_680_215_981 - 1_680_127_992) * 1000, 1],
      ["1_7", 20_615_000, 1],
    ]);
  });

  const archive = gunzipSync(readFileSync(dataPath("slurm/slurmrestd-24.05-24.11.tar.gz")));
  const answers = [...untar(archive)].filter(
    ([name, text]) => /slurmdb-job-.*json$/.test(name) && !text.includes('"jobs": []'),
  );

  test("slurmrestd of 24.05 and 24.11 gave many", () => {
    expect(answers.length).toBeGreaterThan(30);
  });

  // That cluster didn't account for GPUs, so one is put into each job.
  test.each(answers)("%s is read", async (_name, text) => {
    const { jobs } = JSON.parse(text) as {
      jobs: { job_id: number; time: { start: number; end: number }; tres: object }[];
    };
    const withGpu = jobs.map((job) => ({ ...job, tres: { ...job.tres, allocated: [GPU_SUM] } }));
    const { log } = await read([...withGpu, ENDED]);
    for (const { job_id, time } of jobs) {
      const found = log.jobs.find(({ id }) => id === String(job_id));
      expect(found?.start ?? 0).toBe(time.start * 1000);
      if (time.end > 0) expect(found?.duration).toBe((time.end - time.start) * 1000);
    }
  });
});
