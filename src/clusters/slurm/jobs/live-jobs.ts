import { randomBytes } from "node:crypto";
import type { Job } from "../../../ports.ts";
import type { SlurmAccess } from "../access/access.ts";
import { jobsCommand, jobsOfText } from "../read/jobs-text.ts";
import type { SlurmJob } from "../seen.ts";
import { faultOfTool } from "../access/ask.ts";
import { isOver, statusOf } from "./job-state.ts";
import { jobNameOf } from "./job-name.ts";

/** All that slurmctld knows of an account: what goes on, and what has ended in the last minutes. @throws SlurmFault */
export async function liveJobs(access: SlurmAccess, account: string): Promise<SlurmJob[]> {
  return asked(access, [`--account=${account}`, "--states=all"], account);
}

/** Null: slurmctld does not know it, or it is another account's. @throws SlurmFault */
export async function liveJob(
  access: SlurmAccess,
  account: string,
  id: string,
): Promise<SlurmJob | null> {
  const jobs = await asked(access, [`--jobs=${id}`, "--states=all"], account);
  return jobs.find((job) => job.id === id) ?? null;
}

async function asked(
  access: SlurmAccess,
  words: readonly string[],
  account: string,
): Promise<SlurmJob[]> {
  const delimiter = `<${randomBytes(9).toString("hex")}>`;
  const [tool = "", ...args] = jobsCommand(delimiter);
  const ended = await access.run(tool, [...args, ...words]);
  if (isUnknown(ended.stderr)) return [];
  if (ended.code !== 0) throw faultOfTool(access.place, tool, ended);
  return jobsOfText(ended.stdout, delimiter).filter((job) => job.account === account);
}

/** Of one job that it doesn't know, squeue speaks as of a fault. */
function isUnknown(stderr: string): boolean {
  return /invalid job id specified/i.test(stderr);
}

/** As the API tells it. How it ended, the accounting says. */
export function jobOfLive(live: SlurmJob): Job {
  const status = statusOf(live.state);
  const isWaiting = status === "waiting";
  return {
    id: live.id,
    name: jobNameOf(live.name)?.own ?? live.name,
    status,
    waitsFor: isWaiting ? live.reason : null,
    submitted: live.submit,
    started: isWaiting ? null : live.start,
    ended: isOver(status) ? live.end : null,
    exitCode: null,
    signal: null,
    gpus: live.gpus.total,
    nodes: live.nodes,
  };
}
