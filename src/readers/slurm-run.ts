import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { NO_GPUS, durationMs, earliest, elapsed, epochMs, gpus, latest, later } from "../units.ts";
import type { Job, JobLog } from "../fleet/job.ts";
import { MOST_GPUS } from "./fields.ts";
import { jobLog } from "./job-log.ts";
import type { TextSource } from "./source.ts";

/** One run of a job as Slurm's accounting knows it; a job that was requeued has several. */
export interface SlurmRun {
  readonly id: string;
  readonly submit: EpochMs;
  /** null: it never started, or hasn't yet. */
  readonly start: EpochMs | null;
  /** null: it hasn't ended, or nobody noticed. */
  readonly end: EpochMs | null;
  /** How long it had run when the accounting was asked; null where the export doesn't say. */
  readonly elapsed: DurationMs | null;
  readonly gpus: Gpus;
  readonly group: string;
}

interface Tres {
  /** `gpu`, or with its type `gpu:h100`. */
  readonly name: string;
  readonly count: number;
}

/**
 * GPUs among the generic resources of a job. Slurm lists the sum without a type beside the counts by type, so the sum
 * is taken where there is one and the types are added up where there is none. A MIG slice counts as a GPU.
 */
export function gpusOf(gres: readonly Tres[]): Gpus {
  const sum = gres.find(({ name }) => name === "gpu");
  const typed = gres.filter(({ name }) => name.startsWith("gpu:"));
  const count = sum ? sum.count : typed.reduce((total, { count }) => total + count, 0);
  return count > 0 && count <= MOST_GPUS ? gpus(Math.ceil(count)) : NO_GPUS;
}

/**
 * Makes jobs of runs. What never started is left out. A run without an end lasts as long as it had run when the export
 * was made, or up to the last time that the export knows.
 */
export function jobsOfRuns(
  source: TextSource,
  runs: readonly SlurmRun[],
): { log: JobLog; notes: readonly string[] } {
  const started = runs.filter((run) => run.start !== null);
  const distinct = withoutRepeats(started);
  const last = runs.reduce((time, run) => latest(time, lastTimeOf(run)), epochMs(0));
  const open = distinct.filter((run) => run.end === null && run.gpus > 0).length;
  const jobs = namedApart(distinct.map((run) => jobOf(run, last)));
  const { log, notes } = jobLog(source, jobs, NO_GPUS_ADVICE);
  const counts: readonly [number, string][] = [
    [runs.length - started.length, "left out # that never started"],
    [started.length - distinct.length, "left out # that the export repeats"],
    [open, "# without an end: taken to end with the export"],
  ];
  const said = counts.filter(([count]) => count > 0);
  return {
    log,
    notes: [...said.map(([count, text]) => text.replace("#", counted(count))), ...notes],
  };
}

const NO_GPUS_ADVICE = " (Slurm records them where AccountingStorageTRES names gres/gpu)";

function counted(runs: number): string {
  return `${runs} run${runs > 1 ? "s" : ""}`;
}

/** Exports by month overlap: the same run twice is one, and its end counts where only one of them knows it. */
function withoutRepeats(runs: readonly SlurmRun[]): SlurmRun[] {
  const distinct = new Map<string, SlurmRun>();
  for (const run of runs) {
    const key = `${run.id} ${run.start}`;
    const before = distinct.get(key);
    if (!before || (before.end === null && run.end !== null)) distinct.set(key, run);
  }
  return [...distinct.values()];
}

function lastTimeOf(run: SlurmRun): EpochMs {
  const start = run.start ?? run.submit;
  return latest(run.end ?? start, later(start, run.elapsed ?? durationMs(0)));
}

function jobOf(run: SlurmRun, last: EpochMs): Job {
  const start = run.start ?? run.submit;
  const end = run.end ?? (run.elapsed === null ? last : later(start, run.elapsed));
  return {
    id: run.id,
    // A reservation or an administrator may move the submission behind the start; a job waits for no negative time.
    submit: earliest(run.submit, start),
    duration: elapsed(start, latest(start, end)),
    gpus: run.gpus,
    group: run.group,
    start,
  };
}

/** The second run of a requeued job is `123#2`. */
function namedApart(jobs: readonly Job[]): Job[] {
  const times = new Map<string, number>();
  return jobs.map((job) => {
    const time = (times.get(job.id) ?? 0) + 1;
    times.set(job.id, time);
    return time === 1 ? job : { ...job, id: `${job.id}#${time}` };
  });
}
