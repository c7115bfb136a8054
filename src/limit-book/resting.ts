import type { Gpus } from "../units.ts";
import { addGpus, assert, subGpus } from "../units.ts";
import type { BookHash, Identity } from "./book-hash.ts";
import type { Level } from "./levels.ts";
import type { LimitOrder } from "./order.ts";
import { NO_SLOT } from "./slot-index.ts";

/** The numbers of a slot lie side by side, in half a line of the processor's cache. */
const WIDTH = 8;
const OLDER = 0;
/** Of a free slot, the next free one. */
const NEWER = 1;
/** What is left of the order. */
const LEFT = 2;
const HIGH = 3;
const LOW = 4;
/** Of the order's id. */
const HASH = 5;
const FIRST_ROOM = 64 * WIDTH;

/** No more GPUs are kept for one order: its slot has 32 bits for them. */
export const MOST_GPUS = 0x7fffffff;

/**
 * The orders that rest, each in a slot, and the lines in which they wait. A line's links are the slots of the older and
 * the newer neighbour, so that an order that is cancelled leaves from the middle of its line at the same cost as from
 * its ends. They are numbers in a typed array, and slots are used again: a book of 100,000 orders gives the garbage
 * collector nothing to move but the orders themselves.
 */
export class Resting {
  readonly #orders: (LimitOrder | null)[] = [];
  /** Beside the orders, so that to know one by its id need not read it. */
  readonly #ids: string[] = [];
  readonly #levels: (Level | null)[] = [];
  #numbers = new Int32Array(FIRST_ROOM);
  #free = NO_SLOT;

  orderOf(slot: number): LimitOrder {
    const order = this.#orders[slot] ?? null;
    assert(order !== null, "an order rests in the slot");
    return order;
  }

  idOf(slot: number): string {
    return this.#ids[slot] ?? "";
  }

  hashOf(slot: number): number {
    return this.#get(slot, HASH);
  }

  levelOf(slot: number): Level {
    const level = this.#levels[slot] ?? null;
    assert(level !== null, "an order rests at a level");
    return level;
  }

  gpusOf(slot: number): Gpus {
    return this.#get(slot, LEFT) as Gpus;
  }

  newerOf(slot: number): number {
    return this.#get(slot, NEWER);
  }

  addTo(hash: BookHash, slot: number): void {
    hash.add(this.#get(slot, HIGH), this.#get(slot, LOW), this.gpusOf(slot));
  }

  removeFrom(hash: BookHash, slot: number): void {
    hash.remove(this.#get(slot, HIGH), this.#get(slot, LOW), this.gpusOf(slot));
  }

  /** At the end of the level's line. @returns its slot */
  join(order: LimitOrder, level: Level, left: Gpus, identity: Identity): number {
    const slot = this.#take();
    this.#orders[slot] = order;
    this.#ids[slot] = order.id;
    this.#levels[slot] = level;
    this.#set(slot, LEFT, left);
    this.#set(slot, HIGH, identity.high);
    this.#set(slot, LOW, identity.low);
    this.#set(slot, HASH, identity.id);
    this.#set(slot, OLDER, level.last);
    this.#set(slot, NEWER, NO_SLOT);
    if (level.last === NO_SLOT) level.first = slot;
    else this.#set(level.last, NEWER, slot);
    level.last = slot;
    level.gpus = addGpus(level.gpus, left);
    return slot;
  }

  leave(slot: number): void {
    const level = this.levelOf(slot);
    const older = this.#get(slot, OLDER);
    const newer = this.#get(slot, NEWER);
    if (older === NO_SLOT) level.first = newer;
    else this.#set(older, NEWER, newer);
    if (newer === NO_SLOT) level.last = older;
    else this.#set(newer, OLDER, older);
    level.gpus = subGpus(level.gpus, this.gpusOf(slot));
    this.#release(slot);
  }

  /** Some of its GPUs are gone; it keeps its place. */
  shrink(slot: number, taken: Gpus): void {
    this.#set(slot, LEFT, this.gpusOf(slot) - taken);
    const level = this.levelOf(slot);
    level.gpus = subGpus(level.gpus, taken);
  }

  #take(): number {
    const slot = this.#free;
    if (slot !== NO_SLOT) {
      this.#free = this.newerOf(slot);
      return slot;
    }
    if (this.#orders.length * WIDTH === this.#numbers.length) this.#grow();
    this.#levels.push(null);
    this.#ids.push("");
    return this.#orders.push(null) - 1;
  }

  #release(slot: number): void {
    this.#orders[slot] = null;
    this.#ids[slot] = "";
    this.#levels[slot] = null;
    this.#set(slot, NEWER, this.#free);
    this.#free = slot;
  }

  #grow(): void {
    const more = new Int32Array(2 * this.#numbers.length);
    more.set(this.#numbers);
    this.#numbers = more;
  }

  #get(slot: number, field: number): number {
    return this.#numbers[slot * WIDTH + field] ?? NO_SLOT;
  }

  #set(slot: number, field: number, value: number): void {
    this.#numbers[slot * WIDTH + field] = value;
  }
}
