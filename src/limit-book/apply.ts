import type { BookEvent } from "./events.ts";
import type { LimitBook } from "./limit-book.ts";
import { otherSide } from "./order.ts";

/** Carries an event out on the book, in place. It cannot fail: `decide` has seen to that. */
export function apply(book: LimitBook, event: BookEvent): void {
  if (event.type === "limit_order_cancelled") {
    book.remove(event.order);
    return;
  }
  const { order, takes, rests } = event;
  for (const { maker, gpus } of takes) book.takeFirst(otherSide(order.side), maker, gpus);
  if (rests > 0) book.rest(order, rests);
}
