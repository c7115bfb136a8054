import type { MarketState } from "../market/state.ts";
import type { Ask } from "../market/supply.ts";
import type { EpochMs, Gpus, Window } from "../units.ts";
import {
  addGpus,
  ceilTo,
  durationMs,
  earlier,
  elapsed,
  floorTo,
  gpusOver,
  isFirm,
  later,
  MINUTE_MS,
  minGpus,
  NO_GPUS,
} from "../units.ts";
import type {
  BidLoss,
  Customers,
  RentalCommand,
  RentalDecision,
  RentalRefusal,
} from "./commands.ts";
import { serve } from "./spot-line.ts";
import type { Interval } from "./spot-places.ts";
import { place } from "./spot-places.ts";
import type { RentalState, SpotBid } from "./state.ts";

type ClearSpot = Extract<RentalCommand, { type: "clear_spot" }>;

/** One price for the pool's next interval; who wins it has a contract for it, who had one and loses keeps its notice. */
export function decideClearing(
  market: MarketState,
  state: RentalState,
  customers: Customers,
  command: ClearSpot,
): RentalDecision {
  const interval = intervalOf(market, state, command);
  if (typeof interval === "string") return { refusal: interval };
  const { pool, ask, window } = interval;
  const bids = [...state.bids.values()].filter((bid) => bid.pool === pool.config.id);
  const room = roomOf(ask, window);
  const barred = (bid: SpotBid, served: readonly SpotBid[]): BidLoss | null =>
    whyBarred(customers, bid, served, window);
  const line = { room, reserve: ask.price, start: window.start, barred };
  const served = serve(bids, line);
  const sales = place(market, interval, served);
  for (const { sale } of sales) customers.hear(sale);
  const clearing = {
    pool: pool.config.id,
    window,
    price: served.price,
    reserve: ask.price,
    room,
    won: sales.map(({ bid, sale }) => ({ bid: bid.id, contract: sale.contract.id })),
    lost: served.lost.map(({ bid, why }) => {
      const isRunning = bid.until !== null && bid.until > command.now;
      return { bid: bid.id, why, until: isRunning ? bid.until : null };
    }),
  };
  return { events: [...sales.map(({ sale }) => sale), { type: "spot_cleared", clearing }] };
}

function intervalOf(
  market: MarketState,
  state: RentalState,
  { pool: id, interval, now }: ClearSpot,
): Interval | RentalRefusal {
  const pool = market.pools.get(id);
  if (pool === undefined) return "pool_unknown";
  if (interval <= 0 || interval % MINUTE_MS !== 0) return "interval_not_whole_minutes";
  const shortest = pool.policy.rungs.at(-1);
  const ask = shortest && pool.asks.get(shortest.notice);
  if (ask === undefined || isFirm(ask.notice)) return "no_supply";
  if (interval > ask.maxDuration) return "interval_too_long";
  const soonest = later(now, ask.notice);
  const start = ceilTo(soonest, interval);
  if (isEarly(soonest, start)) return "too_early";
  const last = state.spot.get(id);
  if (last !== undefined && last.window.end > start) return "already_cleared";
  return { pool, ask, window: { start, end: later(start, interval) } };
}

/**
 * Bids may come until the last minutes in which the notice can still be kept: two, so that a clock that comes once a
 * minute, and sometimes a little late, never misses an interval.
 */
function isEarly(soonest: EpochMs, start: EpochMs): boolean {
  return floorTo(soonest, MINUTE_MS) < earlier(start, durationMs(2 * MINUTE_MS));
}

/** What the rung may sell, and its fabrics have. */
function roomOf(ask: Ask, window: Window): Gpus {
  const there = ask.fabrics.map((fabric) => ask.available(fabric, window));
  return minGpus(ask.availableInAll(window), there.reduce(addGpus, NO_GPUS));
}

/** At its limit it must be able to pay for what it wins, with all that its account has won before it. */
function whyBarred(
  customers: Customers,
  { account, gpus, limit }: SpotBid,
  served: readonly SpotBid[],
  window: Window,
): BidLoss | null {
  const duration = elapsed(window.start, window.end);
  const own = served.filter((bid) => bid.account === account);
  if (!customers.isActive(account)) return "account_closed";
  const all = own.reduce((sum, bid) => addGpus(sum, bid.gpus), gpus);
  if (!customers.mayHold(account, all, window)) return "gpu_limit_reached";
  // The line falls, so that the first of its bids has the highest limit.
  const dearest = own[0]?.limit ?? limit;
  return customers.affords(account, dearest, gpusOver(all, duration)) ? null : "credit_gone";
}
