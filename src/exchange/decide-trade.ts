import type { Account } from "../accounts/account.ts";
import { receivableFrom } from "../ledger/chart.ts";
import type { MarketCommand } from "../market/commands.ts";
import { decide as decideMarket } from "../market/decide.ts";
import type { MarketEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import { shelfOf } from "../rental/shelf.ts";
import { rentedAs } from "../rental/state.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { add, EMPTY, maxOver, rectangle } from "../schedule/schedule.ts";
import type { Gpus, Window } from "../units.ts";
import { addGpus, epochMs, gpus, later } from "../units.ts";
import { reachOf } from "./auctions.ts";
import type { AmendOrder, ExchangeDecision, ExchangeEvent, ExchangeRefusal } from "./commands.ts";
import { Settlement } from "./settlement.ts";
import type { ExchangeState } from "./state.ts";

type PlaceOrder = Extract<MarketCommand, { type: "place_order" }>;
type MatchOrder = Extract<MarketCommand, { type: "match_order" }>;

/** A customer's order: whether they may, then whether the market has it, then whether they can pay for it. */
export function decideTrade(state: ExchangeState, { order, now }: PlaceOrder): ExchangeDecision {
  const account = accountOf(state, order);
  if (typeof account === "string") return { refusal: account };
  if (isOnShelf(state, order)) return { refusal: "contract_on_shelf" };
  const decision = decideMarket(state.market, { type: "place_order", order, now });
  if ("refusal" in decision) return decision;
  const placed = { type: "order_placed", order, replaces: null } as const;
  return paidFor(state, account, [placed], decision.events);
}

/** What a shelf offers is not offered a second time. */
function isOnShelf({ rental }: ExchangeState, { side, contract, account }: Order): boolean {
  return side === "sell" && shelfOf(rental, contract ?? "")?.account === account;
}

/**
 * The order that is replaced leaves the book and the other comes, in one decision. A listing is told which one it
 * replaces; a buy order does not see another of its own.
 */
export function decideAmendment(state: ExchangeState, command: AmendOrder): ExchangeDecision {
  const { order, now } = command;
  const before = state.market.book.get(command.replaces);
  if (before === undefined || before.account !== order.account) return { refusal: "order_unknown" };
  if (before.side !== order.side) return { refusal: "side_differs" };
  const account = accountOf(state, order, before);
  if (typeof account === "string") return { refusal: account };
  const placement = { type: "place_order", order, now, replaces: before.id } as const;
  const decision = decideMarket(state.market, placement);
  if ("refusal" in decision) return decision;
  const left = { type: "order_left", order: before.id, why: "cancelled" } as const;
  const placed = { type: "order_placed", order, replaces: before.id } as const;
  return paidFor(state, account, [placed], [left, ...decision.events]);
}

/** What an account may buy, and at what tax, may have changed since it ordered: all is asked again. */
export function decideRematch(state: ExchangeState, command: MatchOrder): ExchangeDecision {
  const order = state.market.book.get(command.order);
  if (order === undefined || order.side !== "buy") return { refusal: "order_unknown" };
  const account = accountOf(state, order, order);
  if (typeof account === "string") return { refusal: account };
  const decision = decideMarket(state.market, command);
  if ("refusal" in decision) return decision;
  return paidFor(state, account, [], decision.events);
}

export function paidFor(
  state: ExchangeState,
  account: Account,
  placed: readonly ExchangeEvent[],
  events: readonly MarketEvent[],
): ExchangeDecision {
  const settlement = new Settlement(state);
  for (const event of events) settlement.hear(event);
  if (settlement.overdraws(account)) return { refusal: "insufficient_credit" };
  const money = settlement.settled();
  return { events: [...placed, ...events, ...(money === null ? [] : [money])] };
}

/** The account, or why it may not place this order. What it holds it may sell, whatever it may buy. */
export function accountOf(
  state: ExchangeState,
  order: Order,
  replaced: Order | null = null,
): Account | ExchangeRefusal {
  const account = state.accounts.accounts.get(order.account);
  if (account === undefined) return "account_unknown";
  const refusal = whyNoTrader(state, account, order);
  if (refusal !== null) return refusal;
  const isOver = order.side === "buy" && isOverLimit(state, account, order, replaced);
  return isOver ? "gpu_limit_reached" : account;
}

/** Why an account may not trade this, however much it holds; null: it may. */
export function whyNoTrader(
  state: ExchangeState,
  { id, status, accepted, skus }: Account,
  order: Order,
): ExchangeRefusal | null {
  if (status === "closed") return "account_closed";
  const terms = state.accounts.terms.get("required");
  if (terms !== undefined && accepted?.version !== terms) return "terms_not_accepted";
  if (order.side === "sell") {
    const isRented = rentedAs(state.rental, order.contract ?? "")?.account === id;
    return isRented ? "contract_rented" : null;
  }
  if (state.ledger.balance(receivableFrom(id)) > 0n) return "payment_owed";
  return skus !== null && !skus.includes(order.sku) ? "sku_not_allowed" : null;
}

/** Counts all that the account holds at any time within the order's reach, and all that it has ordered. */
function isOverLimit(
  state: ExchangeState,
  { id, maxGpus }: Account,
  order: Order,
  replaced: Order | null,
): boolean {
  if (maxGpus === null) return false;
  const { start, duration } = order;
  const end = start.latest + duration.max;
  // An order of no time, or of one beyond arithmetic, is the market's to refuse.
  if (start.earliest >= end || !Number.isSafeInteger(end)) return false;
  const reach = { start: start.earliest, end: epochMs(end) };
  return addGpus(order.gpus, claimed(state, id, reach, replaced)) > maxGpus;
}

export function claimed(
  state: ExchangeState,
  id: string,
  reach: Window,
  replaced: Order | null,
): Gpus {
  return gpus(maxOver(claimOf(state, id, replaced), reach));
}

/** All that the account holds, and all that it has ordered: wherever in its range an order may come to lie. */
export function claimOf(state: ExchangeState, id: string, replaced: Order | null): Schedule {
  let held = EMPTY;
  for (const deal of state.deals.of(id)) held = add(held, deal.held);
  for (const order of state.market.book.buys()) {
    if (order.account !== id || order.id === replaced?.id) continue;
    const { start, duration } = order;
    const window = { start: start.earliest, end: later(start.latest, duration.max) };
    held = add(held, rectangle(window, order.gpus));
  }
  for (const { order } of state.auctions.orders.values()) {
    if (order.account === id) held = add(held, rectangle(reachOf(order), order.gpus));
  }
  return held;
}
