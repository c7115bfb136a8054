import type { Gpus } from "../units.ts";
import { addGpus, assert, NO_GPUS, subGpus } from "../units.ts";
import type { BookHash, Lanes } from "./book-hash.ts";
import type { Level } from "./levels.ts";
import type { LimitOrder } from "./order.ts";
import { NO_SLOT } from "./slot-index.ts";

const FIRST_ROOM = 64;

/**
 * The orders that rest, each in a slot, and the lines in which they wait. A line's links are the slots of the older and
 * the newer neighbour, so that an order that is cancelled leaves from the middle of its line at the same cost as from
 * its ends. They are numbers in typed arrays, and slots are used again: a book of 100,000 orders gives the garbage
 * collector nothing to move but the orders themselves.
 */
export class Resting {
  readonly #orders: (LimitOrder | null)[] = [];
  readonly #levels: (Level | null)[] = [];
  /** What is left of each. */
  #gpus = new Float64Array(FIRST_ROOM);
  #older = new Int32Array(FIRST_ROOM);
  /** Of a free slot, the next free one. */
  #newer = new Int32Array(FIRST_ROOM);
  #high = new Int32Array(FIRST_ROOM);
  #low = new Int32Array(FIRST_ROOM);
  #free = NO_SLOT;

  orderOf(slot: number): LimitOrder {
    const order = this.#orders[slot] ?? null;
    assert(order !== null, "an order rests in the slot");
    return order;
  }

  levelOf(slot: number): Level {
    const level = this.#levels[slot] ?? null;
    assert(level !== null, "an order rests at a level");
    return level;
  }

  gpusOf(slot: number): Gpus {
    return (this.#gpus[slot] ?? NO_GPUS) as Gpus;
  }

  newerOf(slot: number): number {
    return this.#newer[slot] ?? NO_SLOT;
  }

  addTo(hash: BookHash, slot: number): void {
    hash.add(this.#high[slot] ?? 0, this.#low[slot] ?? 0, this.gpusOf(slot));
  }

  removeFrom(hash: BookHash, slot: number): void {
    hash.remove(this.#high[slot] ?? 0, this.#low[slot] ?? 0, this.gpusOf(slot));
  }

  /** At the end of the level's line. @returns its slot */
  join(order: LimitOrder, level: Level, left: Gpus, { high, low }: Lanes): number {
    const slot = this.#take();
    this.#orders[slot] = order;
    this.#levels[slot] = level;
    this.#gpus[slot] = left;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#older[slot] = level.last;
    this.#newer[slot] = NO_SLOT;
    if (level.last === NO_SLOT) level.first = slot;
    else this.#newer[level.last] = slot;
    level.last = slot;
    level.gpus = addGpus(level.gpus, left);
    return slot;
  }

  leave(slot: number): void {
    const level = this.levelOf(slot);
    const older = this.#older[slot] ?? NO_SLOT;
    const newer = this.newerOf(slot);
    if (older === NO_SLOT) level.first = newer;
    else this.#newer[older] = newer;
    if (newer === NO_SLOT) level.last = older;
    else this.#older[newer] = older;
    level.gpus = subGpus(level.gpus, this.gpusOf(slot));
    this.#orders[slot] = null;
    this.#levels[slot] = null;
    this.#newer[slot] = this.#free;
    this.#free = slot;
  }

  /** Some of its GPUs are gone; it keeps its place. */
  shrink(slot: number, taken: Gpus): void {
    this.#gpus[slot] = subGpus(this.gpusOf(slot), taken);
    const level = this.levelOf(slot);
    level.gpus = subGpus(level.gpus, taken);
  }

  #take(): number {
    const slot = this.#free;
    if (slot !== NO_SLOT) {
      this.#free = this.newerOf(slot);
      return slot;
    }
    const next = this.#orders.length;
    if (next === this.#gpus.length) this.#grow(2 * next);
    this.#orders.push(null);
    this.#levels.push(null);
    return next;
  }

  #grow(room: number): void {
    const gpus = new Float64Array(room);
    gpus.set(this.#gpus);
    this.#gpus = gpus;
    this.#older = grown(this.#older, room);
    this.#newer = grown(this.#newer, room);
    this.#high = grown(this.#high, room);
    this.#low = grown(this.#low, room);
  }
}

function grown(numbers: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(room);
  more.set(numbers);
  return more;
}
