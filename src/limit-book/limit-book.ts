import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert } from "../units.ts";
import { BookHash, hashOfText, identityOf } from "./book-hash.ts";
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
  readonly #slots = new SlotIndex((slot) => this.#resting.idOf(slot));
  readonly #buys = new Levels();
  readonly #sells = new Levels();
  readonly #hash = new BookHash();
  #arrived = 0;
  /** The id that was asked for last, and its hash: `decide` and `apply` ask for the same one in turn. */
  #lastId = "";
  #lastHash = hashOfText("");

  get size(): number {
    return this.#slots.size;
  }

  has(id: string): boolean {
    return this.#slotOf(id) !== NO_SLOT;
  }

  get(id: string): Standing | undefined {
    const slot = this.#slotOf(id);
    return slot === NO_SLOT ? undefined : { order: this.orderAt(slot), gpus: this.gpusAt(slot) };
  }

  /** Where the orders at the side's best price wait. */
  best(side: Side): Level | null {
    return this.#side(side).best;
  }

  /** Where those wait whose price is the next best after this level's. */
  worseThan(side: Side, level: Level): Level | null {
    return this.#side(side).worseThan(level);
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
    let level = this.best(side);
    while (level !== null && found.length < most) {
      found.push({ price: level.price, gpus: level.gpus });
      level = this.worseThan(side, level);
    }
    return found;
  }

  /** Of all that rests, and how many have come to rest: equal books have equal hashes. */
  hash(): string {
    return `${this.#hash.toString()}-${this.#arrived}`;
  }

  /** At the end of the line of its price. */
  rest(order: LimitOrder, left: Gpus): void {
    const { side, limit } = order;
    assert(limit !== null, "an order without a limit does not rest");
    this.#arrived += 1;
    const price = Number(limit);
    const level = this.#side(side).at(side === "buy" ? price : -price, limit);
    const identity = identityOf(order, this.#hashOf(order.id), price, this.#arrived);
    const slot = this.#resting.join(order, level, left, identity);
    this.#slots.add(slot, identity.id);
    this.#resting.addTo(this.#hash, slot);
  }

  /** Takes the order out. */
  remove(id: string): void {
    const slot = this.#slotOf(id);
    assert(slot !== NO_SLOT, `order ${id} rests in the book`);
    this.#drop(slot);
  }

  /** Takes GPUs of the first order in line at the side's best price. */
  takeFirst(side: Side, id: string, gpus: Gpus): void {
    const slot = this.best(side)?.first ?? NO_SLOT;
    const left = this.gpusAt(slot);
    assert(this.#resting.idOf(slot) === id, `order ${id} is the first in line`);
    assert(gpus > 0 && gpus <= left, "no more is taken than there is");
    if (gpus === left) this.#drop(slot);
    else this.#shrink(slot, gpus);
  }

  #slotOf(id: string): number {
    return this.#slots.find(id, this.#hashOf(id));
  }

  #hashOf(id: string): number {
    if (id !== this.#lastId) {
      this.#lastId = id;
      this.#lastHash = hashOfText(id);
    }
    return this.#lastHash;
  }

  #shrink(slot: number, taken: Gpus): void {
    this.#resting.removeFrom(this.#hash, slot);
    this.#resting.shrink(slot, taken);
    this.#resting.addTo(this.#hash, slot);
  }

  #drop(slot: number): void {
    const level = this.#resting.levelOf(slot);
    this.#slots.remove(slot, this.#resting.hashOf(slot));
    this.#resting.removeFrom(this.#hash, slot);
    this.#resting.leave(slot);
    if (level.first === NO_SLOT) this.#side(level.rank > 0 ? "buy" : "sell").remove(level);
  }

  #side(side: Side): Levels {
    return side === "buy" ? this.#buys : this.#sells;
  }
}
