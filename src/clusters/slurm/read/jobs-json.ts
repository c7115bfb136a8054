import { z } from "zod";
import type { GpuCounts, SlurmJob } from "../seen.ts";
import { arrayTasksOf } from "./array-tasks.ts";
import { askedGpus } from "./asked-gpus.ts";
import { addCounts, countsOfGres, countsOfTres, NO_COUNTS } from "./gpu-counts.ts";
import { hostsOf } from "./host-list.ts";
import { elementsOf, number, text, timeOfSeconds, words } from "./json-fields.ts";
import { minutesOf, textOrNull, unreadable } from "./words.ts";

const job = z.object({
  job_id: z.number(),
  array_job_id: number,
  array_task_id: number,
  array_task_string: text,
  array_max_tasks: number,
  name: text,
  user_name: text,
  account: text,
  partition: text,
  job_state: words,
  state_reason: text,
  priority: number,
  tres_alloc_str: text,
  tres_req_str: text,
  tres_per_job: text,
  tres_per_node: text,
  tres_per_task: text,
  tres_per_socket: text,
  gres_detail: z.array(z.string()).nullish(),
  node_count: number,
  tasks: number,
  sockets_per_node: number,
  shared: words,
  exclusive: words,
  nodes: text,
  time_limit: number,
  start_time: number,
  submit_time: number,
  eligible_time: number,
  end_time: number,
  resv_name: text,
});

type Job = z.output<typeof job>;

/** @param answer of slurmrestd to `/slurm/…/jobs`, or of `squeue --json` @throws SlurmFault */
export function jobsOfJson(answer: unknown): SlurmJob[] {
  return elementsOf(answer, "jobs", job).map(jobOf);
}

function jobOf(read: Job): SlurmJob {
  const state = stateOf(read.job_state);
  const isWaiting = state === "PENDING";
  const submit = timeOfSeconds(read.submit_time);
  if (submit === null) throw unreadable(`submit_time of job ${read.job_id}`, "a time", "");
  const timeLimit = read.time_limit === null ? null : minutesOf(read.time_limit);
  return {
    id: String(read.job_id),
    ...arrayOf(read, isWaiting),
    name: read.name,
    user: read.user_name,
    account: read.account,
    partitions: read.partition.split(",").filter((each) => each !== ""),
    state,
    reason: read.state_reason,
    isHeld: isWaiting && read.priority === 0,
    gpus: gpusOfJob(read),
    // Early versions say that it shares with nobody, later ones that it is exclusive.
    isExclusive: read.shared.includes("none") || read.exclusive.includes("true"),
    nodeCount: read.node_count ?? 1,
    nodes: isWaiting ? [] : hostsOf(textOrNull(read.nodes) ?? ""),
    timeLimit,
    submit,
    eligible: timeOfSeconds(read.eligible_time),
    start: timeOfSeconds(read.start_time),
    end: timeLimit === null ? null : timeOfSeconds(read.end_time),
    reservation: textOrNull(read.resv_name),
  };
}

const TELLING = new Set(["COMPLETING", "CONFIGURING"]);

/** A job that is ending has ended, and has its GPUs still: what it does with them counts. */
function stateOf(states: readonly string[]): string {
  const all = states.map((state) => state.toUpperCase());
  return all.find((state) => TELLING.has(state)) ?? all[0] ?? "UNKNOWN";
}

function arrayOf(read: Job, isWaiting: boolean) {
  const isOfArray = read.array_job_id !== null && read.array_job_id !== 0;
  const array = isOfArray ? String(read.array_job_id) : null;
  const { tasks, mostTasks } = arrayTasksOf(isWaiting ? read.array_task_string : null);
  return {
    array,
    tasks,
    mostTasks: mostTasks ?? (isWaiting ? read.array_max_tasks || null : null),
  };
}

/** Where the accounting counts no GPUs, what was given on each node tells them, or what was asked for. */
function gpusOfJob(read: Job): GpuCounts {
  const given = (read.gres_detail ?? []).map(countsOfGres).reduce(addCounts, NO_COUNTS);
  const counted = countsOfTres(read.tres_alloc_str || read.tres_req_str);
  if (counted.total > 0) return counted;
  if (given.total > 0) return given;
  return askedGpus({
    perJob: read.tres_per_job,
    perNode: read.tres_per_node,
    perTask: read.tres_per_task,
    perSocket: read.tres_per_socket,
    nodes: read.node_count ?? 1,
    tasks: read.tasks ?? 1,
    sockets: read.sockets_per_node ?? 1,
  });
}
