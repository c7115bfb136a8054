import { nextMinute } from "../market/candidates.ts";
import { refusalOf } from "../market/decide-order.ts";
import type { Order } from "../market/order.ts";
import type { MarketState } from "../market/state.ts";
import type { EpochMs, Ppm } from "../units.ts";
import { assert, MINUTE_MS, notice } from "../units.ts";
import { decideClearing } from "./clear-spot.ts";
import type { Customers, RentalCommand, RentalDecision } from "./commands.ts";
import { MOST_BIDS_OF_ONE } from "./commands.ts";
import { decideRenewals } from "./renew-rentals.ts";
import { rentalOrder } from "./rented.ts";
import { decideShelf, decideSlice } from "./shelf.ts";
import { decideStart } from "./start-rental.ts";
import type { RentalState } from "./state.ts";

export interface RentalContext {
  readonly market: MarketState;
  readonly rental: RentalState;
  readonly customers: Customers;
  /** The market's share of what a shelf's holder receives. */
  readonly resaleFee: Ppm;
}

/** What follows from a command about rentals: events of the market and of rentals, or a refusal by name. */
export function decideRental(context: RentalContext, command: RentalCommand): RentalDecision {
  const { market, rental, customers } = context;
  assert(command.now === market.now, "time is advanced before anything else is decided");
  switch (command.type) {
    case "start_rental":
      return decideStart(market, rental, customers, command);
    case "stop_rental":
      return decideStop(rental, command);
    case "renew_rentals":
      return decideRenewals(market, rental, customers, command.now);
    case "place_bid":
      return decideBid(market, rental, command);
    case "withdraw_bid":
      return decideWithdrawal(rental, command);
    case "clear_spot":
      return decideClearing(market, rental, customers, command);
    case "open_shelf":
      return decideShelf(market, rental, customers, command);
    case "close_shelf":
      return decideClosing(rental, command);
    case "rent_slice":
      break;
  }
  return decideSlice(market, rental, customers, { ...command, feeRate: context.resaleFee });
}

type Of<Type extends RentalCommand["type"]> = Extract<RentalCommand, { type: Type }>;

/** It is committed until its notice is over, and pays until then. */
function decideStop(
  state: RentalState,
  { rental: id, account }: Of<"stop_rental">,
): RentalDecision {
  const rental = state.rentals.get(id);
  if (rental?.account !== account) return { refusal: "rental_unknown" };
  if (rental.ending !== null) return { refusal: "rental_already_ending" };
  const { until } = rental;
  return { events: [{ type: "rental_ending", rental: id, why: "stopped", until }] };
}

/** It stands in line from the next clearing on, and holds no credit until it wins. */
function decideBid(
  market: MarketState,
  state: RentalState,
  { bid, now }: Of<"place_bid">,
): RentalDecision {
  const order = bidOrder(market, bid, now);
  if (order === null) return { refusal: "pool_unknown" };
  const refusal = refusalOf(market, order, now);
  if (refusal !== null) return { refusal };
  if (state.bids.has(bid.id)) return { refusal: "bid_id_repeated" };
  const own = [...state.bids.values()].filter(({ account }) => account === bid.account);
  if (own.length >= MOST_BIDS_OF_ONE) return { refusal: "too_many_bids" };
  const placed = { ...bid, placed: now, contract: null, until: null };
  return { events: [{ type: "bid_placed", bid: placed }] };
}

/** A bid as it is checked: its next minute. Null: of no pool. */
export function bidOrder(
  market: MarketState,
  { id, account, pool, gpus, limit }: Of<"place_bid">["bid"],
  now: EpochMs,
): Order | null {
  const sku = market.pools.get(pool)?.config.sku;
  if (sku === undefined) return null;
  const what = { id, account, sku, gpus, limit, fabric: "any", noticeAtLeast: notice(0) } as const;
  return rentalOrder({ ...what, start: nextMinute(now), duration: MINUTE_MS });
}

/** The interval that it has, it keeps and pays for. */
function decideWithdrawal(
  state: RentalState,
  { bid: id, account, now }: Of<"withdraw_bid">,
): RentalDecision {
  if (state.bids.get(id)?.account !== account) return { refusal: "bid_unknown" };
  return { events: [{ type: "bid_withdrawn", bid: id, at: now }] };
}

/** What was sold of it stays sold. */
function decideClosing(
  state: RentalState,
  { shelf: id, account }: Of<"close_shelf">,
): RentalDecision {
  if (state.shelves.get(id)?.account !== account) return { refusal: "shelf_unknown" };
  return { events: [{ type: "shelf_closed", shelf: id, why: "closed" }] };
}
