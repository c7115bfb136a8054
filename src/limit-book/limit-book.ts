import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert } from "../units.ts";
import { BookHash, identityOf } from "./book-hash.ts";
import type { Level } from "./levels.ts";
import { Levels } from "./levels.ts";
import type { LimitOrder, Side } from "./order.ts";
import { Resting } from "./resting.ts";
import { NO_SLOT, SlotIndex } from "./slot-index.ts";

/** What stands on one side at one price. */
export interface Depth {
  readonly price: MicroUsdPerGpuHour;
  readonly gpus: Gpus;
}

/** An order as it was placed, and what is left of it. */
export interface Standing {
  readonly order: LimitOrder;
  readonly gpus: Gpus;
}

/**
 * The orders that rest, by price and then by arrival. Whether an order may rest and what it takes is `decide`'s; only
 * `apply` changes the book.
 */
export class LimitBook {
  readonly #resting = new Resting();
  readonly #slots = new SlotIndex((slot) => this.#resting.orderOf(slot).id);
  readonly #buys = new Levels();
  readonly #sells = new Levels();
  readonly #hash = new BookHash();
  #arrived = 0;

  get size(): number {
    return this.#slots.size;
  }

  has(id: string): boolean {
    return this.#slots.find(id) !== NO_SLOT;
  }

  get(id: string): Standing | undefined {
    const slot = this.#slots.find(id);
    return slot === NO_SLOT ? undefined : { order: this.orderAt(slot), gpus: this.gpusAt(slot) };
  }

  /** Where the orders at the side's best price wait; `worse` leads to the next price. */
  best(side: Side): Level | null {
    return side === "buy" ? this.#buys.best : this.#sells.best;
  }

  /** The order of a level's line that is in the slot. */
  orderAt(slot: number): LimitOrder {
    return this.#resting.orderOf(slot);
  }

  /** What is left of the order in the slot. */
  gpusAt(slot: number): Gpus {
    return this.#resting.gpusOf(slot);
  }

  /** The slot of the next order in line; `NO_SLOT` after the last. */
  after(slot: number): number {
    return this.#resting.newerOf(slot);
  }

  /** @param most prices at most, best first */
  depth(side: Side, most = Infinity): Depth[] {
    const found: Depth[] = [];
    for (let level = this.best(side); level !== null && found.length < most; level = level.worse) {
      found.push({ price: level.price, gpus: level.gpus });
    }
    return found;
  }

  /** Of all that rests, and how many have come to rest: equal books have equal hashes. */
  hash(): string {
    return `${this.#hash.toString()}-${this.#arrived}`;
  }

  /** At the end of the line of its price. */
  rest(order: LimitOrder, left: Gpus): void {
    const { id, side, limit } = order;
    assert(limit !== null, "an order without a limit does not rest");
    this.#arrived += 1;
    const price = Number(limit);
    const level = this.#side(side).at(side === "buy" ? price : -price, limit);
    const identity = identityOf(order, price, this.#arrived);
    const slot = this.#resting.join(order, level, left, identity);
    this.#slots.add(id, slot);
    this.#resting.addTo(this.#hash, slot);
  }

  /** Takes the order out. */
  remove(id: string): void {
    const slot = this.#slots.find(id);
    assert(slot !== NO_SLOT, `order ${id} rests in the book`);
    this.#drop(slot, this.orderAt(slot));
  }

  /** Takes GPUs of the first order in line at the side's best price. */
  takeFirst(side: Side, id: string, gpus: Gpus): void {
    const slot = this.best(side)?.first ?? NO_SLOT;
    const order = this.orderAt(slot);
    const left = this.gpusAt(slot);
    assert(order.id === id, `order ${id} is the first in line`);
    assert(gpus > 0 && gpus <= left, "no more is taken than there is");
    if (gpus === left) this.#drop(slot, order);
    else this.#shrink(slot, gpus);
  }

  #shrink(slot: number, taken: Gpus): void {
    this.#resting.removeFrom(this.#hash, slot);
    this.#resting.shrink(slot, taken);
    this.#resting.addTo(this.#hash, slot);
  }

  #drop(slot: number, { id, side }: LimitOrder): void {
    const level = this.#resting.levelOf(slot);
    this.#slots.remove(id);
    this.#resting.removeFrom(this.#hash, slot);
    this.#resting.leave(slot);
    if (level.first === NO_SLOT) this.#side(side).remove(level);
  }

  #side(side: Side): Levels {
    return side === "buy" ? this.#buys : this.#sells;
  }
}
