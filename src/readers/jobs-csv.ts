import type { EpochMs } from "../units.ts";
import type { Job, JobLog } from "../fleet/job.ts";
import { BadRows } from "./bad-rows.ts";
import type { Row, Table } from "./csv-rows.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf } from "./fields.ts";
import { InputError } from "./input-error.ts";
import { jobLog } from "./job-log.ts";
import type { ReadOptions } from "./options.ts";
import { readRecords } from "./records.ts";
import type { TextSource } from "./source.ts";

export const JOBS_COLUMNS = ["submit_time", "duration_s", "gpus", "group"] as const;

const JOBS_TABLE: Table = { required: JOBS_COLUMNS, optional: ["start_time"], delimiter: "," };

/**
 * Reads a log of jobs: `submit_time,duration_s,gpus,group`, perhaps `start_time`, in any order of time. Jobs without
 * GPUs are left out.
 * @returns the jobs in order of submission, and sentences about what was left out
 * @throws InputError
 */
export async function readJobsCsv(
  source: TextSource,
  options: ReadOptions,
): Promise<{ log: JobLog; notes: readonly string[] }> {
  const bad = new BadRows(options.skipBadRows);
  const fields = fieldsOf(source.file);
  const read = (row: Row): Job => readJob(row, fields, source.file);
  const jobs = await readRecords(source, { table: JOBS_TABLE, bad, read });
  const { log, notes } = jobLog(source, jobs);
  return { log, notes: [...bad.notes(), ...notes] };
}

function readJob(row: Row, fields: Fields, file: string): Job {
  const [submitTime = "", duration = "", gpus = "", group = "", startTime = ""] = row.fields;
  const submit = fields.time(row, "submit_time", submitTime);
  return {
    id: `line ${row.line}`,
    submit,
    duration: fields.seconds(row, "duration_s", duration),
    gpus: fields.gpusUp(row, "gpus", gpus),
    group,
    start: startTime === "" ? null : startAfter(submit, row, { fields, file, startTime }),
  };
}

interface StartField {
  readonly fields: Fields;
  readonly file: string;
  readonly startTime: string;
}

function startAfter(submit: EpochMs, row: Row, { fields, file, startTime }: StartField): EpochMs {
  const start = fields.time(row, "start_time", startTime);
  if (start >= submit) return start;
  const expected = "a time at or after submit_time";
  throw new InputError({ file, line: row.line, column: "start_time", expected, found: startTime });
}
