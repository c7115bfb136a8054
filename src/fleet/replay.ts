import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { assert, elapsed, floorTo } from "../units.ts";
import type { Job, JobLog } from "./job.ts";
import type { JobEvent, SubmitRefusal } from "./owner-queue.ts";
import { OwnerQueue } from "./owner-queue.ts";
import type { UsageTrace } from "./usage.ts";
import { findOutages } from "./usage.ts";

/** What the owner's jobs would have been on a capacity of their own. */
export interface Replay {
  /**
   * Demand by step: GPUs in use and GPUs waited for, averaged over the step's time and rounded up. It exceeds the total
   * where jobs wait. The trace ends with the step of the last submission: behind it the log knows of no new jobs, and
   * the cluster would only seem to fall idle.
   */
  readonly trace: UsageTrace;
  /** Every start, in order of time, those behind the trace's end included. */
  readonly starts: readonly JobEvent[];
  readonly refused: readonly { readonly job: Job; readonly refusal: SubmitRefusal }[];
}

interface Cluster {
  readonly capacity: Gpus;
  /** Divides the hour. */
  readonly step: DurationMs;
}

/** Replays a log of at least one job, first come, first served with EASY backfill; recorded starts are not looked at. */
export function replay(log: JobLog, { capacity, step }: Cluster): Replay {
  const [first, last] = [log.jobs[0], log.jobs.at(-1)];
  assert(first !== undefined && last !== undefined, "a log of jobs to replay isn't empty");
  const start = floorTo(first.submit, step);
  const level = new LevelBySteps(start, step, elapsed(start, last.submit) / step + 1);
  const queue = new OwnerQueue(capacity, start);
  const refused = log.jobs.flatMap((job) => {
    const refusal = queue.submit(job);
    return refusal ? [{ job, refusal }] : [];
  });
  const starts = playThrough(queue, start, { capacity, level });
  const demand = level.means();
  const total = new Int32Array(demand.length).fill(capacity);
  // A log of jobs doesn't say when the cluster was down: without jobs it was idle.
  const outage = findOutages(demand, total, { step, outages: "keep" });
  return {
    trace: { name: log.name, start, step, demand, total, outage, skippedRows: 0 },
    starts,
    refused,
  };
}

function playThrough(
  queue: OwnerQueue,
  start: EpochMs,
  { capacity, level }: { capacity: Gpus; level: LevelBySteps },
): JobEvent[] {
  const starts: JobEvent[] = [];
  let now = start;
  for (let next = queue.nextEvent(); next !== null; next = queue.nextEvent()) {
    level.hold(now, next, queue.running + queue.queued);
    for (const event of queue.advanceTo(next, capacity).starts) starts.push(event);
    now = next;
  }
  return starts;
}

/** The time-mean of a level by steps of a grid; what lies outside the grid is left out. */
class LevelBySteps {
  readonly #start: EpochMs;
  readonly #step: DurationMs;
  readonly #area: Float64Array;

  constructor(start: EpochMs, step: DurationMs, steps: number) {
    this.#start = start;
    this.#step = step;
    this.#area = new Float64Array(Math.floor(steps));
  }

  hold(from: EpochMs, to: EpochMs, level: number): void {
    if (level === 0) return;
    const first = Math.floor((from - this.#start) / this.#step);
    const end = Math.min(this.#area.length, Math.ceil((to - this.#start) / this.#step));
    for (let i = first; i < end; i++) {
      const stepStart = this.#start + i * this.#step;
      const width = Math.min(to, stepStart + this.#step) - Math.max(from, stepStart);
      this.#area[i] = (this.#area[i] ?? 0) + level * width;
    }
  }

  /** Rounded up to whole GPUs. */
  means(): Int32Array {
    return Int32Array.from(this.#area, (area) => Math.ceil(area / this.#step));
  }
}
