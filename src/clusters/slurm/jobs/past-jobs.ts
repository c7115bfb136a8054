import { randomBytes } from "node:crypto";
import type { Job, JobStatus } from "../../../ports.ts";
import type { EpochMs } from "../../../units.ts";
import type { SlurmAccess } from "../access/access.ts";
import { ask } from "../access/ask.ts";
import { countsOfTres } from "../read/gpu-counts.ts";
import { pastNodes } from "../read/past-runs-text.ts";
import { timeOf, timeOrNull, unreadable } from "../read/words.ts";
import { jobNameOf } from "./job-name.ts";
import { isOver, statusOf } from "./job-state.ts";

/** A job as the accounting has it. */
export interface PastJob {
  readonly slurmName: string;
  readonly job: Job;
}

const FIELDS = [
  "JobIDRaw",
  "Account",
  "State",
  "ExitCode",
  "Submit",
  "Start",
  "End",
  "AllocTRES",
  "ReqTRES",
  "NodeList",
  "JobName",
] as const;

/** By themselves. */
const HAVE_ENDED: readonly JobStatus[] = ["completed", "failed"];

/** slurmdbd may have much to look through. */
const ACCOUNTING_MS = 30_000;

/** Of an account, all that was there since a time. @throws SlurmFault */
export function pastJobs(access: SlurmAccess, account: string, since: EpochMs): Promise<PastJob[]> {
  const start = new Date(since).toISOString().slice(0, 19);
  return asked(access, [`--accounts=${account}`, `--starttime=${start}`], account);
}

/** Null: the accounting does not know it, or it is another account's. @throws SlurmFault */
export async function pastJob(
  access: SlurmAccess,
  account: string,
  id: string,
): Promise<PastJob | null> {
  const jobs = await asked(access, [`--jobs=${id}`], account);
  return jobs.find(({ job }) => job.id === id) ?? null;
}

async function asked(
  access: SlurmAccess,
  which: readonly string[],
  account: string,
): Promise<PastJob[]> {
  // A holder's own jobs may have any name, but none that holds what is drawn now.
  const delimiter = `<${randomBytes(9).toString("hex")}>`;
  const how = ["--allusers", "--allocations", "--parsable2", "--noheader"];
  const words = [...how, `--delimiter=${delimiter}`, `--format=${FIELDS.join(",")}`, ...which];
  const text = await ask(access, "sacct", words, { mostMs: ACCOUNTING_MS });
  return pastJobsOfText(text, delimiter, account);
}

/**
 * Jobs that were submitted by way of Spillway. For the first seconds of a job the accounting has it without its name, and
 * its nodes wrong. A line that has no delimiter is the rest of another's name.
 * @throws SlurmFault
 */
export function pastJobsOfText(text: string, delimiter: string, account: string): PastJob[] {
  const lines = text.split("\n").filter((line) => line.includes(delimiter));
  return lines
    .map((line) => line.split(delimiter))
    .filter((cells) => cells[1] === account && jobNameOf(cells.at(-1) ?? "") !== null)
    .map(jobOfCells);
}

function jobOfCells(cells: readonly string[]): PastJob {
  if (cells.length !== FIELDS.length) throw unreadable("a line of sacct", "whole", cells.join("|"));
  const [id = "", , state = "", exit = "", submit = "", start = "", end = "", ...rest] = cells;
  const [given = "", wanted = "", nodes = "", slurmName = ""] = rest;
  const status = statusOf(state);
  const ended = timeOrNull(`End of job ${id}`, end);
  const job: Job = {
    id,
    name: jobNameOf(slurmName)?.own ?? slurmName,
    // What the accounting takes to go on, and slurmctld doesn't know, has been forgotten by slurmctld.
    status: isOver(status) ? status : "lost",
    waitsFor: null,
    submitted: timeOf(`Submit of job ${id}`, submit),
    // A job that was cancelled before it began has no nodes, and a start all the same.
    started: given === "" ? null : timeOrNull(`Start of job ${id}`, start),
    ended,
    // Of what was ended otherwise, the accounting says 0.
    ...(HAVE_ENDED.includes(status) ? exitOf(id, exit) : { exitCode: null, signal: null }),
    gpus: countsOfTres(given === "" ? wanted : given).total,
    nodes: pastNodes(nodes),
  };
  return { slurmName, job };
}

/** `3:0`, or `0:9` where a signal ended it. */
function exitOf(id: string, text: string): Pick<Job, "exitCode" | "signal"> {
  const [, code, signal] = /^(\d{1,3}):(\d{1,3})$/.exec(text) ?? [];
  if (code === undefined || signal === undefined) {
    throw unreadable(`ExitCode of job ${id}`, "a code and a signal", text);
  }
  const isKilled = signal !== "0";
  return { exitCode: isKilled ? null : Number(code), signal: isKilled ? Number(signal) : null };
}
