import type { JobStatus } from "../../../ports.ts";

/** Slurm's words for a job that is not over. */
const GOING_ON: Readonly<Record<string, JobStatus>> = {
  PENDING: "waiting",
  REQUEUED: "waiting",
  REQUEUE_FED: "waiting",
  REQUEUE_HOLD: "waiting",
  SPECIAL_EXIT: "waiting",
  RUNNING: "running",
  CONFIGURING: "running",
  RESIZING: "running",
  SIGNALING: "running",
  STAGE_OUT: "running",
  STOPPED: "running",
  SUSPENDED: "running",
  COMPLETING: "ending",
};

/** And for one that is. */
const OVER: Readonly<Record<string, JobStatus>> = {
  COMPLETED: "completed",
  CANCELLED: "cancelled",
  PREEMPTED: "cancelled",
  REVOKED: "cancelled",
  TIMEOUT: "timed_out",
  DEADLINE: "timed_out",
  NODE_FAIL: "node_failed",
  BOOT_FAIL: "node_failed",
  OUT_OF_MEMORY: "out_of_memory",
};

/** @param state in capitals, as squeue and sacct have it: `CANCELLED by 1000` */
export function statusOf(state: string): JobStatus {
  const [word = ""] = state.split(" ");
  return GOING_ON[word] ?? OVER[word] ?? "failed";
}

export function isOver(status: JobStatus): boolean {
  return !Object.values(GOING_ON).includes(status);
}
