/** Holders' jobs that somebody else has ended while their nodes were still their holders'. */
import type { Allotment, Interruption } from "../../../ports.ts";
import type { EpochMs } from "../../../units.ts";
import { ask } from "../access/ask.ts";
import type { SlurmJob } from "../seen.ts";
import { condemned } from "./market-jobs.ts";
import { contractOf } from "./names.ts";
import type { Place } from "./place.ts";

/** The accounting hears of an end a little later; past it nothing more is expected of it. */
const LONGEST_MS = 60_000;

interface Gone {
  readonly job: SlurmJob;
  readonly contract: string;
  readonly since: EpochMs;
}

/** What sacct says of a job that is gone. */
export interface JobEnd {
  readonly state: string;
  /** Numbers of users. */
  readonly owner: string;
  readonly by: string | null;
}

export const JOB_END_FIELDS = "JobIDRaw,State,UID";

/** @param text of sacct, one line for each job @returns by job, those that have ended */
export function jobEndsOf(text: string): ReadonlyMap<string, JobEnd> {
  const ends = new Map<string, JobEnd>();
  for (const line of text.split("\n")) {
    const [job = "", state = "", owner = ""] = line.split("|");
    if (job === "" || /^(PENDING|RUNNING|SUSPENDED|REQUEUED|RESIZING)/.test(state)) continue;
    ends.set(job, { state, owner, by: /^CANCELLED by (\d+)$/.exec(state)?.[1] ?? null });
  }
  return ends;
}

/** By whom it was ended, if it was neither its user nor the job itself nor a node's failure, which the meter sees. */
export function enderOf({ state, owner, by }: JobEnd): string | null {
  if (by !== null) return by === owner ? null : `user ${by}`;
  return state.startsWith("PREEMPTED") ? "Slurm's preemption" : null;
}

export class Interrupted {
  readonly #place: Place;
  #running: ReadonlyMap<string, SlurmJob> = new Map();
  #gone: readonly Gone[] = [];

  constructor(place: Place) {
    this.#place = place;
  }

  /**
   * Those that are seen to be gone since the last look. What Spillway itself has ended was on nodes that were given back.
   * @param jobs of the market, as they are seen now
   */
  async look(
    jobs: readonly SlurmJob[],
    allotments: readonly Allotment[],
    now: EpochMs,
  ): Promise<readonly Interruption[]> {
    const { pool } = this.#place;
    const there = new Set(jobs.map(({ id }) => id));
    const gone = [...this.#running.values()].filter(({ id }) => !there.has(id));
    const over = new Set(condemned(gone, pool.id, allotments, now).map(({ id }) => id));
    this.#running = new Map(
      jobs.filter(({ state }) => state === "RUNNING").map((job) => [job.id, job]),
    );
    this.#gone = [
      ...this.#gone.filter(({ since }) => now - since < LONGEST_MS),
      ...gone.flatMap((job) => {
        const contract = contractOf(pool.id, job.reservation ?? "")?.split("+")[0];
        const isOver = contract === undefined || over.has(job.id);
        return isOver ? [] : [{ job, contract, since: now }];
      }),
    ];
    return this.#gone.length === 0 ? [] : this.#ended(now);
  }

  async #ended(now: EpochMs): Promise<readonly Interruption[]> {
    const ids = this.#gone.map(({ job }) => job.id).join(",");
    const words = ["--noheader", "--parsable2", "--allocations", `--jobs=${ids}`];
    const format = `--format=${JOB_END_FIELDS}`;
    const ends = jobEndsOf(await ask(this.#place.access, "sacct", [...words, format]));
    const known = this.#gone.filter(({ job }) => ends.has(job.id));
    this.#gone = this.#gone.filter(({ job }) => !ends.has(job.id));
    return known.flatMap(({ job, contract, since }) => {
      const end = ends.get(job.id);
      const by = end === undefined ? null : enderOf(end);
      if (by === null) return [];
      const { id, gpus, start } = job;
      return [{ contract, job: id, by, gpus: gpus.total, start: start ?? since, end: now }];
    });
  }
}
