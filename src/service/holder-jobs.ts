import type { Journal } from "../journal/journal.ts";
import { findContract } from "../market/state.ts";
import type {
  Clock,
  Cluster,
  Job,
  JobLog,
  JobRefused,
  JobRequest,
  Jobs,
  JobsOf,
} from "../ports.ts";
import { ClusterUnseen } from "./cluster-unseen.ts";
import { allotmentsOf } from "./delivering.ts";

export interface HolderJobsPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly clusters: readonly Cluster[];
  readonly warn: (sentence: string, details: Readonly<Record<string, unknown>>) => void;
}

/** A contract whose holder's jobs are asked for. */
export interface HeldContract extends JobsOf {
  readonly pool: string;
}

/** How a submission is told from others. */
export interface Submitted {
  /** Null: it is not to be told from others. */
  readonly key: string | null;
  /** It was asked for before: what came of it is looked for first. */
  readonly isRepeated: boolean;
}

/** The pool's cluster runs no jobs of holders. */
type NoJobs = "pool_runs_no_jobs";

/**
 * Jobs that holders run on the nodes of their contracts: they live on the cluster alone, and nothing of them is in the
 * journal but that they were asked for. All throw ClusterUnseen.
 */
export class HolderJobs {
  readonly #ports: HolderJobsPorts;
  /** Submissions under way, by key: one that is repeated meanwhile waits for the first. */
  readonly #submitting = new Map<string, Promise<unknown>>();

  constructor(ports: HolderJobsPorts) {
    this.#ports = ports;
  }

  submit(
    of: HeldContract,
    request: JobRequest,
    { key, isRepeated }: Submitted,
  ): Promise<Job | JobRefused | NoJobs> {
    return this.#ask(of, async (jobs) => {
      if (key === null) return this.#submit(jobs, of, request, null);
      return this.#afterOthers(key, async () => {
        const before = isRepeated ? await jobs.find(of, key) : null;
        return before ?? this.#submit(jobs, of, request, key);
      });
    });
  }

  /** Newest first. */
  list(of: HeldContract): Promise<readonly Job[] | NoJobs> {
    return this.#ask(of, (jobs) => jobs.list(of));
  }

  get(of: HeldContract, job: string): Promise<Job | NoJobs | null> {
    return this.#ask(of, (jobs) => jobs.get(of, job));
  }

  log(
    of: HeldContract,
    job: string,
    from: number | null,
  ): Promise<JobLog | JobRefused | NoJobs | null> {
    return this.#ask(of, (jobs) => jobs.log(of, job, from));
  }

  cancel(of: HeldContract, job: string): Promise<Job | JobRefused | NoJobs | null> {
    return this.#ask(of, (jobs) => jobs.cancel(of, job));
  }

  async #submit(
    jobs: Jobs,
    { contract, pool }: HeldContract,
    request: JobRequest,
    key: string | null,
  ): Promise<Job | JobRefused> {
    const { journal, clock } = this.#ports;
    const { state } = journal.durable;
    const now = clock.now();
    const allotted = allotmentsOf(state, pool, now).find((each) => each.contract === contract);
    if (allotted !== undefined) return jobs.submit(allotted, request, key);
    const end = findContract(state.market, contract)?.contract.window.end;
    const isOver = end === undefined || end <= now;
    return { refusal: isOver ? "contract_over" : "not_delivered_yet", said: null };
  }

  async #afterOthers<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#submitting.get(key) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#submitting.set(key, done);
    try {
      return await done;
    } finally {
      if (this.#submitting.get(key) === done) this.#submitting.delete(key);
    }
  }

  async #ask<T>({ pool }: HeldContract, question: (jobs: Jobs) => Promise<T>): Promise<T | NoJobs> {
    const jobs = this.#ports.clusters.find((cluster) => cluster.pool === pool)?.jobs;
    if (jobs === undefined) return "pool_runs_no_jobs";
    try {
      return await question(jobs);
    } catch (cause) {
      this.#ports.warn(`a holder's jobs cannot be reached: ${String(cause)}`, { pool });
      throw new ClusterUnseen(`the cluster of pool ${pool} does not answer`, { cause });
    }
  }
}
