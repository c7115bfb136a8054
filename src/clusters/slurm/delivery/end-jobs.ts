import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "../access/ask.ts";
import type { Ended, SlurmAccess } from "../access/access.ts";
import { jobsCommand, jobsOfText } from "../read/jobs-text.ts";
import { isMarkets } from "../owner/whose.ts";
import type { SlurmJob } from "../seen.ts";
import { isEnding } from "./market-jobs.ts";
import type { Place } from "./place.ts";
import type { Report } from "./report.ts";

/** What runs on some nodes, and the numbered steps of it: `12.0`, `12_3.0`. */
export interface Running {
  readonly jobs: readonly SlurmJob[];
  /** By job. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
}

/** Two quick questions, asked at the same time. @throws SlurmFault */
export async function seeRunning(access: SlurmAccess, nodes: readonly string[]): Promise<Running> {
  const delimiter = `<${randomBytes(9).toString("hex")}>`;
  const [tool = "", ...args] = jobsCommand(delimiter);
  const on = `--nodelist=${nodes.join(",")}`;
  const [jobs, steps] = await Promise.all([
    ask(access, tool, [...args, on]),
    ask(access, "squeue", ["--noheader", "--steps", "--all", on, "--Format", "JobID:0|,StepID:0|"]),
  ]);
  return { jobs: jobsOfText(jobs, delimiter), steps: stepsOf(steps) };
}

/** Batch scripts and what is outside of steps have names, and no numbers. */
function stepsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const steps = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [job = "", step = ""] = line.split("|");
    if (!/^\d+(_\d+)?(\+\d+)?\.\d+$/.test(step)) continue;
    steps.set(job, [...(steps.get(job) ?? []), step]);
  }
  return steps;
}

/** A batch script that is killed before its steps have ended is waited for by Slurm, for seconds. */
const AFTER_STEPS_MS = 300;
/** Between two looks. */
const LOOK_MS = 50;
/** A batch script is signalled no more often. */
const AGAIN_MS = 1_000;
/** What still runs by then has neither steps nor a script: Slurm itself takes its nodes away. */
const PLAIN_MS = 2_000;

interface Killed {
  readonly first: number;
  steps: number;
  batch: number;
  isCancelled: boolean;
}

export interface Ending {
  readonly nodes: readonly string[];
  /** Looked at shortly before, so that nothing is waited for. */
  readonly prepared: Running;
  /** Which are to go, by what should be at the time of asking. */
  readonly condemned: (jobs: readonly SlurmJob[]) => readonly SlurmJob[];
  readonly mostMs: number;
}

/**
 * Ends jobs at once: first their numbered steps, then batch scripts that have none, since Slurm waits out `KillWait` for
 * whatever is cancelled otherwise. It goes on until nothing of them is left on the nodes, or the time is over.
 * @returns those that are left
 */
export async function endJobs(
  place: Place,
  { nodes, prepared, condemned, mostMs }: Ending,
  report: Report,
): Promise<readonly SlurmJob[]> {
  const began = performance.now();
  const killed = new Map<string, Killed>();
  for (let running = prepared; ;) {
    const left = condemned(running.jobs);
    if (left.length === 0 || performance.now() - began > mostMs) return left;
    await kill(
      place,
      left.filter((job) => !isEnding(job)),
      running.steps,
      killed,
      report,
    );
    await pause(LOOK_MS);
    running = await seeRunning(place.access, nodes);
  }
}

async function kill(
  place: Place,
  jobs: readonly SlurmJob[],
  steps: Running["steps"],
  killed: Map<string, Killed>,
  report: Report,
): Promise<void> {
  const now = performance.now();
  const fresh = { first: now, steps: -Infinity, batch: -Infinity, isCancelled: false };
  const doomed = jobs.map((job) => {
    refuseForeign(job);
    const before = killed.get(job.id);
    if (before === undefined)
      report.done(`job ${job.id} of ${job.account} is ended on ${job.nodes.join(",")}`);
    const mark = before ?? { ...fresh };
    killed.set(job.id, mark);
    return { job, mark, steps: steps.get(job.id) ?? [] };
  });
  const withSteps = doomed.filter(({ steps: own }) => own.length > 0);
  const scripts = doomed.filter(
    ({ mark, steps: own }) =>
      own.length === 0 && now - mark.steps > AFTER_STEPS_MS && now - mark.batch > AGAIN_MS,
  );
  const last = doomed.filter(({ mark }) => now - mark.first > PLAIN_MS && !mark.isCancelled);
  for (const { mark } of withSteps) mark.steps = now;
  for (const { mark } of scripts) mark.batch = now;
  for (const { mark } of last) mark.isCancelled = true;
  const byUser = Map.groupBy(doomed, ({ job }) => job.user);
  await Promise.all(
    [...byUser].map(async ([user, own]) => {
      const calls = [
        [
          "--signal=KILL",
          ...own.filter((each) => withSteps.includes(each)).flatMap((each) => each.steps),
        ],
        [
          "--batch",
          "--signal=KILL",
          ...own.filter((each) => scripts.includes(each)).map(({ job }) => job.id),
        ],
      ].filter((words) => words.some((word) => !word.startsWith("--")));
      for (const words of calls) await cancelAs(place, user, words, report);
    }),
  );
  if (last.length > 0)
    await place.access.run(
      "scancel",
      last.map(({ job }) => job.id),
    );
}

/** Cancels as the job's own user, whom alone Slurm lets signal a step, but for root. Where it is not let, that is a fault. */
export async function cancelAs(
  { access, users, pool }: Place,
  user: string,
  words: readonly string[],
  report: Report,
): Promise<void> {
  if (![...users.values()].includes(user)) return;
  const ended = await access.run("scancel", words, { as: user });
  if (!isRefused(ended)) return;
  const sentence = `Spillway may not end jobs as ${user} (${ended.stderr.trim().slice(0, 200)}): what is recalled is given back seconds late in pool ${pool.id}. Let it, as docs/slurm.md says`;
  report.fault(null, "privilege_missing", sentence);
}

/** By what runs the tool, not by Slurm: jobs that have ended by themselves can't be signalled either. */
function isRefused({ code, stderr }: Ended): boolean {
  return code !== 0 && !/^scancel:/m.test(stderr);
}

/** The last thing before a job is signalled, whatever led here. */
export function refuseForeign({ id, account }: SlurmJob): void {
  if (!isMarkets(account)) throw new Error(`job ${id} of ${account} is not the market's`);
}
