import { Calendar } from "../fleet/calendar.ts";
import type { DeclaredRun } from "../fleet/calendar.ts";
import type { Job, JobLog } from "../fleet/job.ts";
import type { JobEvent } from "../fleet/owner-queue.ts";
import type { Fabric } from "../contracts/holdings.ts";
import { OwnerQueue } from "../fleet/owner-queue.ts";
import { heldAfter } from "../recall/shortfall.ts";
import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import {
  addGpus,
  ceilTo,
  durationMs,
  later,
  MINUTE_MS,
  minGpus,
  NO_GPUS,
  subGpus,
} from "../units.ts";
import type { OwnerWalk } from "../operator/owner-walk.ts";

/**
 * The log on the clock of schedules: submissions and durations in whole minutes, rounded up. A scheduler's cycle is no
 * shorter, and with and without Spillway the same jobs are replayed.
 */
export function onTheMinute(log: JobLog): JobLog {
  const jobs = log.jobs.map((job) => ({
    ...job,
    submit: ceilTo(job.submit, MINUTE_MS),
    duration: durationMs(Math.ceil(job.duration / MINUTE_MS) * MINUTE_MS),
  }));
  return { name: log.name, jobs };
}

/**
 * The owner's scheduler beside the market: jobs start on what is not sold, and what they lack is asked for when they
 * are submitted, not at the next step. So a job that waits for a hand-over delays those behind it, as it really would.
 *
 * The owner's demand is what runs and what waits, up to the capacity: while jobs queue for each other's GPUs, what is
 * sold comes back, so that it is there when their turn comes.
 */
export class JobsOwner {
  /** Every start so far, in order of time. */
  readonly starts: JobEvent[] = [];
  readonly #walk: OwnerWalk;
  readonly #capacity: Gpus;
  readonly #fabrics: readonly Fabric[];
  readonly #jobs: readonly Job[];
  readonly #queue: OwnerQueue;
  readonly #calendar: Calendar;
  #submitted = 0;
  #demand: Gpus = NO_GPUS;
  #declared: Gpus = NO_GPUS;
  #now: EpochMs;

  /** @param log on the minute, in order of submission */
  constructor(
    log: JobLog,
    calendar: readonly DeclaredRun[],
    walk: OwnerWalk,
    fabrics: readonly Fabric[],
    start: EpochMs,
  ) {
    const capacity = fabrics.reduce((sum, fabric) => addGpus(sum, fabric.gpus), NO_GPUS);
    this.#walk = walk;
    this.#fabrics = fabrics;
    this.#capacity = capacity;
    this.#jobs = log.jobs.filter((job) => job.gpus <= capacity);
    this.#queue = new OwnerQueue(capacity, start);
    this.#calendar = new Calendar(calendar);
    this.#now = start;
  }

  /** GPUs that the owner uses and waits for, at most the capacity. */
  get demand(): Gpus {
    return this.#demand;
  }

  /** Shows the market the cluster as it is now. */
  read(): void {
    this.#walk.read(this.#now, this.#demand, this.#fabrics);
  }

  /** Plays all that happens up to and including `to`. */
  playUntil(to: EpochMs): void {
    for (let next = this.#nextChange(to); ; next = this.#nextChange(to)) {
      this.#playAt(next);
      if (next >= to) return;
    }
  }

  /** The next arrival, end of a job, or change in what is sold; at the latest `to`. */
  #nextChange(to: EpochMs): EpochMs {
    const soon = later(this.#now, MINUTE_MS);
    if (soon >= to) return to;
    const times = [
      this.#jobs[this.#submitted]?.submit ?? to,
      this.#queue.nextEvent() ?? to,
      this.#walk.pool.holdings.steps({ start: this.#now, end: to })[1]?.at ?? to,
      to,
    ];
    return Math.max(soon, Math.min(...times)) as EpochMs;
  }

  #playAt(time: EpochMs): void {
    this.#now = time;
    this.#walk.pass(time);
    this.#settle(time);
    for (let job = this.#jobs[this.#submitted]; job !== undefined && job.submit <= time;) {
      this.#queue.submit(job);
      this.#submitted += 1;
      this.#settle(time);
      job = this.#jobs[this.#submitted];
    }
  }

  /** Starts what fits; asks for what is lacking, and starts what came free for it at once. */
  #settle(time: EpochMs): void {
    this.#start(time);
    const wanted = minGpus(this.#capacity, addGpus(this.#queue.running, this.#queue.queued));
    this.#calendar.advanceTo(time);
    const declared = this.#calendar.peak(time, later(time, MINUTE_MS));
    const declaredRise = subGpus(declared, this.#declared);
    this.#declared = declared;
    if (wanted > this.#demand) {
      const reading = {
        now: time,
        capacity: this.#capacity,
        fabrics: this.#fabrics,
        demand: wanted,
      };
      this.#walk.arrive({ ...reading, declaredRise, declaredRiseNext: NO_GPUS });
      this.#start(time);
    } else {
      this.#walk.noteDemand(wanted);
    }
    this.#demand = wanted;
  }

  #start(time: EpochMs): void {
    const free = subGpus(this.#capacity, heldAfter(this.#walk.pool.holdings, time));
    for (const event of this.#queue.advanceTo(time, free).starts) this.starts.push(event);
  }
}

/** How much later each job started than in the plain replay, and how many GPUs waited so. */
export interface JobDelay {
  readonly job: Job;
  readonly delay: DurationMs;
}

/**
 * Delays against the same replay without Spillway, for jobs that started there before `end`; a job that has not started
 * beside the market by then counts as starting at `end`.
 */
export function delaysOf(
  plain: readonly JobEvent[],
  beside: readonly JobEvent[],
  end: EpochMs,
): JobDelay[] {
  const startedAt = new Map(beside.map((event) => [event.job, event.at]));
  return plain
    .filter((event) => event.at < end)
    .map(({ job, at }) => {
      const started = startedAt.get(job) ?? end;
      return { job, delay: durationMs(Math.max(0, Math.min(started, end) - at)) };
    });
}
