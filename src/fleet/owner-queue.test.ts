import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Gpus } from "../units.ts";
import { durationMs, epochMs, gpus } from "../units.ts";
import type { Job } from "./job.ts";
import { OwnerQueue } from "./owner-queue.ts";

function job(id: string, submit: number, duration: number, count: number): Job {
  return {
    id,
    submit: epochMs(submit),
    duration: durationMs(duration),
    gpus: gpus(count),
    group: "",
    start: null,
  };
}

function queueOf(capacity: number, jobs: readonly Job[], depth?: number): OwnerQueue {
  const queue = new OwnerQueue(gpus(capacity), epochMs(0), depth);
  for (const one of jobs) expect(queue.submit(one)).toBeNull();
  return queue;
}

/** Starts by id when the owner may use `capacity` throughout. */
function startsOf(capacity: number, jobs: readonly Job[], depth?: number): Record<string, number> {
  const { starts } = queueOf(capacity, jobs, depth).advanceTo(epochMs(1000), gpus(capacity));
  return Object.fromEntries(starts.map(({ job, at }) => [job.id, at]));
}

describe("a queue on its own capacity", () => {
  test("starts jobs at once while they fit, and in order of submission when they don't", () => {
    const jobs = [job("a", 0, 10, 3), job("b", 0, 10, 3), job("c", 0, 10, 3)];
    expect(startsOf(4, jobs)).toEqual({ a: 0, b: 10, c: 20 });
  });

  test("lets a later job overtake that ends before the first waiting one could start", () => {
    const jobs = [job("a", 0, 10, 3), job("wide", 1, 5, 4), job("short", 2, 8, 1)];
    expect(startsOf(4, jobs)).toEqual({ a: 0, wide: 10, short: 2 });
  });

  test("doesn't let a later job overtake that would hold the first waiting one up", () => {
    const jobs = [job("a", 0, 10, 3), job("wide", 1, 5, 4), job("long", 2, 9, 1)];
    expect(startsOf(4, jobs)).toEqual({ a: 0, wide: 10, long: 15 });
  });

  test("lets a long job overtake on GPUs that the first waiting one won't need", () => {
    const jobs = [job("a", 0, 10, 3), job("wide", 1, 5, 3), job("long", 2, 90, 1)];
    expect(startsOf(4, jobs)).toEqual({ a: 0, wide: 10, long: 2 });
  });

  test("doesn't give the same spare GPU to two long jobs", () => {
    const jobs = [job("a", 0, 10, 3), job("wide", 1, 5, 4), job("x", 2, 90, 1), job("y", 2, 90, 1)];
    expect(startsOf(5, jobs)).toEqual({ a: 0, wide: 10, x: 2, y: 15 });
  });

  test("looks for backfill no deeper than it was told", () => {
    const blocked = [job("a", 0, 10, 3), job("wide", 1, 5, 4), job("b", 2, 9, 4)];
    const jobs = [...blocked, job("short", 2, 1, 1)];
    expect(startsOf(4, jobs, 1)["short"]).toBeGreaterThan(2);
    expect(startsOf(4, jobs, 2)["short"]).toBe(2);
  });

  test("refuses a job that is larger than the capacity, and that alone", () => {
    const queue = new OwnerQueue(gpus(4), epochMs(0));
    expect(queue.submit(job("huge", 0, 1, 5))).toBe("job_exceeds_capacity");
    expect(queue.submit(job("whole", 0, 1, 4))).toBeNull();
    queue.advanceTo(epochMs(0), gpus(4));
    expect(queue.running).toBe(4);
  });

  test("starts and ends a job of no length in one instant", () => {
    const queue = queueOf(4, [job("a", 5, 0, 4), job("b", 5, 0, 4)]);
    const { starts, ends } = queue.advanceTo(epochMs(5), gpus(4));
    expect(starts.map(({ job }) => job.id)).toEqual(["a", "b"]);
    expect(ends.map(({ at }) => at)).toEqual([5, 5]);
    expect(queue.running).toBe(0);
  });

  test("holds what has been submitted ahead of time until then", () => {
    const queue = queueOf(4, [job("later", 7, 5, 2)]);
    expect(queue.nextEvent()).toBe(7);
    queue.advanceTo(epochMs(6), gpus(4));
    expect([queue.running, queue.queued]).toEqual([0, 0]);
    queue.advanceTo(epochMs(7), gpus(4));
    expect([queue.running, queue.queued, queue.nextEvent()]).toEqual([2, 0, 12]);
    queue.advanceTo(epochMs(12), gpus(4));
    expect([queue.running, queue.nextEvent()]).toEqual([0, null]);
  });
});

describe("a queue whose GPUs are lent out", () => {
  test("says what it wants beyond what it may use, and uses it once it may", () => {
    const queue = queueOf(8, [job("a", 0, 100, 2), job("b", 0, 100, 4)]);
    queue.advanceTo(epochMs(0), gpus(2));
    expect([queue.running, queue.wanted(gpus(8)), queue.queued]).toEqual([2, 6, 4]);
    queue.advanceTo(epochMs(3), gpus(6));
    expect([queue.running, queue.wanted(gpus(8)), queue.queued]).toEqual([6, 6, 0]);
  });

  test("wants no more than can start at once: what waits for its own jobs isn't a shortfall", () => {
    const queue = queueOf(8, [job("a", 0, 100, 6), job("b", 0, 100, 4)]);
    queue.advanceTo(epochMs(0), gpus(6));
    expect(queue.wanted(gpus(8))).toBe(6);
  });

  test("asking what it wants changes nothing", () => {
    const queue = queueOf(8, [job("a", 0, 100, 8)]);
    queue.advanceTo(epochMs(0), gpus(0));
    expect(queue.wanted(gpus(8))).toBe(8);
    expect([queue.running, queue.queued]).toEqual([0, 8]);
  });

  test("stops nothing when less may be used than is in use, but starts nothing either", () => {
    const queue = queueOf(8, [job("a", 0, 10, 6), job("b", 1, 1, 1)]);
    queue.advanceTo(epochMs(0), gpus(8));
    const { starts } = queue.advanceTo(epochMs(1), gpus(2));
    expect([starts, queue.running]).toEqual([[], 6]);
  });

  test("doesn't let a long job take what a job is waiting to get back", () => {
    const queue = queueOf(8, [job("wide", 0, 10, 6), job("long", 0, 100, 3)]);
    queue.advanceTo(epochMs(0), gpus(4));
    expect(queue.running).toBe(0);
    queue.advanceTo(epochMs(2), gpus(8));
    expect(queue.running).toBe(6);
  });
});

/** A cluster that is looked at in every single second. */
interface Second {
  readonly running: { job: Job; end: number }[];
  readonly waiting: Job[];
}

const inUse = (running: Second["running"]): number =>
  running.reduce((sum, { job }) => sum + job.gpus, 0);

/** The first second from which on `job` fits beside what is running, by trying one after another. */
function fitsFrom(job: Job, running: Second["running"], now: number, capacity: number): number {
  for (let t = now; ; t++) {
    if (inUse(running.filter(({ end }) => end > t)) + job.gpus <= capacity) return t;
  }
}

/** Whether `first` could still start at `promised` if `other` started now. */
function holdsUp(other: Job, second: Second, now: number, promised: Promised): boolean {
  const running = [...second.running, { job: other, end: now + other.duration }];
  const { first, at, capacity } = promised;
  return inUse(running.filter(({ end }) => end > at)) + first.gpus > capacity;
}

interface Promised {
  readonly first: Job;
  readonly at: number;
  readonly capacity: number;
}

interface Limits {
  readonly capacity: number;
  readonly limit: number;
}

function startInSecond(second: Second, now: number, { capacity, limit }: Limits): Job[] {
  const { running, waiting } = second;
  const started: Job[] = [];
  const start = (job: Job): void => {
    started.push(job);
    running.push({ job, end: now + job.duration });
    waiting.splice(waiting.indexOf(job), 1);
  };
  const fits = (job: Job): boolean => inUse(running) + job.gpus <= limit;
  while (waiting[0] && fits(waiting[0])) start(waiting[0]);
  const first = waiting[0];
  if (!first) return started;
  const promised = { first, at: fitsFrom(first, running, now, capacity), capacity };
  for (const other of waiting.slice(1)) {
    if (fits(other) && !holdsUp(other, second, now, promised)) start(other);
  }
  return started;
}

/** The start of every job, found by playing every second. */
function naiveStarts(jobs: readonly Job[], capacity: number, limits: readonly number[]): string[] {
  const second: Second = { running: [], waiting: [] };
  const starts: string[] = [];
  for (const [now, limit] of limits.entries()) {
    const over = second.running.filter(({ end }) => end <= now);
    for (const ended of over) second.running.splice(second.running.indexOf(ended), 1);
    second.waiting.push(...jobs.filter(({ submit }) => submit === now));
    const started = startInSecond(second, now, { capacity, limit });
    starts.push(...started.map(({ id }) => `${id}@${now}`));
  }
  return starts;
}

const CAPACITY = 8;
const HORIZON = 60;

const jobsArbitrary = fc
  .array(fc.tuple(fc.nat(25), fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 8 })), {
    maxLength: 14,
  })
  .map((list) =>
    list
      .toSorted(([a], [b]) => a - b)
      .map(([submit, duration, count], i) => job(String(i), submit, duration, count)),
  );

/** What the owner may use in each second: changing now and then, whole at the end. */
const limitsArbitrary = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(CAPACITY)), { maxLength: 6 })
  .map((pieces) => pieces.flatMap(([length, limit]) => Array<number>(length).fill(limit)))
  .map((limits) =>
    Array.from({ length: HORIZON }, (_, t) => (t < 40 ? (limits[t] ?? CAPACITY) : CAPACITY)),
  );

function playedStarts(jobs: readonly Job[], limits: readonly number[]): string[] {
  const queue = queueOf(CAPACITY, jobs);
  return limits.flatMap((limit, now) => {
    // Only where the limit changes is the queue told: what happens in between is its own to play.
    if (now > 0 && limits[now - 1] === limit && now < HORIZON - 1) return [];
    const before = queue.advanceTo(epochMs(now), gpus(limit));
    return before.starts.map(({ job, at }) => `${job.id}@${at}`);
  });
}

describe("against a cluster looked at in every second", () => {
  test("every job starts in the same second, in the same order", () => {
    fc.assert(
      fc.property(jobsArbitrary, limitsArbitrary, (jobs, limits) => {
        expect(playedStarts(jobs, limits)).toEqual(naiveStarts(jobs, CAPACITY, limits));
      }),
      { numRuns: 3000 },
    );
  });

  test("what it wants is what it would use if it might", () => {
    fc.assert(
      fc.property(jobsArbitrary, fc.nat(CAPACITY), fc.nat(25), (jobs, limit, now) => {
        const queue = queueOf(CAPACITY, jobs);
        queue.advanceTo(epochMs(now), gpus(limit));
        const wanted = queue.wanted(gpus(CAPACITY));
        queue.advanceTo(epochMs(now), gpus(CAPACITY));
        expect(wanted).toBe(queue.running);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Plays event by event on the whole capacity, looking in after each. */
function watch(jobs: readonly Job[], look: (queue: OwnerQueue, now: number) => void): void {
  const queue = queueOf(CAPACITY, jobs);
  for (let next = queue.nextEvent(); next !== null; next = queue.nextEvent()) {
    queue.advanceTo(next, gpus(CAPACITY));
    look(queue, next);
  }
}

describe("whatever is submitted", () => {
  test("no more than the capacity is ever in use, and every job ends", () => {
    fc.assert(
      fc.property(jobsArbitrary, (jobs) => {
        let last: Gpus = gpus(0);
        watch(jobs, (queue) => {
          expect(queue.running).toBeLessThanOrEqual(CAPACITY);
          last = gpus(queue.running + queue.queued);
        });
        expect(last).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  test("the first waiting job starts by the time it was first promised", () => {
    fc.assert(
      fc.property(jobsArbitrary, (jobs) => {
        const { starts } = queueOf(CAPACITY, jobs).advanceTo(epochMs(10_000), gpus(CAPACITY));
        const startOf = new Map(starts.map(({ job, at }) => [job, at]));
        for (const first of jobs) {
          // It heads the line from when the last job before it has started.
          const before = jobs.slice(0, jobs.indexOf(first));
          const heads = Math.max(first.submit, ...before.map((one) => startOf.get(one) ?? 0));
          const running = jobs
            .map((one) => ({ job: one, at: startOf.get(one) ?? Infinity }))
            .filter(({ job, at }) => at <= heads && at + job.duration > heads && job !== first)
            .filter(({ job, at }) => at < heads || jobs.indexOf(job) < jobs.indexOf(first))
            .map(({ job, at }) => ({ job, end: at + job.duration }));
          const promised = fitsFrom(first, running, heads, CAPACITY);
          expect(startOf.get(first)).toBeLessThanOrEqual(promised);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("of jobs that are equal in size and length, the one submitted first starts first", () => {
    const equal = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(jobsArbitrary, equal, (jobs, [count, duration]) => {
        const same = jobs.map((one) => ({
          ...one,
          gpus: gpus(Number(one.id) % 2 === 0 ? count : one.gpus),
          duration: durationMs(Number(one.id) % 2 === 0 ? duration : one.duration),
        }));
        const { starts } = queueOf(CAPACITY, same).advanceTo(epochMs(10_000), gpus(CAPACITY));
        const equals = starts.filter(({ job }) => Number(job.id) % 2 === 0);
        const ids = equals.map(({ job }) => Number(job.id));
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      }),
      { numRuns: 1000 },
    );
  });
});
