import type { EpochMs } from "../units.ts";
import { assert } from "../units.ts";
import type { Order } from "./order.ts";
import { SortedSet } from "./sorted-set.ts";

/** A standing order with its place in line. */
interface Resting {
  order: Order;
  readonly sequence: number;
  readonly expires: EpochMs;
}

function byArrival(a: Resting, b: Resting): number {
  return a.sequence - b.sequence;
}

function dearestFirst(a: Resting, b: Resting): number {
  if (a.order.limit !== b.order.limit) return a.order.limit > b.order.limit ? -1 : 1;
  return byArrival(a, b);
}

function cheapestFirst(a: Resting, b: Resting): number {
  if (a.order.limit !== b.order.limit) return a.order.limit < b.order.limit ? -1 : 1;
  return byArrival(a, b);
}

function byExpiry(a: Resting, b: Resting): number {
  return a.expires - b.expires || byArrival(a, b);
}

/**
 * The standing orders. An order rests from its arrival until it is removed: filled, cancelled or expired.
 *
 * Priority is by price, then by arrival: the buyer with the highest limit first, the seller with the
 * lowest first. An order that is reduced keeps its place; to change anything else is to arrive anew.
 * Each change costs the logarithm of the number of orders.
 */
export class Book {
  readonly #resting = new Map<string, Resting>();
  readonly #buys = new SortedSet<Resting>(dearestFirst);
  readonly #sells = new SortedSet<Resting>(cheapestFirst);
  readonly #byExpiry = new SortedSet<Resting>(byExpiry);
  #arrived = 0;

  get size(): number {
    return this.#resting.size;
  }

  get(id: string): Order | undefined {
    return this.#resting.get(id)?.order;
  }

  insert(order: Order): void {
    const { id, expires } = order;
    assert(order.lifetime === "standing", "only a standing order rests in the book");
    assert(expires !== null, "a standing order expires");
    assert(!this.#resting.has(id), `order ${id} does not rest in the book yet`);
    this.#arrived += 1;
    const resting = { order, sequence: this.#arrived, expires };
    this.#resting.set(id, resting);
    this.#sideOf(order).add(resting);
    this.#byExpiry.add(resting);
  }

  /** Puts the order, with fewer GPUs than before and otherwise the same, in the old one's place. */
  reduce(order: Order): void {
    const resting = this.#resting.get(order.id);
    assert(resting !== undefined, `order ${order.id} rests in the book`);
    const { side, limit, gpus } = resting.order;
    assert(
      order.side === side && order.limit === limit && order.expires === resting.expires,
      "an order that is reduced keeps its side, limit and expiry",
    );
    assert(order.gpus > 0 && order.gpus < gpus, "an order that is reduced keeps some of its GPUs");
    resting.order = order;
  }

  /** Takes the order out and returns it. */
  remove(id: string): Order {
    const resting = this.#resting.get(id);
    assert(resting !== undefined, `order ${id} rests in the book`);
    this.#resting.delete(id);
    this.#sideOf(resting.order).delete(resting);
    this.#byExpiry.delete(resting);
    return resting.order;
  }

  /** The orders that have expired by `now` (`expires ≤ now`), in the order in which they did. */
  expired(now: EpochMs): Order[] {
    const due: Order[] = [];
    for (const { order, expires } of this.#byExpiry.values()) {
      if (expires > now) break;
      due.push(order);
    }
    return due;
  }

  /** All of them, in the order in which they arrived. */
  arrived(): Order[] {
    return [...this.#resting.values()].map(({ order }) => order);
  }

  /** Buy orders, best first. The book must not change until the caller is done. */
  buys(): Iterable<Order> {
    return ordersOf(this.#buys);
  }

  /** Sell orders, best first. The book must not change until the caller is done. */
  sells(): Iterable<Order> {
    return ordersOf(this.#sells);
  }

  #sideOf(order: Order): SortedSet<Resting> {
    return order.side === "buy" ? this.#buys : this.#sells;
  }
}

function* ordersOf(side: SortedSet<Resting>): Generator<Order, void, undefined> {
  for (const { order } of side.values()) yield order;
}
