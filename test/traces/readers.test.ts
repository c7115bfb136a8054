import { describe, expect, test } from "vitest";
import { replay } from "../../src/fleet/replay.ts";
import { outageRuns, stepStart } from "../../src/fleet/usage.ts";
import { readJobsCsv } from "../../src/readers/jobs-csv.ts";
import { READ_STRICTLY } from "../../src/readers/options.ts";
import { openText } from "../../src/readers/source.ts";
import { readUsageCsv } from "../../src/readers/usage-csv.ts";
import { durationMs, gpus } from "../../src/units.ts";
import { dataPath } from "../data.ts";

describe("the public traces", () => {
  test.each([
    ["usage/alibaba-a100-hourly.csv", 4347, 3456, 60],
    ["usage/alibaba-series-1-hourly.csv", 4347, 1558, 60],
    ["usage/alibaba-series-2-hourly.csv", 4347, 976, 60],
    ["usage/venus-2020-apr-jun-10min.csv", 13_104, 1080, 10],
  ])("%s has %i steps on %i GPUs", async (name, steps, total, minutes) => {
    const { trace } = await readUsageCsv(await openText(dataPath(name)), READ_STRICTLY);
    expect(trace.demand).toHaveLength(steps);
    expect(trace.step).toBe(minutes * 60_000);
    expect(new Set(trace.total)).toEqual(new Set([total]));
  });

  test("Venus was down on 10 and on 16 May 2020", async () => {
    const path = dataPath("usage/venus-2020-apr-jun-10min.csv");
    const { trace } = await readUsageCsv(await openText(path), READ_STRICTLY);
    const runs = outageRuns(trace.outage).map(({ from, to }) =>
      [from, to].map((step) => new Date(stepStart(trace, step)).toISOString().slice(5, 16)),
    );
    // On 10 May eight GPUs were in use for ten hours between two falls to zero.
    expect(runs).toEqual([
      ["05-10T00:10", "05-10T02:10"],
      ["05-10T12:20", "05-10T23:50"],
      ["05-16T00:50", "05-16T17:10"],
    ]);
  });
});

describe("the public logs", () => {
  test("Philly has 82,247 jobs, and its queue is replayed on 2,500 GPUs", async () => {
    const path = dataPath("jobs/philly-2017.csv.gz");
    const { log, notes } = await readJobsCsv(await openText(path), READ_STRICTLY);
    expect(log.jobs).toHaveLength(82_247);
    expect(notes).toEqual([]);
    const { starts, refused, trace } = replay(log, {
      capacity: gpus(2500),
      step: durationMs(600_000),
    });
    expect([starts.length, refused.length]).toEqual([82_247, 0]);
    expect(Math.max(...trace.demand)).toBeLessThanOrEqual(2500);
  }, 20_000);

  test("Kalos has 319 runs of up to 1,024 GPUs", async () => {
    const path = dataPath("jobs/kalos-2023-llm-runs.csv");
    const { log } = await readJobsCsv(await openText(path), READ_STRICTLY);
    expect(log.jobs).toHaveLength(319);
    expect(Math.max(...log.jobs.map((job) => job.gpus))).toBe(1024);
  });
});
