import type { JobRefusal } from "../ports.ts";
import { ApiError } from "./api-error.ts";

export type AnyJobRefusal = JobRefusal | "pool_runs_no_jobs";

/** What each refusal of a job means and what to do about it. */
export const JOB_SENTENCES: Readonly<Record<AnyJobRefusal, string>> = {
  pool_runs_no_jobs:
    "The pool's cluster runs no jobs by way of Spillway: it is simulated, or the owner has not let it.",
  user_missing:
    'The account has no user on the cluster: ask the owner for one, who names it under "users" in the cluster file.',
  not_delivered_yet:
    "The contract's nodes are chosen within the hour before its start, and are not all set up yet: try again then.",
  contract_over:
    "The contract's nodes are given back, or about to be: within the minute, or within a quarter of an hour by a recall.",
  job_too_large: "The contract has fewer nodes now, or fewer GPUs on each, than the job wants.",
  job_too_long:
    "The job's time limit ends after its nodes are given back: ask for less time, or for fewer nodes if some are recalled.",
  container_not_available:
    "The cluster starts no container images: its srun has no --container-image. Submit a script.",
  job_refused: "The cluster does not take the job: details say what it says.",
};

/** @param said what the cluster says of it */
export function jobRefused(refusal: AnyJobRefusal, said: string | null = null): ApiError {
  const details = said === null ? {} : { said };
  return new ApiError("refused", refusal, JOB_SENTENCES[refusal], details);
}
