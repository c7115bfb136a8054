import type { SlurmJob } from "../seen.ts";
import type { EpochMs } from "../../../units.ts";

/**
 * Reasons that more GPUs would not do away with: somebody holds the job, it waits for another, it has reached a limit, or it
 * can't ever run. Slurm has many more, and gets new ones: what isn't named here is taken to wait for GPUs, for the owner's
 * safety.
 */
const NOT_FOR_GPUS =
  /^(JobHeld|JobHold|Dependency|BeginTime|JobArrayTaskLimit|Assoc|QOS|Max[A-Z]|Licenses|Invalid|Bad|Reservation|DeadLine|Cleaning|JobLaunchFailure|PartitionConfig|PartitionDown|PartitionInactive|PartitionNodeLimit|PartitionTimeLimit|ReservationDeleted|BurstBuffer|OutOfMemory|NonZeroExitCode)/i;

const AT_WORK = new Set([
  "RUNNING",
  "SUSPENDED",
  "COMPLETING",
  "CONFIGURING",
  "RESIZING",
  "SIGNALING",
  "STAGE_OUT",
  "STOPPED",
]);

/** It has GPUs; a suspended job keeps them. */
export function hasGpus({ state }: SlurmJob): boolean {
  return AT_WORK.has(state);
}

/** Nothing keeps it but a want of GPUs. */
export function waitsForGpus(job: SlurmJob, now: EpochMs): boolean {
  const isReady = job.eligible !== null && job.eligible <= now;
  return job.state === "PENDING" && !job.isHeld && isReady && !NOT_FOR_GPUS.test(job.reason);
}

/** It may not begin before a time that is known. */
export function beginsLater(job: SlurmJob, now: EpochMs): boolean {
  const isLater = job.eligible !== null && job.eligible > now;
  return job.state === "PENDING" && !job.isHeld && isLater;
}
