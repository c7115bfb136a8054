/** The owner's training on a lab: real jobs, submitted when the trace says so, that sleep as long as it says. */
import { setTimeout as pause } from "node:timers/promises";
import type { Job } from "../src/fleet/job.ts";
import { runInside } from "../src/labs/slurm/inside.ts";
import type { Lab } from "../src/labs/slurm/lab.ts";
import { homeOf, type LabUser, TRAINER } from "../src/labs/slurm/users.ts";
import type { EpochMs, Window } from "../src/units.ts";
import { assert, elapsed, epochMs, later } from "../src/units.ts";
import { type Acceleration, marketClock, toMarket } from "./trace-day-clock.ts";
import type { JobWait } from "./trace-day-figures.ts";
import { GPUS_PER_NODE } from "./trace-day-jobs.ts";

const HOME = homeOf(TRAINER);
const MINUTE_S = 60;
/** Submitted a little before the market opens, which finds them running. */
const MOST_START_MS = 60_000;

/** Jobs that began before a day go on for what was left of them then. */
export function runningAt(jobs: readonly Job[], start: EpochMs): Job[] {
  const running = jobs.filter((job) => job.submit < start && endOf(job) > start);
  return running.map((job) => begunAt(job, start));
}

function endOf({ submit, duration }: Job): EpochMs {
  return later(submit, duration);
}

function begunAt(job: Job, start: EpochMs): Job {
  return { ...job, submit: start, duration: elapsed(start, endOf(job)) };
}

/** Submits them and waits until all run. */
export async function begin(lab: Lab, jobs: readonly Job[], speed: number): Promise<void> {
  for (const job of jobs) await submit(lab, job, speed);
  const end = performance.now() + MOST_START_MS;
  for (;;) {
    const waiting = await inside(lab, ["squeue", "-h", "-t", "PENDING", "-o", "%i"]);
    if (waiting === "") return;
    assert(performance.now() < end, `the owner's jobs start on an empty cluster: ${waiting}`);
    await pause(500);
  }
}

/** Submits each job of a day when its time has come. @returns once the last is submitted */
export async function play(lab: Lab, jobs: readonly Job[], how: Acceleration): Promise<void> {
  const clock = marketClock(how);
  for (const job of jobs) {
    await pause(Math.max(0, (job.submit - clock.now()) / how.speed));
    await submit(lab, job, how.speed);
  }
}

/** Its first line is the time: when its script runs, its nodes are its own. */
async function submit(lab: Lab, { id, gpus, duration }: Job, speed: number): Promise<void> {
  const seconds = duration / speed / 1_000;
  const words = [
    "sbatch",
    "--partition=owner",
    `--chdir=${HOME}`,
    "--output=/dev/null",
    `--job-name=${id}`,
    `--nodes=${gpus / GPUS_PER_NODE}`,
    `--gres=gpu:${GPUS_PER_NODE}`,
    // Slurm's limits are of whole minutes, and owners are generous.
    `--time=${Math.ceil(seconds / MINUTE_S) + 1}`,
    `--wrap=date +%s%3N > began-${id}; sleep ${seconds.toFixed(3)}`,
  ];
  await inside(lab, words, TRAINER);
}

/**
 * How much later than submitted each job of a day began; one that has not begun by its end has waited until then.
 * @param jobs in a day that leaves room for all of them
 */
export async function waitsOf(
  lab: Lab,
  jobs: readonly Job[],
  day: Window,
  how: Acceleration,
): Promise<JobWait[]> {
  const began = await inside(lab, ["sh", "-c", `cd ${HOME} && grep -H . began-*`]);
  const starts = new Map(
    [...began.matchAll(/^began-(\S+):(\d{13})$/gm)].map(([, id, time]) => [id, Number(time)]),
  );
  return jobs.map(({ id, gpus, submit }) => {
    const start = starts.get(id);
    const at = start === undefined ? day.end : toMarket(how, epochMs(start));
    return { gpus, wait: elapsed(submit, at) };
  });
}

/** @throws AssertionError with what it said where it failed */
export async function inside(
  { first }: Lab,
  command: readonly string[],
  user?: LabUser,
): Promise<string> {
  const { code, stdout, stderr } = await runInside(first, command, user ? { user } : {});
  assert(code === 0, `${command.join(" ")} ends well: ${stderr}`);
  return stdout.trim();
}
