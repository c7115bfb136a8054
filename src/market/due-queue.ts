import type { EpochMs } from "../units.ts";

export type DueKind = "hand_over" | "end";

export interface Due {
  readonly at: EpochMs;
  readonly kind: DueKind;
  readonly id: string;
}

/** Something due, and how many were put into the queue before it. */
export interface QueuedDue {
  readonly due: Due;
  readonly sequence: number;
}

/** What falls due, earliest first; at one instant in order of kind (hand-overs before ends), then of insertion. */
export class DueQueue {
  readonly #heap: QueuedDue[] = [];
  #inserted = 0;

  static from(records: readonly QueuedDue[]): DueQueue {
    const queue = new DueQueue();
    const inserted = records.toSorted((a, b) => a.sequence - b.sequence);
    for (const { due } of inserted) queue.push(due);
    return queue;
  }

  /** All that is in it, in no order. */
  records(): readonly QueuedDue[] {
    return [...this.#heap];
  }

  get size(): number {
    return this.#heap.length;
  }

  push(due: Due): void {
    this.#heap.push({ due, sequence: this.#inserted++ });
    this.#rise(this.#heap.length - 1);
  }

  /** All that is due at `now` or before, in order. */
  until(now: EpochMs): Due[] {
    const found: number[] = [];
    const visit = (index: number): void => {
      const entry = this.#heap[index];
      if (entry === undefined || entry.due.at > now) return;
      found.push(index);
      visit(2 * index + 1);
      visit(2 * index + 2);
    };
    visit(0);
    found.sort((a, b) => (this.#before(a, b) ? -1 : 1));
    return found.flatMap((index) => this.#heap[index]?.due ?? []);
  }

  /** Drops all that is due at `now` or before. */
  dropUntil(now: EpochMs): void {
    for (let first = this.#heap[0]; first !== undefined && first.due.at <= now;) {
      this.#pop();
      first = this.#heap[0];
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return left !== undefined;
    if (left.due.at !== right.due.at) return left.due.at < right.due.at;
    if (left.due.kind !== right.due.kind) return left.due.kind === "hand_over";
    return left.sequence < right.sequence;
  }

  #rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >>> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ;) {
      const left = 2 * index + 1;
      const smaller = this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(smaller, index)) return;
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #swap(a: number, b: number): void {
    const left = this.#heap[a];
    const right = this.#heap[b];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
