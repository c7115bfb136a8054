import type { JobLog } from "../fleet/job.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { headerLine, headerNames } from "./csv-rows.ts";
import { InputError, quoted } from "./input-error.ts";
import { JOBS_COLUMNS, readJobsCsv } from "./jobs-csv.ts";
import type { ReadOptions } from "./options.ts";
import { readSacctJson } from "./sacct-json.ts";
import { SACCT_COLUMNS, readSacctText } from "./sacct-text.ts";
import type { TextSource } from "./source.ts";
import { openText } from "./source.ts";
import { USAGE_COLUMNS, readUsageCsv } from "./usage-csv.ts";

export type Format = "usage CSV" | "jobs CSV" | "sacct -P" | "sacct --json";

/** A cluster's history: its usage over time, or the jobs that made it. */
export type HistoryTrace =
  | { kind: "usage"; format: Format; trace: UsageTrace; notes: readonly string[] }
  | { kind: "jobs"; format: Format; log: JobLog; notes: readonly string[] };

/**
 * Reads a cluster's history in whichever of the formats it is, told by its first line.
 * @param path a file, plain or gzip, or `-` for standard input
 * @returns what it holds, and sentences about what was skipped, filled or assumed
 * @throws InputError
 */
export async function readTrace(path: string, options: ReadOptions): Promise<HistoryTrace> {
  return readTraceOf(await openText(path), options);
}

/** {@link readTrace} of a text that is already open. */
export async function readTraceOf(source: TextSource, options: ReadOptions): Promise<HistoryTrace> {
  return READERS[detectFormat(source)](source, options);
}

type Reader = (source: TextSource, options: ReadOptions) => Promise<HistoryTrace>;

const READERS: Record<Format, Reader> = {
  "usage CSV": async (source, options) => {
    return { kind: "usage", format: "usage CSV", ...(await readUsageCsv(source, options)) };
  },
  "jobs CSV": async (source, options) => {
    return { kind: "jobs", format: "jobs CSV", ...(await readJobsCsv(source, options)) };
  },
  "sacct -P": async (source, options) => {
    return { kind: "jobs", format: "sacct -P", ...(await readSacctText(source, options)) };
  },
  "sacct --json": async (source, options) => {
    return { kind: "jobs", format: "sacct --json", ...(await readSacctJson(source, options)) };
  },
};

function detectFormat(source: TextSource): Format {
  const line = headerLine(source.head);
  if (line.trimStart().startsWith("{")) return "sacct --json";
  const byBar = headerNames(line, "|");
  if (byBar.length > 1 && byBar.some((name) => name.startsWith("JobID"))) return "sacct -P";
  const names = headerNames(line, ",");
  if (names.includes("gpus_in_use")) return "usage CSV";
  if (names.includes("submit_time")) return "jobs CSV";
  const isCalendar = names.includes("start_time") && names.includes("duration_s");
  const found = isCalendar ? "a training calendar (give it with --calendar)" : quoted(line.trim());
  throw new InputError({ file: source.file, line: 1, expected: ACCEPTED, found });
}

const ACCEPTED = [
  `usage (${USAGE_COLUMNS.join(",")})`,
  `jobs (${JOBS_COLUMNS.join(",")}, perhaps start_time)`,
  `sacct -P (${SACCT_COLUMNS.join("|")}, in any order)`,
  "or sacct --json",
].join(", ");
