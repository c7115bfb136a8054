import type { Desk } from "../journal/turn.ts";
import type { Order } from "../market/order.ts";

/** More than a book holds in practice; what is not tried now is tried at the next reading. */
const MOST_TRIED = 2_000;

/** Standing orders try again after the supply has changed, best price first. */
export function rematch(desk: Desk): void {
  const { market } = desk.state;
  const waiting: Order[] = [];
  for (const order of market.book.buys()) {
    if (waiting.length === MOST_TRIED) break;
    waiting.push(order);
  }
  // Without a match an order stays where it is: its refusal is no news.
  for (const { id } of waiting) desk.do({ type: "match_order", order: id, now: market.now });
}
