import { z } from "@hono/zod-openapi";
import type { Job, JobLog, JobRefused } from "../../ports.ts";
import { ClusterUnseen } from "../../service/cluster-unseen.ts";
import type { HeldContract } from "../../service/holder-jobs.ts";
import { assert } from "../../units.ts";
import type { ContractResource } from "../../views/resources.ts";
import { parseTime } from "../../wire/time.ts";
import { ApiError, invalid, notFound } from "../api-error.ts";
import type { Api, ApiContext } from "../context.ts";
import { findResource } from "../find.ts";
import { jobRefused } from "../job-refusals.ts";
import { jobLogResource, jobRequest, jobResource, jobView, requestOf } from "../job-schemas.ts";
import { serve } from "../operation.ts";
import { pageOf, pageQuery } from "../pages.ts";
import { id } from "../schemas.ts";
import { contractFor } from "./contracts.ts";

const TAG = "Jobs";
const contractParam = z.object({ id });
const jobParams = z.object({ id, job: id });
const RETRY_SECONDS = 5;

/** What a holder runs on the nodes of its contracts, where the pool's cluster is a real one. */
export function jobRoutes(api: Api, context: ApiContext): void {
  submitJob(api, context);
  listJobs(api, context);
  getJob(api, context);
  readJobLog(api, context);
  cancelJob(api, context);
}

const SUBMITTED = `The work runs as the account's own user on the cluster, from its home folder, in \`spillway-<job>.log\` of which what it writes is kept. When a recall meets it, \`$SPILLWAY_NOTICE_FILE\` holds JSON with \`recall\` and \`due\`; by then it must have ended or have kept its state.

Repeated with the same Idempotency-Key, it gives the job that was submitted before. A job that the cluster has lost in a crash (status \`lost\`, or no longer in the list) is submitted again by it.`;

function submitJob(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/jobs",
    id: "submitJob",
    tag: TAG,
    summary: "Run a script or a container on a contract's nodes",
    description: SUBMITTED,
    scope: "trade",
    besideJournal: true,
    params: contractParam,
    body: jobRequest,
    answer: jobResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, idempotencyKey, isRepeated }) => {
    const { contract, account } = await contractFor(context, caller, params.id);
    const key = idempotencyKey === undefined ? null : `${caller.account}\n${idempotencyKey}`;
    const submitted = { key, isRepeated };
    const job = await asked(() =>
      context.service.jobs.submit(heldOf(contract), requestOf(body), submitted),
    );
    return jobView(job, { contract: contract.id, account });
  });
}

function listJobs(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/contracts/{id}/jobs",
    id: "listJobs",
    tag: TAG,
    summary: "A contract's jobs, newest first, those that have ended among them",
    scope: "account:read",
    params: contractParam,
    query: pageQuery,
    answer: pageOf(jobResource),
  } as const;
  serve(api, context, described, async ({ caller, params, query: { limit, cursor } }) => {
    const contract = await findResource(context.store, caller.viewer, "contract", params.id);
    const before = cursor === undefined ? Infinity : numberIn(cursor);
    const jobs = await asked(() => context.service.jobs.list(heldOf(contract)));
    const rest = jobs.filter((job) => Number(job.id) < before);
    const shown = rest.slice(0, limit);
    return {
      data: shown.map((job) => jobView(job, ofContract(contract))),
      next_cursor: rest.length > limit ? (shown.at(-1)?.id ?? null) : null,
    };
  });
}

function numberIn(cursor: string): number {
  if (/^\d{1,10}$/.test(cursor)) return Number(cursor);
  throw invalid("cursor_not_valid", "A cursor is the next_cursor of the page before.", "cursor");
}

function getJob(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/contracts/{id}/jobs/{job}",
    id: "getJob",
    tag: TAG,
    summary: "One job",
    scope: "account:read",
    params: jobParams,
    answer: jobResource,
  } as const;
  serve(api, context, described, async ({ caller, params }) => {
    const contract = await findResource(context.store, caller.viewer, "contract", params.id);
    const job = await asked(() => context.service.jobs.get(heldOf(contract), params.job));
    return jobView(known(job, params.job), ofContract(contract));
  });
}

function readJobLog(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/contracts/{id}/jobs/{job}/log",
    id: "readJobLog",
    tag: TAG,
    summary: "What a job has written, at most 64 KiB of it",
    description:
      "`next` says where to go on; where it is `size`, there is no more yet. The owner's staff read it only if they may act for every account.",
    scope: "account:read",
    params: jobParams,
    query: z.object({
      from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().openapi({
        type: "integer",
        description: "From this byte on; left out: the last of it",
      }),
    }),
    answer: jobLogResource,
  } as const;
  serve(api, context, described, async ({ caller, params, query }) => {
    const { contract } = await contractFor(context, caller, params.id);
    const from = query.from ?? null;
    const log = await asked(() => context.service.jobs.log(heldOf(contract), params.job, from));
    return { job: params.job, ...known(log, params.job) };
  });
}

function cancelJob(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/jobs/{job}/cancel",
    id: "cancelJob",
    tag: TAG,
    summary: "End a job; one that has ended stays as it is",
    description: "The work is sent SIGTERM, and is killed as long after it as the cluster lets it.",
    scope: "trade",
    besideJournal: true,
    params: jobParams,
    answer: jobResource,
  } as const;
  serve(api, context, described, async ({ caller, params }) => {
    const { contract } = await contractFor(context, caller, params.id);
    const job = await asked(() => context.service.jobs.cancel(heldOf(contract), params.job));
    return jobView(known(job, params.job), ofContract(contract));
  });
}

function heldOf({ id: contract, account, pool, start: text }: ContractResource): HeldContract {
  const start = parseTime(text);
  assert(start !== null, "a contract's start is a time");
  return { contract, holder: account, pool, start };
}

function ofContract({ id: contract, account }: ContractResource) {
  return { contract, account };
}

type Told = Job | JobLog | readonly Job[] | null;

/** @throws ApiError where it is refused, or the cluster does not answer */
async function asked<T extends Told>(
  question: () => Promise<T | JobRefused | "pool_runs_no_jobs">,
): Promise<Exclude<T, JobRefused>> {
  const answer = await question().catch((fault: unknown) => {
    throw fault instanceof ClusterUnseen ? unseen() : fault;
  });
  if (answer === "pool_runs_no_jobs") throw jobRefused(answer);
  if (isRefused(answer)) throw jobRefused(answer.refusal, answer.said);
  return answer as Exclude<T, JobRefused>;
}

function isRefused(answer: Told | JobRefused): answer is JobRefused {
  return answer !== null && "refusal" in answer;
}

function unseen(): ApiError {
  const sentence =
    "The cluster does not answer now: send the request again, with the same Idempotency-Key. What runs there goes on.";
  return new ApiError("unavailable", "cluster_unseen", sentence, {}, RETRY_SECONDS);
}

/** @throws ApiError 404 */
function known<T>(found: T | null, job: string): T {
  if (found === null) throw notFound("job", job);
  return found;
}
