import { heldInAll } from "../contracts/contract.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { add, EMPTY, minOver, rectangle, subtract } from "../schedule/schedule.ts";
import type { EpochMs, Gpus } from "../units.ts";
import { earliest, subGpus } from "../units.ts";
import type { OrderRefusal } from "./check-order.ts";
import { checkOrder } from "./check-order.ts";
import type { Decision, MarketCommand } from "./commands.ts";
import { refuse } from "./commands.ts";
import type { MarketEvent } from "./events.ts";
import { fillEvents } from "./fill-events.ts";
import { listedWindow } from "./listing-ask.ts";
import type { Match } from "./match.ts";
import { matchBuy } from "./match.ts";
import type { Order } from "./order.ts";
import type { MarketState } from "./state.ts";
import { findContract, supplyFor } from "./state.ts";

/** Of one contract at a time: every buyer's match looks at each. */
const MOST_LISTINGS = 100;

/** A new order: refused, filled, rested in the book, or filled in part and rested. */
export function decidePlacement(
  state: MarketState,
  { order, now, replaces }: Extract<MarketCommand, { type: "place_order" }>,
): Decision {
  const refusal = refusalOf(state, order, now);
  if (refusal !== null) return refuse(refusal);
  return order.side === "sell"
    ? decideListing(state, order, replaces)
    : decideBuy(state, order, now);
}

/** Why an order is refused, whatever is for sale. */
export function refusalOf(
  state: MarketState,
  order: Order,
  now: EpochMs,
): OrderRefusal | "order_id_repeated" | null {
  const knows = (sku: string): boolean => state.supplies.has(sku);
  const refusal = checkOrder(order, { now, lot: lotOf(state, order.sku), knows });
  if (refusal !== null) return refusal;
  return state.book.get(order.id) === undefined ? null : "order_id_repeated";
}

/** A standing buy order tries again, after the supply has changed. */
export function decideMatch(state: MarketState, id: string, now: EpochMs): Decision {
  const order = state.book.get(id);
  if (order === undefined || order.side !== "buy") return refuse("order_unknown");
  const match = matchBuy(order, supplyFor(state, order.sku, order.account), now);
  if (typeof match === "string") return refuse(match);
  return { events: [...fillEvents(state, order, match), ...restOfStanding(order, match)] };
}

function decideBuy(state: MarketState, order: Order, now: EpochMs): Decision {
  const match = matchBuy(order, supplyFor(state, order.sku, order.account), now);
  const standing = order.lifetime === "standing";
  if (typeof match === "string") {
    return standing ? { events: [{ type: "order_rested", order }] } : refuse(match);
  }
  const events = fillEvents(state, order, match);
  const rest = subGpus(order.gpus, match.gpus);
  if (standing && rest > 0) events.push({ type: "order_rested", order: { ...order, gpus: rest } });
  return { events };
}

/** Nothing is left to sell when the listed time is over: the listing leaves the book by then. */
function decideListing(state: MarketState, order: Order, replaces?: string): Decision {
  if (order.lifetime !== "standing") return refuse("sell_not_standing");
  const found = findContract(state, order.contract ?? "");
  const isTheirs = found?.contract.holder === order.account && found.pool.config.sku === order.sku;
  if (!isTheirs) return refuse("contract_unknown");
  const others = listingsOf(state, order, replaces);
  if (others.length >= MOST_LISTINGS) return refuse("too_many_listings");
  const listed = listedWindow(order);
  const free = subtract(heldInAll(found.contract), sumOf(others));
  if (minOver(free, listed) < order.gpus) return refuse("contract_holds_less");
  const expires = earliest(order.expires ?? listed.end, listed.end);
  return { events: [{ type: "order_rested", order: { ...order, expires } }] };
}

/** Of an order's contract, but for the listing that it replaces. */
function listingsOf(state: MarketState, order: Order, replaces?: string): Order[] {
  const found: Order[] = [];
  for (const { source } of state.listingsOf.get(order.account) ?? []) {
    if (source.kind !== "listing" || source.contract !== order.contract) continue;
    const listing = source.order === replaces ? undefined : state.book.get(source.order);
    if (listing !== undefined) found.push(listing);
  }
  return found;
}

function sumOf(listings: readonly Order[]): Schedule {
  return listings.reduce(
    (sum, listing) => add(sum, rectangle(listedWindow(listing), listing.gpus)),
    EMPTY,
  );
}

function restOfStanding(order: Order, match: Match): MarketEvent[] {
  const rest = subGpus(order.gpus, match.gpus);
  return rest > 0
    ? [{ type: "order_reduced", order: { ...order, gpus: rest } }]
    : [{ type: "order_left", order: order.id, why: "filled" }];
}

function lotOf(state: MarketState, sku: string): Gpus {
  for (const pool of state.pools.values()) if (pool.config.sku === sku) return pool.policy.lot;
  return 1 as Gpus;
}
