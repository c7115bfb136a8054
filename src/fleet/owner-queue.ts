import type { EpochMs, Gpus } from "../units.ts";
import { NO_GPUS, addGpus, assert, earliest, epochMs, later, latest, subGpus } from "../units.ts";
import type { Job } from "./job.ts";
import type { Release } from "./running-jobs.ts";
import { RunningJobs } from "./running-jobs.ts";

/** Why a job is not taken: it is larger than the whole capacity and could never start. */
export type SubmitRefusal = "job_exceeds_capacity";

/** Something that happened to a job, and when. */
export interface JobEvent {
  readonly job: Job;
  readonly at: EpochMs;
}

/** What happened while time advanced, each in order of time. */
export interface Progress {
  readonly starts: readonly JobEvent[];
  readonly ends: readonly JobEvent[];
}

/** {@link Progress} as it grows. */
interface Happening {
  readonly starts: JobEvent[];
  readonly ends: JobEvent[];
}

/** As many waiting jobs are considered for backfill as Slurm considers by default with `bf_max_job_test`. */
export const BACKFILL_DEPTH = 1000;

/** The first of the waiting jobs can't start yet: when it will, and what may be used until then. */
interface Reservation {
  readonly at: EpochMs;
  /** GPUs that remain free beside it from `at` on. */
  readonly spare: Gpus;
}

/** A waiting job and those behind it. */
interface Waiting {
  readonly job: Job;
  next: Waiting | null;
}

/**
 * The owner's scheduler: first come, first served, with EASY backfill (Lifka, "The ANL/IBM SP scheduling system",
 * 1995). A job is *arriving* until its submit time, then *waiting*, *running* for exactly its duration, and *ended*.
 *
 * The first waiting job that doesn't fit gets a reservation at the earliest time when enough GPUs will be free; a job
 * behind it may start at once if it fits and ends by then, or needs only GPUs that remain free beside it. Ends are
 * those that really came (perfect estimates), so the reservation is exact and backfill never delays it.
 *
 * The owner may be limited to fewer GPUs than the capacity while others use them. Reservations always count on the
 * whole capacity, because what is lent out comes back: a job that waits for that alone is not overtaken on GPUs that
 * it needs.
 */
export class OwnerQueue {
  readonly #capacity: Gpus;
  readonly #depth: number;
  readonly #arriving: Job[] = [];
  #arrived = 0;
  #first: Waiting | null = null;
  #last: Waiting | null = null;
  readonly #runningJobs = new RunningJobs();
  #running = NO_GPUS;
  #queued = NO_GPUS;
  #limit: Gpus;
  #now: EpochMs;
  #started = 0;

  /**
   * @param capacity GPUs of the whole cluster
   * @param now where time begins
   * @param depth waiting jobs behind the first that are considered for backfill
   */
  constructor(capacity: Gpus, now: EpochMs, depth: number = BACKFILL_DEPTH) {
    this.#capacity = capacity;
    this.#limit = capacity;
    this.#now = now;
    this.#depth = depth;
  }

  /** GPUs in use. */
  get running(): Gpus {
    return this.#running;
  }

  /** GPUs that waiting jobs ask for. */
  get queued(): Gpus {
    return this.#queued;
  }

  /**
   * Takes a job, which may lie in the future; jobs come in order of their submit time. It joins the line when time
   * advances to its submit time, or, if that has passed, in the next {@link advanceTo}, be it to the present.
   */
  submit(job: Job): SubmitRefusal | null {
    assert(job.gpus > 0, "a job asks for at least one GPU");
    const before = this.#arriving.at(-1);
    assert(!before || before.submit <= job.submit, "jobs are submitted in order of time");
    if (job.gpus > this.#capacity) return "job_exceeds_capacity";
    this.#arriving.push(job);
    return null;
  }

  /** When the next job arrives or ends, if any; that may be the present. */
  nextEvent(): EpochMs | null {
    const arrival = this.#arriving[this.#arrived]?.submit;
    const end = this.#runningJobs.first?.end;
    if (arrival === undefined) return end ?? null;
    return latest(this.#now, end === undefined ? arrival : earliest(arrival, end));
  }

  /**
   * Plays everything before `time` under the limit that held until now, then what happens at `time` itself under the
   * new one.
   * @param free GPUs that the owner may use from `time` on, those in use included; where more are in use, nothing stops
   * but nothing starts either
   */
  advanceTo(time: EpochMs, free: Gpus): Progress {
    assert(time >= this.#now, "time moves forward");
    assert(free <= this.#capacity, "the owner can't use more than the capacity");
    const progress: Happening = { starts: [], ends: [] };
    for (let next = this.nextEvent(); next !== null && next < time; next = this.nextEvent()) {
      this.#play(next, progress);
    }
    this.#limit = free;
    do this.#play(time, progress);
    while (this.#runningJobs.first?.end === time);
    return progress;
  }

  /** GPUs that would be in use now if the owner could use `capacity`: those running and what would start at once. */
  wanted(capacity: Gpus): Gpus {
    const starting = this.#startable(capacity, capacity);
    return starting.reduce((sum, { job }) => addGpus(sum, job.gpus), this.#running);
  }

  #play(time: EpochMs, progress: Happening): void {
    this.#now = time;
    this.#endJobs(progress.ends);
    this.#admit();
    const starting = this.#startable(this.#limit, this.#capacity);
    if (starting.length > 0) this.#start(starting, progress.starts);
  }

  #endJobs(ends: JobEvent[]): void {
    for (;;) {
      const first = this.#runningJobs.first;
      if (!first || first.end > this.#now) return;
      this.#runningJobs.takeFirst();
      this.#running = subGpus(this.#running, first.job.gpus);
      ends.push({ job: first.job, at: first.end });
    }
  }

  #admit(): void {
    for (;;) {
      const job = this.#arriving[this.#arrived];
      if (!job || job.submit > this.#now) return;
      this.#arrived++;
      this.#queued = addGpus(this.#queued, job.gpus);
      const waiting: Waiting = { job, next: null };
      if (this.#last) this.#last.next = waiting;
      else this.#first = waiting;
      this.#last = waiting;
    }
  }

  /** Waiting jobs that may start now, in order; changes nothing. */
  #startable(limit: Gpus, capacity: Gpus): Waiting[] {
    const starting: Waiting[] = [];
    let free = subGpus(limit, this.#running);
    let head = this.#first;
    for (; head && head.job.gpus <= free; head = head.next) {
      starting.push(head);
      free = subGpus(free, head.job.gpus);
    }
    if (!head || free <= 0) return starting;
    const reservation = this.#reserve(head.job, capacity, starting);
    this.#backfill(head, free, reservation, starting);
    return starting;
  }

  #backfill(head: Waiting, free: Gpus, reservation: Reservation, starting: Waiting[]): void {
    let unused = free;
    let spare = reservation.spare;
    let left = this.#depth;
    for (let next = head.next; next && left > 0 && unused > 0; next = next.next, left--) {
      const { job } = next;
      if (job.gpus > unused) continue;
      const endsInTime = this.#now + job.duration <= reservation.at;
      if (!endsInTime && job.gpus > spare) continue;
      if (!endsInTime) spare = subGpus(spare, job.gpus);
      unused = subGpus(unused, job.gpus);
      starting.push(next);
    }
  }

  /** When `job` could start if everything running, and everything in `starting`, ends as it will. */
  #reserve(job: Job, capacity: Gpus, starting: readonly Waiting[]): Reservation {
    const taken = starting.reduce((sum, { job }) => addGpus(sum, job.gpus), this.#running);
    let free = subGpus(capacity, taken);
    let at = this.#now;
    for (const release of this.#releases(starting)) {
      if (free >= job.gpus && release.end > at) break;
      free = addGpus(free, release.gpus);
      at = latest(at, release.end);
    }
    if (free >= job.gpus) return { at, spare: subGpus(free, job.gpus) };
    // Only where `capacity` is less than the queue's own: nothing that is known will let the job start.
    return { at: epochMs(Number.MAX_SAFE_INTEGER), spare: NO_GPUS };
  }

  *#releases(starting: readonly Waiting[]): Generator<Release> {
    const added = starting
      .map(({ job }) => ({ end: later(this.#now, job.duration), gpus: job.gpus }))
      .toSorted((a, b) => a.end - b.end);
    let next = 0;
    for (const release of this.#runningJobs.releases()) {
      for (let own = added[next]; own && own.end <= release.end; own = added[++next]) yield own;
      yield release;
    }
    yield* added.slice(next);
  }

  #start(starting: readonly Waiting[], starts: JobEvent[]): void {
    const leaving = new Set(starting);
    this.#unlink(leaving);
    for (const { job } of starting) {
      const end = later(this.#now, job.duration);
      this.#runningJobs.add({ job, end, rank: this.#started++ });
      this.#running = addGpus(this.#running, job.gpus);
      this.#queued = subGpus(this.#queued, job.gpus);
      starts.push({ job, at: this.#now });
    }
    assert(this.#running <= this.#capacity, "the owner's jobs fit the capacity");
  }

  /** Takes jobs out of the line of waiting ones; all lie within reach of one scheduling pass. */
  #unlink(leaving: ReadonlySet<Waiting>): void {
    let before: Waiting | null = null;
    let left = leaving.size;
    for (let waiting = this.#first; waiting && left > 0; waiting = waiting.next) {
      if (!leaving.has(waiting)) {
        before = waiting;
        continue;
      }
      left--;
      if (before) before.next = waiting.next;
      else this.#first = waiting.next;
      if (this.#last === waiting) this.#last = before;
    }
  }
}
