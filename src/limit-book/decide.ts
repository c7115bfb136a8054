import type { Gpus } from "../units.ts";
import { minGpus, NO_GPUS, subGpus } from "../units.ts";
import type { BookEvent, Take } from "./events.ts";
import type { Level } from "./levels.ts";
import type { LimitBook } from "./limit-book.ts";
import type { LimitOrder } from "./order.ts";
import { otherSide } from "./order.ts";
import { MOST_GPUS } from "./resting.ts";
import { NO_SLOT } from "./slot-index.ts";

export type BookCommand =
  | { readonly type: "place_limit_order"; readonly order: LimitOrder }
  | { readonly type: "cancel_limit_order"; readonly order: string };

/**
 * Why a command is refused: the first of these that is true.
 * - `place_limit_order`: `gpus_not_positive`; `order_too_large`: fewer than 2^31 GPUs; `limit_missing`: a standing order names
 *   its price; `limit_not_positive`; `limit_too_large`: a price is below 2^53 micro-dollars; `order_id_repeated`: one of
 *   that id rests in the book.
 * - `cancel_limit_order`: `order_unknown`: none of that id rests in the book.
 */
export type BookRefusal =
  | "gpus_not_positive"
  | "order_too_large"
  | "limit_missing"
  | "limit_not_positive"
  | "limit_too_large"
  | "order_id_repeated"
  | "order_unknown";

export type BookDecision = BookEvent | BookRefusal;

const NOTHING: readonly Take[] = [];

/** What follows from a command: one event, or a refusal by name. Nothing is changed; `apply` does that. */
export function decide(book: LimitBook, command: BookCommand): BookDecision {
  return command.type === "place_limit_order"
    ? decidePlacement(book, command.order)
    : decideCancellation(book, command.order);
}

function decidePlacement(book: LimitBook, order: LimitOrder): BookDecision {
  const refusal = refusalOf(book, order);
  if (refusal !== null) return refusal;
  const takes = takesOf(book, order);
  const rests = order.lifetime === "standing" ? leftOf(order, takes) : NO_GPUS;
  return { type: "limit_order_placed", order, takes, rests };
}

function decideCancellation(book: LimitBook, order: string): BookDecision {
  const found = book.get(order);
  if (found === undefined) return "order_unknown";
  return { type: "limit_order_cancelled", order, gpus: found.gpus };
}

function refusalOf(book: LimitBook, order: LimitOrder): BookRefusal | null {
  const { id, limit, gpus, lifetime } = order;
  if (gpus <= 0) return "gpus_not_positive";
  if (gpus > MOST_GPUS) return "order_too_large";
  if (limit === null && lifetime === "standing") return "limit_missing";
  if (limit !== null) {
    const price = Number(limit);
    if (price <= 0) return "limit_not_positive";
    if (price > Number.MAX_SAFE_INTEGER) return "limit_too_large";
  }
  return book.has(id) ? "order_id_repeated" : null;
}

/** From the best price on, at each price from the first in line, until the order is filled or its limit is passed. */
function takesOf(book: LimitBook, order: LimitOrder): readonly Take[] {
  const side = otherSide(order.side);
  const worst = worstRank(order);
  let level = book.best(side);
  if (level === null || level.rank < worst) return NOTHING;
  const takes: Take[] = [];
  let left = order.gpus;
  while (level !== null && level.rank >= worst) {
    left = takeFrom(book, level, order, left, takes);
    if (left === 0) break;
    level = book.worseThan(side, level);
  }
  return takes;
}

/** The rank that a level of the other side must reach. */
function worstRank({ side, limit }: LimitOrder): number {
  if (limit === null) return -Infinity;
  return side === "buy" ? -Number(limit) : Number(limit);
}

function takeFrom(
  book: LimitBook,
  level: Level,
  order: LimitOrder,
  wanted: Gpus,
  takes: Take[],
): Gpus {
  let left = wanted;
  for (let slot = level.first; slot !== NO_SLOT && left > 0; slot = book.after(slot)) {
    const maker = book.orderAt(slot);
    const isOwn = order.ownOrders === "expire" && maker.account === order.account;
    const gpus = isOwn ? book.gpusAt(slot) : minGpus(left, book.gpusAt(slot));
    takes.push({ maker: maker.id, price: level.price, gpus, how: isOwn ? "expired" : "traded" });
    if (!isOwn) left = subGpus(left, gpus);
  }
  return left;
}

function leftOf(order: LimitOrder, takes: readonly Take[]): Gpus {
  let left = order.gpus;
  for (const { how, gpus } of takes) if (how === "traded") left = subGpus(left, gpus);
  return left;
}
