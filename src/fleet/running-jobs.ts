import type { EpochMs, Gpus } from "../units.ts";
import type { Job } from "./job.ts";

/** A job that has started, and when it will end. */
export interface Running {
  readonly job: Job;
  readonly end: EpochMs;
  /** Rank among all starts: breaks ties between equal ends. */
  readonly rank: number;
}

/** GPUs that come free at a time. */
export interface Release {
  readonly end: EpochMs;
  readonly gpus: Gpus;
}

/** Running jobs in a binary heap, soonest end first. */
export class RunningJobs {
  readonly #heap: Running[] = [];

  get first(): Running | undefined {
    return this.#heap[0];
  }

  add(running: Running): void {
    siftUp(this.#heap, running, isSooner);
  }

  /** Takes out the job that ends first. */
  takeFirst(): Running | undefined {
    return takeTop(this.#heap, isSooner);
  }

  /** Releases in order of time, found as they are asked for: `k` of them cost O(k log k), however many jobs run. */
  *releases(): Generator<Release> {
    const sooner = (a: number, b: number): boolean => {
      const [first, second] = [this.#heap[a], this.#heap[b]];
      return first !== undefined && second !== undefined && isSooner(first, second);
    };
    const frontier: number[] = this.#heap.length > 0 ? [0] : [];
    for (;;) {
      const place = takeTop(frontier, sooner);
      const running = place === undefined ? undefined : this.#heap[place];
      if (place === undefined || running === undefined) return;
      yield { end: running.end, gpus: running.job.gpus };
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < this.#heap.length) siftUp(frontier, child, sooner);
      }
    }
  }
}

type Before<T> = (a: T, b: T) => boolean;

function isSooner(a: Running, b: Running): boolean {
  return a.end < b.end || (a.end === b.end && a.rank < b.rank);
}

function siftUp<T>(heap: T[], value: T, before: Before<T>): void {
  let place = heap.length;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !before(value, parent)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = value;
}

function takeTop<T>(heap: T[], before: Before<T>): T | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (heap.length > 0 && last !== undefined) siftDown(heap, last, before);
  return top;
}

function siftDown<T>(heap: T[], value: T, before: Before<T>): void {
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    if (left === undefined) break;
    const rightFirst = right !== undefined && before(right, left);
    const child = rightFirst ? right : left;
    if (!before(child, value)) break;
    heap[place] = child;
    place = 2 * place + (rightFirst ? 2 : 1);
  }
  heap[place] = value;
}
