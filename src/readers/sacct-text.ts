import type { DurationMs, Gpus } from "../units.ts";
import { durationMs } from "../units.ts";
import type { JobLog } from "../fleet/job.ts";
import { BadRows } from "./bad-rows.ts";
import type { Row, Table } from "./csv-rows.ts";
import { headerLine, headerNames } from "./csv-rows.ts";
import type { ReadOptions } from "./options.ts";
import { readRecords } from "./records.ts";
import { SacctClock } from "./sacct-clock.ts";
import type { SlurmRun } from "./slurm-run.ts";
import { gpusOf, jobsOfRuns } from "./slurm-run.ts";
import type { TextSource } from "./source.ts";

/** What an export must have; `JobIDRaw` serves for `JobID`, and `ReqTRES` for `AllocTRES`. */
export const SACCT_COLUMNS = ["JobID", "Submit", "Start", "End", "AllocTRES"] as const;

/**
 * Reads an export of `sacct -P`: a header line, columns in any order, parted by `|`. Each run of a job is a job, with
 * an id of its own for the tasks of arrays and the parts of heterogeneous jobs; steps are left out. Times are in the
 * options' zone unless they name one or are seconds since 1970.
 * @returns the jobs, and sentences about what was left out or assumed
 * @throws InputError
 */
export async function readSacctText(
  source: TextSource,
  options: ReadOptions,
): Promise<{ log: JobLog; notes: readonly string[] }> {
  const bad = new BadRows(options.skipBadRows);
  const clock = new SacctClock(source.file, options.timezone);
  const rows = await readRecords(source, {
    table: tableOf(source),
    bad,
    read: (row) => readRun(row, clock),
    widthAdvice: " (a | in a job's name? leave JobName out of --format)",
  });
  const runs = rows.filter((run) => run !== null);
  const { log, notes } = jobsOfRuns(source, runs);
  return { log, notes: [...bad.notes(), ...clock.notes(), ...notes] };
}

function tableOf(source: TextSource): Table {
  const names = headerNames(headerLine(source.head), "|");
  const [jobId, ...others] = SACCT_COLUMNS;
  const id = names.includes(jobId) || !names.includes("JobIDRaw") ? jobId : "JobIDRaw";
  const columns = [id, ...others, "ReqTRES", "ElapsedRaw", "Elapsed", "Account", "Group"];
  const needed = names.includes("ReqTRES") ? 4 : 5;
  return {
    required: columns.slice(0, needed),
    optional: columns.slice(needed),
    delimiter: "|",
  };
}

/** @returns null for a step, which is a part of a job */
function readRun(row: Row, clock: SacctClock): SlurmRun | null {
  const [id = "", submit = "", start = "", end = "", allocated = "", ...rest] = row.fields;
  const [requested = "", elapsedRaw = "", elapsed = "", account = "", group = ""] = rest;
  if (id.includes(".")) return null;
  // Older versions give a job that was cancelled while it waited one time for both, and no resources.
  const neverStarted = allocated === "" && start === end;
  return {
    id,
    ...clock.times(row, { submit, start: neverStarted ? "None" : start, end }),
    elapsed: parseElapsed(elapsedRaw || elapsed),
    gpus: gpusOfTres(allocated || requested),
    group: account || group,
  };
}

/** Reads `cpu=4,gres/gpu=8,gres/gpu:h100=8,mem=16G`. */
function gpusOfTres(text: string): Gpus {
  const resources = text.split(",").filter((resource) => resource.startsWith("gres/"));
  return gpusOf(
    resources.map((resource) => {
      const [name = "", count] = resource.slice("gres/".length).split("=");
      return { name, count: Number(count) };
    }),
  );
}

/** Reads seconds or `[days-]hours:minutes:seconds`; null where it is neither. */
function parseElapsed(text: string): DurationMs | null {
  if (/^\d{1,10}$/.test(text)) return durationMs(Number(text) * 1000);
  const parts = /^(?:(\d{1,5})-)?(\d{1,2}):(\d\d):(\d\d)$/.exec(text);
  if (!parts) return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return durationMs(total * 1000);
}
