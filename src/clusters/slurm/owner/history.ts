import type { Job } from "../../../fleet/job.ts";
import type { HourUsage } from "../../../fleet/usage.ts";
import { findOutages, hourReadings } from "../../../fleet/usage.ts";
import { jobsOfRuns, type SlurmRun } from "../../../readers/slurm-run.ts";
import { textSource } from "../../../readers/source.ts";
import type { DurationMs, EpochMs, Gpus, Window } from "../../../units.ts";
import {
  DAY_MS,
  earlier,
  earliest,
  floorTo,
  HOUR_MS,
  later,
  latest,
  MINUTE_MS,
} from "../../../units.ts";
import type { SlurmPastRun } from "../seen.ts";
import { gpusOn } from "./gpus-of-job.ts";
import { isMarkets } from "./whose.ts";

/** The window that ends at `until` in slices of a day, so that no answer of the accounting is too large for it. */
export function slicesOf(until: EpochMs, window: DurationMs): Window[] {
  const slices: Window[] = [];
  for (let start = earlier(until, window); start < until; start = later(start, DAY_MS)) {
    slices.push({ start, end: earliest(later(start, DAY_MS), until) });
  }
  return slices;
}

/** Whose GPUs count, and where. */
export interface PastPlace {
  readonly nodes: ReadonlySet<string>;
  readonly gpuType: string | null;
  /** The pool's, as it is now: what it was then isn't told. */
  readonly capacity: Gpus;
}

/**
 * Hours of the owner's demand: what ran, and what waited for nothing but GPUs. They begin with the hour of the first job
 * that is known: before, the accounting may not have been kept.
 * @param runs of all slices; one that lies in several counts once
 * @param before hours from before that, of whatever came before the accounting: at their end at the latest it is kept, and
 * hours without a job are idle from then on
 */
export function historyOf(
  runs: readonly SlurmPastRun[],
  window: Window,
  place: PastPlace,
  before: readonly HourUsage[] = [],
): readonly HourUsage[] {
  const owners = runs.flatMap((run) => runOf(run, place) ?? []);
  const jobs = owners.length === 0 ? [] : jobsOfRuns(textSource("sacct", ""), owners).log.jobs;
  const known = knownSince(jobs, before);
  if (known === null || place.capacity === 0) return [];
  const start = floorTo(latest(known, window.start), HOUR_MS);
  const hours = hoursOf(jobs, { start, end: window.end }, place.capacity);
  return [...upTo(before, start), ...hours];
}

/** From when on the accounting tells all; null: nothing is known. */
function knownSince(jobs: readonly Job[], before: readonly HourUsage[]): EpochMs | null {
  const last = before.at(-1);
  const submits = jobs.map(({ submit }) => submit);
  const times = last === undefined ? submits : [...submits, later(last.start, HOUR_MS)];
  return times.length === 0 ? null : times.reduce(earliest);
}

/** Hours that end before others begin, of which nobody knows anything in between, say nothing of those. */
function upTo(hours: readonly HourUsage[], end: EpochMs): readonly HourUsage[] {
  const leading = hours.filter(({ start }) => start < end);
  const last = leading.at(-1);
  return last !== undefined && later(last.start, HOUR_MS) === end ? leading : [];
}

/** It has asked for its GPUs since it was eligible: before that, more GPUs would not have helped it. */
function runOf(run: SlurmPastRun, { nodes, gpuType }: PastPlace): SlurmRun | null {
  const { id, start, end, elapsed, account } = run;
  const here = run.nodes.filter((name) => nodes.has(name)).length;
  if (start === null || here === 0 || isMarkets(account)) return null;
  const gpus = gpusOn(run.gpus, { here, all: run.nodes.length }, gpuType);
  const submit = run.eligible ?? run.submit;
  return gpus === 0 ? null : { id, submit, start, end, elapsed, gpus, group: account };
}

function hoursOf(jobs: readonly Job[], { start, end }: Window, capacity: Gpus): HourUsage[] {
  const minutes = Math.floor((floorTo(end, HOUR_MS) - start) / MINUTE_MS);
  if (minutes <= 0) return [];
  const demand = new Int32Array(minutes);
  const place = (time: EpochMs): number =>
    Math.min(minutes, Math.max(0, Math.ceil((time - start) / MINUTE_MS)));
  for (const { submit, start: began, duration, gpus } of jobs) {
    change(demand, place(submit), gpus);
    change(demand, place(later(began ?? submit, duration)), 0 - gpus);
  }
  for (let minute = 1; minute < minutes; minute++) change(demand, minute, demand[minute - 1] ?? 0);
  const total = new Int32Array(minutes).fill(capacity);
  const outage = findOutages(demand, total, { step: MINUTE_MS, outages: "keep" });
  const trace = { name: "sacct", start, step: MINUTE_MS, demand, total, outage, skippedRows: 0 };
  return hourReadings(trace);
}

function change(values: Int32Array, place: number, by: number): void {
  if (place < values.length) values[place] = (values[place] ?? 0) + by;
}
