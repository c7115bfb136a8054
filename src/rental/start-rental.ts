import type { Contract } from "../contracts/contract.ts";
import { nextMinute } from "../market/candidates.ts";
import { refusalOf } from "../market/decide-order.ts";
import type { Match, NoMatch } from "../market/match.ts";
import { findMatch } from "../market/match.ts";
import type { Order } from "../market/order.ts";
import { fixedTo } from "../market/order.ts";
import type { MarketState } from "../market/state.ts";
import type { Ask } from "../market/supply.ts";
import { Supply } from "../market/supply.ts";
import type { EpochMs } from "../units.ts";
import { isFirm, MINUTE_MS, notice } from "../units.ts";
import type { Customers, RentalCommand, RentalDecision, RentalOrder } from "./commands.ts";
import { horizonOf, rentalOrder, shortSale } from "./rented.ts";
import type { Rental, RentalState } from "./state.ts";

type StartRental = Extract<RentalCommand, { type: "start_rental" }>;

/** The first minutes of a rental, from the cheapest rung that has all of it. */
export function decideStart(
  market: MarketState,
  state: RentalState,
  customers: Customers,
  { rental: asked, now }: StartRental,
): RentalDecision {
  const order = firstOrder(asked, now);
  const refusal = refusalOf(market, order, now);
  if (refusal !== null) return { refusal };
  if (state.rentals.has(asked.id)) return { refusal: "rental_id_repeated" };
  if (isFirm(asked.noticeAtLeast)) return { refusal: "notice_not_rentable" };
  if (asked.budget !== null && asked.budget <= 0n) return { refusal: "budget_not_positive" };
  const match = matchRental(market, order, now);
  if (typeof match === "string") return { refusal: match };
  if (asked.budget !== null && match.cost > asked.budget) return { refusal: "budget_too_small" };
  // Asked already for its first minute; it is committed for as long as its notice.
  const { account, gpus } = asked;
  if (!customers.mayHold(account, gpus, match.window)) return { refusal: "gpu_limit_reached" };
  const sale = shortSale(market, order, match);
  customers.hear(sale);
  const rental = rentalOf(asked, sale.contract, match, now);
  return { events: [sale, { type: "rental_started", rental }] };
}

/** As it is checked: the minute that comes next, whatever the notice will be. */
export function firstOrder(asked: RentalOrder, now: EpochMs): Order {
  const { maxPrice: limit, budget: _, ...rest } = asked;
  return rentalOrder({ ...rest, limit, start: nextMinute(now), duration: MINUTE_MS });
}

function rentalOf(
  { id, account, sku, gpus, fabric, maxPrice, budget }: RentalOrder,
  contract: Contract,
  { cost, window }: Match,
  now: EpochMs,
): Rental {
  return {
    id,
    account,
    sku,
    pool: contract.pool,
    notice: contract.promise.notice,
    gpus,
    fabric,
    maxPrice,
    budget,
    committed: cost,
    started: now,
    contract: contract.id,
    until: window.end,
    ending: null,
  };
}

/** Each lifts one more condition, as `whyNot` does for orders. */
const LIFTS: readonly (readonly [NoMatch, (order: Order, asks: readonly Ask[]) => Order])[] = [
  ["not_enough_in_one_fabric", (order) => ({ ...order, fabric: "any" })],
  ["not_enough_gpus", (order) => ({ ...order, fill: "partial" })],
  [
    "no_supply_at_this_price",
    (order, asks) => ({ ...order, limit: asks.at(-1)?.price ?? order.limit }),
  ],
  ["no_supply_at_this_notice", (order) => ({ ...order, noticeAtLeast: notice(0) })],
];

function matchRental(market: MarketState, order: Order, now: EpochMs): Match | NoMatch {
  const all = market.supplies.get(order.sku)?.asks ?? [];
  const rungs = all.filter(({ source, notice }) => source.kind === "rung" && !isFirm(notice));
  const found = cheapest(order, rungs, now);
  if (found !== null) return found;
  let lifted = order;
  for (const [reason, lift] of LIFTS) {
    lifted = lift(lifted, rungs);
    if (cheapest(lifted, rungs, now) !== null) return reason;
  }
  return "no_supply";
}

/** From each rung it takes what that rung's notice commits it to; the asks are sorted by price. */
function cheapest(order: Order, rungs: readonly Ask[], now: EpochMs): Match | null {
  for (const ask of rungs) {
    const window = { start: nextMinute(now), end: horizonOf(now, ask.notice) };
    const match = findMatch(fixedTo(order, window), new Supply([ask]), now);
    if (match !== null) return match;
  }
  return null;
}
