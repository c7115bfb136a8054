import type { Auction } from "../auction/auction.ts";
import { checkTerms } from "../auction/auction.ts";
import { decideAuction } from "../auction/decide.ts";
import { refusalOf } from "../market/decide-order.ts";
import type { MarketState, PoolState } from "../market/state.ts";
import { rungOf } from "../market/state.ts";
import type { EpochMs } from "../units.ts";
import { assert, durationMs, MINUTE_MS } from "../units.ts";
import { entrants, orderIn } from "./auction-entrants.ts";
import { auctionSales } from "./auction-sales.ts";
import { isOversold, lowestReserve, offersInFabrics } from "./auction-supply.ts";
import type { AuctionsCommand, AuctionSale, AuctionsRefusal, RunningAuction } from "./auctions.ts";
import { MOST_ORDERS, MOST_ORDERS_OF_ONE, MOST_SLOTS } from "./auctions.ts";
import type { ExchangeDecision, ExchangeEvent, ExchangeRefusal } from "./commands.ts";
import { accountOf } from "./decide-trade.ts";
import { Settlement } from "./settlement.ts";
import type { ExchangeState } from "./state.ts";

type Of<Type extends AuctionsCommand["type"]> = Extract<AuctionsCommand, { type: Type }>;

/** What follows from a command about auctions: their life, and the sales and money that come of it. */
export function decideAuctions(state: ExchangeState, command: AuctionsCommand): ExchangeDecision {
  assertNow(state, command);
  if (command.type === "open_auction") return decideOpening(state, command.auction);
  const running = state.auctions.running.get(command.auction);
  if (running === undefined) return refuse("auction_unknown");
  switch (command.type) {
    case "place_auction_order":
      return decidePlacement(state, running, command);
    case "cancel_auction_order":
      return decideCancellation(state, running, command);
    case "lock_auction":
      return decideLock(running, command);
    case "clear_auction":
      return decideClearing(state, running, command);
    case "call_off_auction":
      break;
  }
  return decideCallingOff(state, running);
}

function assertNow({ market }: ExchangeState, command: AuctionsCommand): void {
  if (!("now" in command)) return;
  assert(command.now === market.now, "time is advanced before anything else is decided");
}

function decideOpening(state: ExchangeState, asked: Of<"open_auction">["auction"]) {
  const pools = poolsOf(state.market, asked);
  if (state.auctions.running.has(asked.id)) return refuse("auction_id_repeated");
  if (typeof pools === "string") return refuse(pools);
  const { id, sku, notice, window, slot, locks, clears } = asked;
  const durations = pools.map(({ policy }) => rungOf(policy, notice).duration);
  const grid = { window, slot, lot: pools[0].policy.lot };
  const longest = durationMs(Math.max(...durations));
  const names = pools.map(({ config }) => config.id).toSorted();
  const sale: AuctionSale = { id, sku, pools: names, notice, longest, grid, locks, clears };
  const refusal = checkSale(sale, state.market.now);
  if (refusal !== null) return refuse(refusal);
  return { events: [{ type: "auction_opened", auction: sale }] } as const;
}

function poolsOf(
  { pools }: MarketState,
  { pool, sku, notice }: Of<"open_auction">["auction"],
): readonly [PoolState, ...PoolState[]] | AuctionsRefusal {
  const ofSku = [...pools.values()].filter(({ config }) => config.sku === sku);
  const named = ofSku.filter(({ config }) => pool === null || config.id === pool);
  if (named.length === 0) return pool === null ? "sku_unknown" : "pool_unknown";
  const [first, ...others] = named.filter(({ policy }) => {
    return policy.rungs.some((rung) => rung.notice === notice);
  });
  return first === undefined ? "notice_not_offered" : [first, ...others];
}

/** Schedules change on the minute, so that its slots do. */
function checkSale(sale: AuctionSale, now: EpochMs): AuctionsRefusal | null {
  const { window, slot } = sale.grid;
  const times = [window.start, window.end, slot];
  if (!times.every((time) => time % MINUTE_MS === 0)) return "time_not_minute_aligned";
  const refusal = checkTerms(sale);
  if (refusal !== null) return refusal;
  if (sale.locks <= now) return "auction_locks_in_the_past";
  return (window.end - window.start) / slot > MOST_SLOTS ? "auction_too_long" : null;
}

function decidePlacement(
  state: ExchangeState,
  { sale, auction }: RunningAuction,
  { order, now }: Of<"place_auction_order">,
): ExchangeDecision {
  const asked = orderIn(sale, order);
  const account = accountOf(state, asked);
  if (typeof account === "string") return refuse(account);
  if (now >= sale.clears) return refuse("auction_clearing");
  const refusal = refusalOf(state.market, asked, now);
  if (refusal !== null) return refuse(refusal);
  const decision = decideAuction(auction, { type: "place_auction_order", order });
  if ("refusal" in decision) return decision;
  if (state.auctions.orders.has(order.id)) return refuse("order_id_repeated");
  if (order.duration > sale.longest) return refuse("duration_too_long");
  if (order.limit < (lowestReserve(state.market, sale) ?? 0n)) return refuse("limit_below_reserve");
  if (auction.orders.size >= MOST_ORDERS) return refuse("auction_full");
  const own = [...auction.orders.values()].filter((each) => each.account === order.account);
  if (own.length >= MOST_ORDERS_OF_ONE) return refuse("too_many_orders");
  const settlement = new Settlement(state);
  settlement.enter(order);
  if (settlement.overdraws(account)) return refuse("insufficient_credit");
  const placed = { type: "auction_order_placed", auction: sale.id, order } as const;
  return withMoney([placed], settlement);
}

function decideCancellation(
  state: ExchangeState,
  running: RunningAuction,
  { order, account, now }: Of<"cancel_auction_order">,
): ExchangeDecision {
  const cancel = { type: "cancel_auction_order", order, account } as const;
  const decision = decideAuction(asOf(running, now), cancel);
  if ("refusal" in decision) return decision;
  const settlement = new Settlement(state);
  settlement.release(order);
  const cancelled = { type: "auction_order_cancelled", auction: running.sale.id, order } as const;
  return withMoney([cancelled], settlement);
}

/** It is locked by its time, whether or not somebody has come to lock it. */
function asOf({ sale, auction }: RunningAuction, now: EpochMs): Auction {
  return { ...auction, phase: now >= sale.locks ? "locked" : auction.phase };
}

function decideLock(
  { sale, auction }: RunningAuction,
  { now }: Of<"lock_auction">,
): ExchangeDecision {
  const decision = decideAuction(auction, { type: "lock_auction", now });
  if ("refusal" in decision) return decision;
  return { events: [{ type: "auction_locked", auction: sale.id }] };
}

/** All that was held for its orders is free again; what the fills cost is held for their contracts. */
function decideClearing(
  state: ExchangeState,
  running: RunningAuction,
  { revision, outcome, now }: Of<"clear_auction">,
): ExchangeDecision {
  const { market } = state;
  const { sale, auction } = running;
  const orders = new Map(entrants(state, running).map((order) => [order.id, order]));
  const offers = offersInFabrics(market, sale);
  const clear = { type: "clear_auction", now, revision, offers, outcome } as const;
  const decision = decideAuction({ ...auction, orders }, clear);
  if ("refusal" in decision) return decision;
  if (isOversold(market, sale, outcome.fills)) return refuse("offer_oversold");
  const sales = auctionSales(market, sale, orders, outcome.fills);
  const settlement = releasing(state, running);
  for (const sold of sales) settlement.hear(sold);
  assertPaid(state, settlement, sales);
  const filled = new Set(outcome.fills.map((fill) => fill.order));
  const unfilled = [...auction.orders.keys()].filter((id) => !filled.has(id)).toSorted();
  const cleared = { type: "auction_cleared", auction: sale.id, outcome, unfilled } as const;
  return withMoney([...sales, cleared], settlement);
}

function assertPaid(
  { accounts }: ExchangeState,
  settlement: Settlement,
  sales: ReturnType<typeof auctionSales>,
): void {
  for (const id of new Set(sales.map(({ contract }) => contract.holder))) {
    const account = accounts.accounts.get(id);
    assert(account !== undefined && !settlement.overdraws(account), "entrants can pay");
  }
}

function decideCallingOff(state: ExchangeState, running: RunningAuction): ExchangeDecision {
  const { sale, auction } = running;
  const left = [...auction.orders.keys()].toSorted();
  const calledOff = { type: "auction_called_off", auction: sale.id, left } as const;
  return withMoney([calledOff], releasing(state, running));
}

function releasing(state: ExchangeState, { auction }: RunningAuction): Settlement {
  const settlement = new Settlement(state);
  for (const order of auction.orders.keys()) settlement.release(order);
  return settlement;
}

function withMoney(events: readonly ExchangeEvent[], settlement: Settlement): ExchangeDecision {
  const money = settlement.settled();
  return { events: money === null ? events : [...events, money] };
}

function refuse(refusal: ExchangeRefusal): { readonly refusal: ExchangeRefusal } {
  return { refusal };
}
