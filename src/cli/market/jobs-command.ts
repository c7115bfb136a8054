import type { Command } from "commander";
import type { Login } from "../../client/client.ts";
import { ask, listUpTo, path } from "../../client/client.ts";
import type { Job } from "../../client/shapes.ts";
import type { Asking } from "./client-command.ts";
import { clientCommand, group, loginFrom } from "./client-command.ts";
import { jobsLogCommand } from "./jobs-log-command.ts";
import { jobsSubmitCommand } from "./jobs-submit-command.ts";
import { mostOf } from "./list-command.ts";
import { describe, number, print, table, text, time } from "./output.ts";

export function jobsCommand(): Command {
  return group("jobs", "Jobs: what you run on a contract's nodes.", [
    listJobs(),
    jobsSubmitCommand(),
    jobsLogCommand(),
    cancelJob(),
  ]);
}

const COLUMNS = [
  text<Job>("job", ({ id }) => id),
  text<Job>("name", ({ name }) => name),
  text<Job>("status", (job) => job.status + (job.waits_for === null ? "" : `: ${job.waits_for}`)),
  number<Job>("GPUs", ({ gpus }) => gpus),
  time<Job>("submitted (UTC)", ({ submitted }) => submitted),
  time<Job>("started (UTC)", ({ started }) => started),
  time<Job>("ended (UTC)", ({ ended }) => ended),
  number<Job>("code", (job) => job.exit_code),
  number<Job>("signal", ({ signal }) => signal),
];

interface Listing extends Asking {
  readonly limit: string;
}

function listJobs(): Command {
  const examples = "  spillway jobs list ord_7f3k.0\n  spillway jobs show ord_7f3k.0 4711\n";
  return clientCommand("list", "A contract's jobs, newest first.", examples)
    .aliases(["show", "get"])
    .argument("<CONTRACT>")
    .argument("[JOB]", "only this one, in full")
    .option("--limit <N>", "how many at most", "50")
    .action(async (contract: string, job: string | undefined, options: Listing) => {
      const login = loginFrom(options);
      if (job !== undefined) await showJob(login, contract, job, options);
      else await showJobs(login, contract, options);
    });
}

async function showJob(login: Login, contract: string, job: string, { json }: Asking) {
  const shown = await ask<Job>(login, "GET", path`/v1/contracts/${contract}/jobs/${job}`);
  print(shown, json, () => describe(shown));
}

async function showJobs(login: Login, contract: string, { limit, json }: Listing) {
  const most = mostOf(limit);
  const jobs = await listUpTo<Job>(login, path`/v1/contracts/${contract}/jobs`, {}, most);
  print(jobs, json, () => {
    if (jobs.data.length === 0) return "There are no jobs. To run one: spillway jobs submit";
    const more = jobs.next_cursor === null ? "" : `\nThere are more: --limit ${most * 4}`;
    return table(COLUMNS, jobs.data) + more;
  });
}

function cancelJob(): Command {
  const examples = "  spillway jobs cancel ord_7f3k.0 4711\n";
  return clientCommand("cancel", "End a job; one that has ended stays as it is.", examples)
    .argument("<CONTRACT>")
    .argument("<JOB>")
    .action(async (contract: string, id: string, options: Asking) => {
      const address = path`/v1/contracts/${contract}/jobs/${id}/cancel`;
      const job = await ask<Job>(loginFrom(options), "POST", address);
      print(job, options.json, () => `Job ${job.id} is ${job.status}.`);
    });
}
