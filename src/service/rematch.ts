import type { Desk } from "../journal/turn.ts";
import type { Order } from "../market/order.ts";

/** Orders of one SKU that are tried in one turn; it bounds how long others wait for theirs. */
export const MOST_TRIED = 2_000;

/**
 * Standing orders for a SKU try again after its supply has changed, best price first: so many in a turn. The next turn goes
 * on behind them, and after the last begins again with the best.
 * @param last the order that was tried last, as it was then; null: begin with the best
 * @returns the same for the next turn
 */
export function rematch(desk: Desk, sku: string, last: Order | null): Order | null {
  const { book, now } = desk.state.market;
  const line = [...book.buys()].filter((order) => order.sku === sku);
  const from = last === null ? 0 : placeBehind(line, last);
  const tried = line.slice(from, from + MOST_TRIED);
  // Without a match an order stays where it is: its refusal is no news.
  for (const { id } of tried) desk.do({ type: "match_order", order: id, now });
  return from + MOST_TRIED < line.length ? (tried.at(-1) ?? null) : null;
}

/** Where the line goes on; where the order has left it, at what is bid less than it. 0: nothing is behind it. */
function placeBehind(line: readonly Order[], last: Order): number {
  const place = line.findIndex(({ id }) => id === last.id) + 1;
  const from = place > 0 ? place : line.findIndex(({ limit }) => limit < last.limit);
  return from < line.length ? Math.max(0, from) : 0;
}
