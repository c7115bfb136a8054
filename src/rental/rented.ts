import type { MarketEvent } from "../market/events.ts";
import { fillEvents } from "../market/fill-events.ts";
import type { Match } from "../market/match.ts";
import type { Order } from "../market/order.ts";
import type { MarketState } from "../market/state.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Notice } from "../units.ts";
import { assert, ceilTo, durationMs, floorTo, later, MINUTE_MS } from "../units.ts";

export type RentedSale = Extract<MarketEvent, { type: "contract_sold" }>;

/**
 * Until when a rental is committed: its notice after the end of the next minute. So whoever comes once a minute, on the
 * minute or a little after it, finds its whole notice left, and may let it end.
 */
export function horizonOf(now: EpochMs, notice: Notice): EpochMs {
  const nextEnd = later(floorTo(now, MINUTE_MS), durationMs(2 * MINUTE_MS));
  return ceilTo(later(nextEnd, notice), MINUTE_MS);
}

/** A sale from one rung for some minutes, whose outcome teaches nothing about recalls. */
export function shortSale(state: MarketState, order: Order, match: Match): RentedSale {
  const [sale, ...others] = fillEvents(state, order, match);
  assert(sale?.type === "contract_sold" && others.length === 0, "GPUs are rented from one rung");
  const promise = { ...sale.contract.promise, minimumRun: durationMs(0) };
  return { ...sale, basis: null, contract: { ...sale.contract, promise } };
}

/** What rentals, bids and slices ask for, as an order of one window. */
export function rentalOrder(asked: {
  readonly id: string;
  readonly account: string;
  readonly sku: string;
  readonly gpus: Gpus;
  readonly fabric: "one" | "any";
  readonly noticeAtLeast: Notice;
  readonly limit: MicroUsdPerGpuHour;
  readonly start: EpochMs;
  readonly duration: DurationMs;
}): Order {
  const { start, duration, ...rest } = asked;
  return {
    ...rest,
    side: "buy",
    start: { earliest: start, latest: start },
    duration: { min: duration, max: duration },
    fill: "all-or-none",
    lifetime: "immediate",
    expires: null,
    contract: null,
  };
}
