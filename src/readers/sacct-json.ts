import { z } from "zod";
import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { durationMs } from "../units.ts";
import type { JobLog } from "../fleet/job.ts";
import { BadRows } from "./bad-rows.ts";
import { InputError } from "./input-error.ts";
import type { Element } from "./json-elements.ts";
import { readElements } from "./json-elements.ts";
import type { ReadOptions } from "./options.ts";
import { slurmNumber as count } from "./slurm-number.ts";
import type { SlurmRun } from "./slurm-run.ts";
import { gpusOf, jobsOfRuns } from "./slurm-run.ts";
import type { TextSource } from "./source.ts";
import { parseEpochSeconds } from "./time.ts";

const tresList = z
  .array(z.object({ type: z.string(), name: z.string().nullish(), count }))
  .nullish()
  .transform((list) => list ?? []);

const text = z.string().nullish();

/** What is read of a job, the same from 21.08 (plugin dbv0.0.37) to 25.11; all else is passed over. */
const slurmJob = z.object({
  job_id: count,
  array: z.object({ job_id: count, task_id: count }).nullish(),
  het: z.object({ job_id: count, job_offset: count }).nullish(),
  time: z.object({ submission: count, start: count, end: count, elapsed: count }),
  tres: z.object({ allocated: tresList, requested: tresList }),
  account: text,
  group: text,
});

type SlurmJob = z.output<typeof slurmJob>;

/**
 * Reads `sacct --json` (or slurmrestd's answer to `/slurmdb/…/jobs`) of Slurm 21.08 to 25.11. Each run of a job is a
 * job, with an id of its own for the tasks of arrays and the parts of heterogeneous jobs. Whether a run has started and
 * ended is told by its times, as its state may lag behind them.
 * @returns the jobs, and sentences about what was left out
 * @throws InputError
 */
export async function readSacctJson(
  source: TextSource,
  options: ReadOptions,
): Promise<{ log: JobLog; notes: readonly string[] }> {
  const bad = new BadRows(options.skipBadRows);
  const runs: SlurmRun[] = [];
  let index = 0;
  for await (const elements of readElements(source, "jobs")) {
    for (const element of elements) {
      const run = readRun(element, { file: source.file, index: index++ });
      if (run instanceof InputError) bad.add(run);
      else runs.push(run);
    }
  }
  const { log, notes } = jobsOfRuns(source, runs);
  return { log, notes: [...bad.notes(), ...notes] };
}

interface Place {
  readonly file: string;
  /** Of the job in the list. */
  readonly index: number;
}

function readRun({ line, value }: Element, { file, index }: Place): SlurmRun | InputError {
  const parsed = slurmJob.safeParse(value);
  const fault = (key: string, expected: string, found: string): InputError =>
    new InputError({ file, line, key: `jobs[${index}].${key}`, expected, found });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = issue?.path.map(String).join(".") ?? "";
    return fault(key, "a job of sacct --json", issue?.message ?? "something else");
  }
  const job = parsed.data;
  const { submission, start, end, elapsed } = job.time;
  const submit = timeOf(submission);
  if (submit === null) return fault("time.submission", "seconds since 1970", String(submission));
  const run = { submit, start: timeOf(start), end: timeOf(end), elapsed: lengthOf(elapsed) };
  if (run.start !== null && run.end !== null && run.end < run.start) {
    return fault("time.end", `a time at or after time.start (${start})`, String(end));
  }
  return { id: idOf(job), ...run, gpus: gpusOfJob(job), group: job.account || job.group || "" };
}

/** Slurm writes 0 for a time that hasn't come. */
function timeOf(seconds: number | null): EpochMs | null {
  return seconds === null ? null : parseEpochSeconds(seconds);
}

function lengthOf(seconds: number | null): DurationMs | null {
  return seconds !== null && seconds >= 0 ? durationMs(Math.ceil(seconds * 1000)) : null;
}

function idOf({ job_id, array, het }: SlurmJob): string {
  if (array?.job_id && array.task_id !== null) return `${array.job_id}_${array.task_id}`;
  if (het?.job_id && het.job_offset !== null) return `${het.job_id}+${het.job_offset}`;
  return String(job_id);
}

function gpusOfJob({ tres }: SlurmJob): Gpus {
  const list = tres.allocated.length > 0 ? tres.allocated : tres.requested;
  const gres = list.filter(({ type }) => type === "gres");
  return gpusOf(gres.map(({ name, count }) => ({ name: name ?? "", count: count ?? 0 })));
}
