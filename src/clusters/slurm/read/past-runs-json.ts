import { z } from "zod";
import { durationMs } from "../../../units.ts";
import type { SlurmPastRun } from "../seen.ts";
import { countsOfTres } from "./gpu-counts.ts";
import { elementsOf, number, text, timeOfSeconds } from "./json-fields.ts";
import { pastNodes } from "./past-runs-text.ts";
import { unreadable } from "./words.ts";

const run = z.object({
  job_id: z.number(),
  account: text,
  nodes: text,
  time: z.object({
    submission: number,
    eligible: number,
    start: number,
    end: number,
    elapsed: number,
  }),
  tres: z.object({
    allocated: z.array(z.object({ type: z.string(), name: text, count: number })).nullish(),
  }),
});

/** @param answer of slurmrestd to `/slurmdb/…/jobs` @throws SlurmFault */
export function pastRunsOfJson(answer: unknown): SlurmPastRun[] {
  return elementsOf(answer, "jobs", run).map(({ job_id: id, account, nodes, time, tres }) => {
    const submit = timeOfSeconds(time.submission);
    if (submit === null) throw unreadable(`time.submission of job ${id}`, "a time", "");
    const allocated = (tres.allocated ?? []).map(
      (each) => `${each.type}/${each.name}=${each.count ?? 0}`,
    );
    return {
      id: String(id),
      account,
      submit,
      eligible: timeOfSeconds(time.eligible),
      start: timeOfSeconds(time.start),
      end: timeOfSeconds(time.end),
      elapsed: durationMs(Math.max(0, Math.round(time.elapsed ?? 0)) * 1_000),
      gpus: countsOfTres(allocated.join(",")),
      nodes: pastNodes(nodes),
    };
  });
}
