import type { Gpus } from "../units.ts";
import { addGpus, gpus, minGpus, NO_GPUS, subGpus } from "../units.ts";
import { BookHash, hashOfText, identityOf } from "./book-hash.ts";
import type { BookCommand, BookDecision } from "./decide.ts";
import type { Take } from "./events.ts";
import type { Depth } from "./limit-book.ts";
import type { LimitOrder, Side } from "./order.ts";

interface Waiting {
  readonly order: LimitOrder;
  readonly arrival: number;
  left: Gpus;
}

/** The oracle: a list that is searched and sorted anew for each question. It checks no command; those are `decide`'s. */
export class NaiveBook {
  #waiting: Waiting[] = [];
  #arrived = 0;

  get size(): number {
    return this.#waiting.length;
  }

  has(id: string): boolean {
    return this.#waiting.some(({ order }) => order.id === id);
  }

  carryOut(command: BookCommand): BookDecision {
    return command.type === "place_limit_order"
      ? this.#place(command.order)
      : this.#cancel(command.order);
  }

  depth(side: Side): Depth[] {
    const found = new Map<bigint, Depth>();
    for (const { order, left } of this.#inOrder(side)) {
      const price = order.limit;
      if (price === null) continue;
      const gpus = addGpus(found.get(price)?.gpus ?? NO_GPUS, left);
      found.set(price, { price, gpus });
    }
    return [...found.values()];
  }

  hash(): string {
    const hash = new BookHash();
    for (const { order, arrival, left } of this.#waiting) {
      const { high, low } = identityOf(order, hashOfText(order.id), Number(order.limit), arrival);
      hash.add(high, low, left);
    }
    return `${hash.toString()}-${this.#arrived}`;
  }

  #place(order: LimitOrder): BookDecision {
    const takes: Take[] = [];
    let left = order.gpus;
    for (const maker of this.#inOrder(order.side === "buy" ? "sell" : "buy")) {
      const price = maker.order.limit;
      if (left === 0 || price === null || !suits(order, price)) continue;
      const isOwn = order.ownOrders === "expire" && order.account === maker.order.account;
      const taken = isOwn ? maker.left : minGpus(left, maker.left);
      const how = isOwn ? "expired" : "traded";
      takes.push({ maker: maker.order.id, price, gpus: taken, how });
      maker.left = subGpus(maker.left, taken);
      if (!isOwn) left = subGpus(left, taken);
    }
    this.#waiting = this.#waiting.filter(({ left }) => left > 0);
    const rests = order.lifetime === "standing" ? left : gpus(0);
    if (rests > 0) {
      this.#arrived += 1;
      this.#waiting.push({ order, arrival: this.#arrived, left: rests });
    }
    return { type: "limit_order_placed", order, takes, rests };
  }

  #cancel(id: string): BookDecision {
    const found = this.#waiting.find(({ order }) => order.id === id);
    if (found === undefined) return "order_unknown";
    this.#waiting = this.#waiting.filter((waiting) => waiting !== found);
    return { type: "limit_order_cancelled", order: id, gpus: found.left };
  }

  #inOrder(side: Side): Waiting[] {
    const sign = side === "buy" ? -1 : 1;
    return this.#waiting
      .filter(({ order }) => order.side === side)
      .toSorted(
        (a, b) => sign * (Number(a.order.limit) - Number(b.order.limit)) || a.arrival - b.arrival,
      );
  }
}

function suits({ side, limit }: LimitOrder, price: bigint): boolean {
  return limit === null || (side === "buy" ? price <= limit : price >= limit);
}
