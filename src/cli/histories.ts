import type { Past } from "../app/run-backtest.ts";
import { generateCluster } from "../demo/cluster.ts";
import { DEMO_PROFILES } from "../demo/profiles.ts";
import type { DeclaredRun } from "../fleet/calendar.ts";
import { readCalendarCsv } from "../readers/calendar-csv.ts";
import { readTrace } from "../readers/detect.ts";
import type { ReadOptions } from "../readers/options.ts";
import { openText } from "../readers/source.ts";
import type { DurationMs } from "../units.ts";
import { DAY_MS, HOUR_MS } from "../units.ts";
import { UsageError } from "./options.ts";

/** A cluster's past, ready to be walked, and what to tell the user about how it was read. */
export interface History {
  readonly name: string;
  readonly past: Past;
  readonly calendar: readonly DeclaredRun[];
  readonly notes: readonly string[];
}

const DEMO_DAYS = 120;

export function demoHistories(seed: number): History[] {
  return DEMO_PROFILES.map((profile) => {
    const { trace, calendar } = generateCluster(profile, { seed, days: DEMO_DAYS, step: HOUR_MS });
    return { name: trace.name, past: { kind: "usage", trace }, calendar, notes: [] };
  });
}

export interface HistoryFiles {
  readonly file: string;
  readonly calendar: string | undefined;
  /** Step of a replayed job log. */
  readonly step: DurationMs;
}

/** @throws InputError, UsageError */
export async function readHistory(files: HistoryFiles, options: ReadOptions): Promise<History> {
  const read = await readTrace(files.file, options);
  const calendar = await readCalendar(files.calendar, options);
  const notes = [...read.notes, ...calendar.notes];
  const rest = { calendar: calendar.runs, notes };
  if (read.kind === "usage") {
    atLeastTwoWeeks(read.trace.demand.length * read.trace.step);
    return { name: read.trace.name, past: { kind: "usage", trace: read.trace }, ...rest };
  }
  const { log } = read;
  if (options.gpus === null) {
    throw new UsageError(
      `${files.file} is a job log (${read.format}): say with --gpus N how many GPUs it ran on`,
    );
  }
  atLeastTwoWeeks((log.jobs.at(-1)?.submit ?? 0) - (log.jobs[0]?.submit ?? 0));
  const past: Past = { kind: "jobs", log, capacity: options.gpus, step: files.step };
  return { name: log.name, past, ...rest };
}

async function readCalendar(file: string | undefined, options: ReadOptions) {
  return file === undefined
    ? { runs: [], notes: [] }
    : readCalendarCsv(await openText(file), options);
}

function atLeastTwoWeeks(length: number): void {
  if (length > 14 * DAY_MS) return;
  const days = (length / DAY_MS).toFixed(1);
  throw new UsageError(
    `the history is ${days} days long; a forecast needs two weeks before it says anything, so give more than that`,
  );
}
