import { assert } from "../units.ts";

const HOUR = 60;
/** Differences of two values below it fit into the 32 bits of a node. */
const MOST = 0x2000_0000;
const HIGHEST = 0x7fff_ffff;

/** What is known of a node lies together, and beside its sibling's: one line of the cache tells all of both. */
const SIZE = 4;
const LOW = 0;
const HIGH = 1;
const PENDING = 2;
/** Of an hour: where its 60 numbers begin in `#minuteValues`; 0 while it has none of its own. */
const OWN = 3;

/**
 * Whole numbers by minute under range addition, range minimum and range maximum: a segment tree over hours,
 * whose leaves are hours of 60 minutes.
 *
 * Nodes lie in heap order: 1 is the root, the children of `n` are `2n` and `2n + 1`, and node `hours + h`
 * is hour `h`. `pending` of a node is an addition to all that lies below it, not yet told to its children.
 * An addition pushes what is pending down before it goes below a node, so no number in the tree is ever
 * larger than a difference of two values. A reading changes nothing.
 *
 * Most bounds of contracts fall on whole hours. An hour gets its own 60 numbers only once a bound has
 * fallen inside it; until then it shares the 60 zeros at the front of `minuteValues`.
 */
export class HourTree {
  readonly minutes: number;
  readonly #hours: number;
  /** Of node `n` from `4n` on: at {@link LOW}, {@link HIGH}, {@link PENDING} and {@link OWN}. */
  readonly #nodes: Int32Array;
  #minuteValues = new Int32Array(16 * HOUR);
  #used = HOUR;

  /** All 0. @param hours a power of two */
  constructor(hours: number) {
    this.minutes = hours * HOUR;
    this.#hours = hours;
    this.#nodes = new Int32Array(2 * hours * SIZE);
  }

  /** Adds `delta` to the minutes `[from, to)`. */
  add(from: number, to: number, delta: number): void {
    assert(0 <= from && from < to && to <= this.minutes, "an addition lies within the tree");
    assert(Math.abs(delta) <= MOST, "an addition is below 2^29");
    this.#add(1, 0, this.minutes, from, to, delta);
    assert(
      (this.#nodes[SIZE + HIGH] ?? 0) <= MOST && (this.#nodes[SIZE + LOW] ?? 0) >= -MOST,
      "values are below 2^29",
    );
  }

  /** The lowest value of the minutes `[from, to)`; from the tree's end on they do not count. */
  min(from: number, to: number): number {
    return this.#min(1, 0, this.minutes, from, to);
  }

  /** The highest value of the minutes `[from, to)`; from the tree's end on they do not count. */
  max(from: number, to: number): number {
    return this.#max(1, 0, this.minutes, from, to);
  }

  /** The last minute of `[from, to)` whose value is below `need`. */
  lastBelow(from: number, to: number, need: number): number | null {
    return this.#lastBelow(1, 0, this.minutes, from, to, need);
  }

  /** Tells, in order, values that together cover `[from, to)`: each with the minute where it begins. */
  visit(from: number, to: number, tell: (minute: number, value: number) => void): void {
    this.#visit(1, 0, this.minutes, from, to, 0, tell);
  }

  // Below, `node` covers the minutes [start, start + span), of which [from, to) are meant.

  #add(node: number, start: number, span: number, from: number, to: number, delta: number): void {
    if (from <= start && start + span <= to) return this.#addToAll(node, delta);
    if (node >= this.#hours) return this.#addWithinHour(node, from - start, to - start, delta);
    this.#pushDown(node);
    const half = span >> 1;
    const middle = start + half;
    const left = 2 * node;
    if (from < middle) this.#add(left, start, half, from, to, delta);
    if (to > middle) this.#add(left + 1, middle, half, from, to, delta);
    this.#nodes[node * SIZE + LOW] = Math.min(
      this.#nodes[left * SIZE + LOW] ?? 0,
      this.#nodes[(left + 1) * SIZE + LOW] ?? 0,
    );
    this.#nodes[node * SIZE + HIGH] = Math.max(
      this.#nodes[left * SIZE + HIGH] ?? 0,
      this.#nodes[(left + 1) * SIZE + HIGH] ?? 0,
    );
  }

  #addToAll(node: number, delta: number): void {
    this.#nodes[node * SIZE + LOW] = (this.#nodes[node * SIZE + LOW] ?? 0) + delta;
    this.#nodes[node * SIZE + HIGH] = (this.#nodes[node * SIZE + HIGH] ?? 0) + delta;
    this.#nodes[node * SIZE + PENDING] = (this.#nodes[node * SIZE + PENDING] ?? 0) + delta;
  }

  #pushDown(node: number): void {
    const pending = this.#nodes[node * SIZE + PENDING] ?? 0;
    if (pending === 0) return;
    this.#addToAll(2 * node, pending);
    this.#addToAll(2 * node + 1, pending);
    this.#nodes[node * SIZE + PENDING] = 0;
  }

  #addWithinHour(node: number, from: number, to: number, delta: number): void {
    const begin = this.#minutesOfItsOwn(node);
    const values = this.#minuteValues;
    const pending = this.#nodes[node * SIZE + PENDING] ?? 0;
    const [first, end] = [Math.max(from, 0), Math.min(to, HOUR)];
    for (let i = begin + first; i < begin + end; i++) values[i] = (values[i] ?? 0) + delta;
    let [low, high] = [HIGHEST, -HIGHEST];
    for (let i = begin; i < begin + HOUR; i++) {
      const value = (values[i] ?? 0) + pending;
      values[i] = value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    this.#nodes[node * SIZE + PENDING] = 0;
    this.#nodes[node * SIZE + LOW] = low;
    this.#nodes[node * SIZE + HIGH] = high;
  }

  #minutesOfItsOwn(node: number): number {
    const begin = this.#nodes[node * SIZE + OWN] ?? 0;
    return begin === 0 ? this.#takeMinutes(node) : begin;
  }

  #takeMinutes(node: number): number {
    const begin = this.#used;
    if (begin + HOUR > this.#minuteValues.length) {
      const larger = new Int32Array(2 * this.#minuteValues.length);
      larger.set(this.#minuteValues);
      this.#minuteValues = larger;
    }
    this.#used = begin + HOUR;
    this.#nodes[node * SIZE + OWN] = begin;
    return begin;
  }

  #min(node: number, start: number, span: number, from: number, to: number): number {
    if (from <= start && start + span <= to) return this.#nodes[node * SIZE + LOW] ?? 0;
    const pending = this.#nodes[node * SIZE + PENDING] ?? 0;
    if (node >= this.#hours) return pending + this.#minWithinHour(node, start, from, to);
    const half = span >> 1;
    const middle = start + half;
    if (to <= middle) return pending + this.#min(2 * node, start, half, from, to);
    if (from >= middle) return pending + this.#min(2 * node + 1, middle, half, from, to);
    const left = this.#min(2 * node, start, half, from, to);
    if ((this.#nodes[(2 * node + 1) * SIZE + LOW] ?? 0) >= left) return pending + left;
    return pending + Math.min(left, this.#min(2 * node + 1, middle, half, from, to));
  }

  #minWithinHour(node: number, start: number, from: number, to: number): number {
    const shift = (this.#nodes[node * SIZE + OWN] ?? 0) - start;
    const end = Math.min(to, start + HOUR) + shift;
    const values = this.#minuteValues;
    let low = HIGHEST;
    for (let i = Math.max(from, start) + shift; i < end; i++) {
      const value = values[i] ?? 0;
      if (value < low) low = value;
    }
    return low;
  }

  #max(node: number, start: number, span: number, from: number, to: number): number {
    if (from <= start && start + span <= to) return this.#nodes[node * SIZE + HIGH] ?? 0;
    const pending = this.#nodes[node * SIZE + PENDING] ?? 0;
    if (node >= this.#hours) return pending + this.#maxWithinHour(node, start, from, to);
    const half = span >> 1;
    const middle = start + half;
    if (to <= middle) return pending + this.#max(2 * node, start, half, from, to);
    if (from >= middle) return pending + this.#max(2 * node + 1, middle, half, from, to);
    const left = this.#max(2 * node, start, half, from, to);
    if ((this.#nodes[(2 * node + 1) * SIZE + HIGH] ?? 0) <= left) return pending + left;
    return pending + Math.max(left, this.#max(2 * node + 1, middle, half, from, to));
  }

  #maxWithinHour(node: number, start: number, from: number, to: number): number {
    const shift = (this.#nodes[node * SIZE + OWN] ?? 0) - start;
    const end = Math.min(to, start + HOUR) + shift;
    const values = this.#minuteValues;
    let high = -HIGHEST;
    for (let i = Math.max(from, start) + shift; i < end; i++) {
      const value = values[i] ?? 0;
      if (value > high) high = value;
    }
    return high;
  }

  #lastBelow(
    node: number,
    start: number,
    span: number,
    from: number,
    to: number,
    need: number,
  ): number | null {
    if (to <= start || start + span <= from || (this.#nodes[node * SIZE + LOW] ?? 0) >= need)
      return null;
    const rest = need - (this.#nodes[node * SIZE + PENDING] ?? 0);
    if (node >= this.#hours) return this.#lastBelowWithinHour(node, start, from, to, rest);
    const half = span >> 1;
    const right = this.#lastBelow(2 * node + 1, start + half, half, from, to, rest);
    return right ?? this.#lastBelow(2 * node, start, half, from, to, rest);
  }

  #lastBelowWithinHour(
    node: number,
    start: number,
    from: number,
    to: number,
    need: number,
  ): number | null {
    const shift = (this.#nodes[node * SIZE + OWN] ?? 0) - start;
    const first = Math.max(from, start);
    for (let minute = Math.min(to, start + HOUR) - 1; minute >= first; minute--) {
      if ((this.#minuteValues[minute + shift] ?? 0) < need) return minute;
    }
    return null;
  }

  #visit(
    node: number,
    start: number,
    span: number,
    from: number,
    to: number,
    above: number,
    tell: (minute: number, value: number) => void,
  ): void {
    if (to <= start || start + span <= from) return;
    const low = this.#nodes[node * SIZE + LOW] ?? 0;
    if (low === this.#nodes[node * SIZE + HIGH]) return tell(Math.max(from, start), above + low);
    const added = above + (this.#nodes[node * SIZE + PENDING] ?? 0);
    if (node >= this.#hours) return this.#visitWithinHour(node, start, from, to, added, tell);
    const half = span >> 1;
    this.#visit(2 * node, start, half, from, to, added, tell);
    this.#visit(2 * node + 1, start + half, half, from, to, added, tell);
  }

  #visitWithinHour(
    node: number,
    start: number,
    from: number,
    to: number,
    added: number,
    tell: (minute: number, value: number) => void,
  ): void {
    const shift = (this.#nodes[node * SIZE + OWN] ?? 0) - start;
    const end = Math.min(to, start + HOUR);
    for (let minute = Math.max(from, start); minute < end; minute++) {
      tell(minute, added + (this.#minuteValues[minute + shift] ?? 0));
    }
  }
}
