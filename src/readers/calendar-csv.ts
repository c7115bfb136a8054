import type { DurationMs, EpochMs } from "../units.ts";
import { earlier } from "../units.ts";
import type { DeclaredRun } from "../fleet/calendar.ts";
import { BadRows } from "./bad-rows.ts";
import type { Row, Table } from "./csv-rows.ts";
import { headerLine, headerNames } from "./csv-rows.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf } from "./fields.ts";
import { InputError } from "./input-error.ts";
import type { ReadOptions } from "./options.ts";
import { readRecords } from "./records.ts";
import type { TextSource } from "./source.ts";

export const CALENDAR_COLUMNS = ["declared_time", "start_time", "duration_s", "gpus", "group"];

const TABLE: Table = {
  required: CALENDAR_COLUMNS.slice(1),
  optional: ["declared_time"],
  delimiter: ",",
};

/**
 * Reads the owner's training calendar: `declared_time,start_time,duration_s,gpus,group`. Without a `declared_time`, a
 * run counts as declared `declaredAhead` before its start. Runs without GPUs are left out.
 * @returns the runs in order of declaration, and sentences about what was left out
 * @throws InputError
 */
export async function readCalendarCsv(
  source: TextSource,
  options: ReadOptions,
): Promise<{ runs: readonly DeclaredRun[]; notes: readonly string[] }> {
  const bad = new BadRows(options.skipBadRows);
  const declared = declaredTime(source, options.declaredAhead);
  const fields = fieldsOf(source.file);
  const read = (row: Row): DeclaredRun => readRun(row, fields, declared);
  const runs = await readRecords(source, { table: TABLE, bad, read });
  const withGpus = runs.filter((run) => run.gpus > 0).sort((a, b) => a.declared - b.declared);
  const without = runs.length - withGpus.length;
  const leftOut =
    without > 0 ? [`left out ${without} run${without > 1 ? "s" : ""} without GPUs`] : [];
  return { runs: withGpus, notes: [...bad.notes(), ...leftOut] };
}

type DeclaredTime = (row: Row, text: string, start: EpochMs, fields: Fields) => EpochMs;

/** How the file says when a run was declared: in a column of its own, or not at all. */
function declaredTime(source: TextSource, ahead: DurationMs | null): DeclaredTime {
  if (headerNames(headerLine(source.head), ",").includes("declared_time")) {
    return (row, text, _start, fields) => fields.time(row, "declared_time", text);
  }
  if (ahead !== null) return (_row, _text, start) => earlier(start, ahead);
  throw new InputError({
    file: source.file,
    line: 1,
    expected: "a column declared_time, or --declared-ahead 24h",
    found: "neither",
  });
}

function readRun(row: Row, fields: Fields, declared: DeclaredTime): DeclaredRun {
  const [startTime = "", duration = "", gpus = "", group = "", declaredText = ""] = row.fields;
  const start = fields.time(row, "start_time", startTime);
  return {
    declared: declared(row, declaredText, start, fields),
    start,
    duration: fields.seconds(row, "duration_s", duration),
    gpus: fields.gpusUp(row, "gpus", gpus),
    group,
  };
}
