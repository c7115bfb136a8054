import type { Past } from "../backtest/run-backtest.ts";
import { generateCluster } from "../demo/cluster.ts";
import { DEMO_PROFILES } from "../demo/profiles.ts";
import type { DeclaredRun } from "../fleet/calendar.ts";
import type { UsageTrace } from "../fleet/usage.ts";
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
    atLeastTwoWeeks(lengthOfReadings(read.trace), "of readings outside outages");
    return { name: read.trace.name, past: { kind: "usage", trace: read.trace }, ...rest };
  }
  const { log } = read;
  if (options.gpus === null) {
    throw new UsageError(
      `${files.file} is a job log (${read.format}): say with --gpus N how many GPUs it ran on`,
    );
  }
  const submissions = (log.jobs.at(-1)?.submit ?? 0) - (log.jobs[0]?.submit ?? 0);
  atLeastTwoWeeks(submissions, "from the first submission to the last");
  const past: Past = { kind: "jobs", log, capacity: options.gpus, step: files.step };
  return { name: log.name, past, calendar: calendar.runs, notes: [...notes, ...tooLarge(past)] };
}

async function readCalendar(file: string | undefined, options: ReadOptions) {
  return file === undefined
    ? { runs: [], notes: [] }
    : readCalendarCsv(await openText(file), options);
}

function tooLarge({ log, capacity }: Extract<Past, { kind: "jobs" }>): string[] {
  const count = log.jobs.filter((job) => job.gpus > capacity).length;
  if (count === 0) return [];
  return [
    `left out ${count} ${count === 1 ? "job" : "jobs"} larger than the cluster's ${capacity} GPUs`,
  ];
}

function lengthOfReadings({ outage, step }: UsageTrace): number {
  return outage.reduce((steps, out) => steps + (out === 0 ? 1 : 0), 0) * step;
}

function atLeastTwoWeeks(length: number, what: string): void {
  if (length > 14 * DAY_MS) return;
  const days = (length / DAY_MS).toFixed(1);
  throw new UsageError(
    `the history has ${days} days ${what}; a forecast needs two weeks before it says anything, so give more than that`,
  );
}
