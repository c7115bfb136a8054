import type { Contract, Place } from "../contracts/contract.ts";
import { lastPlaces } from "../contracts/contract.ts";
import type { MarketEvent } from "../market/events.ts";
import { suits } from "../market/fill.ts";
import { hasAll, matchOf } from "../market/match-places.ts";
import type { MarketState } from "../market/state.ts";
import { findContract } from "../market/state.ts";
import type { Ask } from "../market/supply.ts";
import type { EpochMs, MicroUsd, Window } from "../units.ts";
import { addGpus, addMoney, charge, elapsed, gpusOver, NO_GPUS } from "../units.ts";
import type { Customers, RentalDecision, RentalEvent } from "./commands.ts";
import { horizonOf, rentalOrder, shortSale } from "./rented.ts";
import type { Taken } from "./room.ts";
import { beside, take } from "./room.ts";
import type { Rental, RentalEnd, RentalState } from "./state.ts";

type Events = readonly (MarketEvent | RentalEvent)[];

/** What one pass over all rentals reads, and what it has taken so far. */
interface Pass {
  readonly market: MarketState;
  readonly customers: Customers;
  readonly taken: Taken;
  readonly now: EpochMs;
}

/** The next minute of one rental, priced. */
interface NextMinute {
  readonly contract: Contract;
  readonly places: readonly Place[];
  readonly ask: Ask;
  readonly window: Window;
  readonly cost: MicroUsd;
}

/** Every rental that can goes on, who started first goes first; the others end as far as they are committed. */
export function decideRenewals(
  market: MarketState,
  state: RentalState,
  customers: Customers,
  now: EpochMs,
): RentalDecision {
  const pass: Pass = { market, customers, taken: new Map(), now };
  const line = [...state.rentals.values()].toSorted(byStart);
  return { events: [...line.flatMap((rental) => renewal(pass, rental)), ...over(market, state)] };
}

function byStart(a: Rental, b: Rental): number {
  if (a.started !== b.started) return a.started - b.started;
  return a.id < b.id ? -1 : 1;
}

/** Shelves whose contracts have ended. */
function over(market: MarketState, { shelves }: RentalState): RentalEvent[] {
  return [...shelves.values()]
    .filter(({ contract }) => findContract(market, contract) === null)
    .map(({ id }) => ({ type: "shelf_closed", shelf: id, why: "over" }));
}

function renewal(pass: Pass, rental: Rental): Events {
  const { until, ending, id } = rental;
  if (until <= pass.now) {
    return [{ type: "rental_ended", rental: id, why: ending ?? "lapsed", at: until }];
  }
  if (ending !== null || horizonOf(pass.now, rental.notice) <= until) return [];
  const next = nextMinuteOf(pass, rental);
  return typeof next === "string"
    ? [{ type: "rental_ending", rental: id, why: next, until }]
    : bought(pass, rental, next);
}

/** What the rental would buy now, or the first reason why it does not. */
function nextMinuteOf(pass: Pass, rental: Rental): NextMinute | RentalEnd {
  const { market, customers, now } = pass;
  const { account, gpus, notice, until } = rental;
  const contract = findContract(market, rental.contract)?.contract;
  const places = contract === undefined ? [] : lastPlaces(contract);
  const held = places.reduce((sum, place) => addGpus(sum, place.gpus), NO_GPUS);
  if (contract === undefined || held !== gpus) return "taken_back";
  if (!customers.isActive(account)) return "account_closed";
  const offered = market.pools.get(rental.pool)?.asks.get(notice);
  if (offered === undefined) return "supply_gone";
  if (offered.price > rental.maxPrice) return "outbid";
  const window = { start: until, end: horizonOf(now, notice) };
  const amount = gpusOver(gpus, elapsed(window.start, window.end));
  const cost = charge(offered.price, amount, "ceil");
  const total = addMoney(rental.committed, cost);
  if (rental.budget !== null && total > rental.budget) return "budget_reached";
  const ask = beside(offered, pass.taken);
  if (!hasRoom(rental, ask, places, window)) return "supply_gone";
  if (!customers.affords(account, ask.price, amount)) return "credit_gone";
  return { contract, places, ask, window, cost };
}

function hasRoom(rental: Rental, ask: Ask, places: readonly Place[], window: Window): boolean {
  const order = orderFor(rental, window);
  return suits(order, ask, order.duration.max) && hasAll(ask, places, window);
}

function orderFor(rental: Rental, { start, end }: Window) {
  const { id, account, sku, gpus, fabric, notice, maxPrice } = rental;
  const what = { id, account, sku, gpus, fabric, noticeAtLeast: notice, limit: maxPrice };
  return rentalOrder({ ...what, start, duration: elapsed(start, end) });
}

/** Its contract grows while the price stays; at another price it goes on as another contract. */
function bought(pass: Pass, rental: Rental, next: NextMinute): Events {
  const { contract, places, ask, window, cost } = next;
  const event = ask.price === contract.price ? extended(rental, next) : sold(pass, rental, next);
  pass.customers.hear(event);
  take(pass.taken, contract.pool, places, window);
  const renewed: RentalEvent = {
    type: "rental_renewed",
    rental: rental.id,
    contract: event.type === "contract_sold" ? event.contract.id : contract.id,
    until: window.end,
    committed: addMoney(rental.committed, cost),
  };
  return [event, renewed];
}

function extended({ gpus }: Rental, { contract, window }: NextMinute) {
  const { id, pool } = contract;
  return { type: "contract_extended", pool, contract: id, until: window.end, gpus } as const;
}

function sold({ market }: Pass, rental: Rental, { ask, places, window }: NextMinute) {
  return shortSale(market, orderFor(rental, window), matchOf(ask, places, window));
}
