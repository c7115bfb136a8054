import { creditFloor } from "../accounts/account.ts";
import type { Account } from "../accounts/account.ts";
import type { AuctionOffer, AuctionOrder } from "../auction/order.ts";
import { highestCost } from "../billing/deal.ts";
import { creditOf } from "../ledger/chart.ts";
import type { Order } from "../market/order.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { maxOver } from "../schedule/schedule.ts";
import type { MicroUsd } from "../units.ts";
import { gpusOver, NO_MONEY, subMoney } from "../units.ts";
import { offersTogether } from "./auction-supply.ts";
import type { AuctionSale, RunningAuction } from "./auctions.ts";
import { reachOf } from "./auctions.ts";
import { claimOf, whyNoTrader } from "./decide-trade.ts";
import type { ExchangeState } from "./state.ts";

/** What is to be solved: of orders and offers as they are now. */
export interface AuctionProblem {
  readonly sale: AuctionSale;
  /** To be sent back with the outcome. */
  readonly revision: number;
  readonly offers: readonly AuctionOffer[];
  readonly orders: readonly AuctionOrder[];
}

/** Null: there is no such auction, or it is over. */
export function auctionProblem(state: ExchangeState, id: string): AuctionProblem | null {
  const running = state.auctions.running.get(id);
  if (running === undefined) return null;
  const { sale, auction } = running;
  const offers = offersTogether(state.market, sale);
  return { sale, revision: auction.revision, offers, orders: entrants(state, running) };
}

/**
 * The orders that may be filled now, by id. What their buyers may buy, and at what tax, may have changed since they came:
 * - those of whoever may buy nothing, or not this SKU, are left out;
 * - so is an order where all that its account holds and has ordered is more than it may hold at one time;
 * - and one whose highest cost, at today's tax, is more than is held for it and its account's credit covers, beside the
 *   orders before it.
 */
export function entrants(state: ExchangeState, { sale, auction }: RunningAuction): AuctionOrder[] {
  const all = [...auction.orders.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const buyers = new Map<string, Buyer | null>();
  return all.filter((order) => {
    const { account } = order;
    if (!buyers.has(account)) buyers.set(account, buyerOf(state, orderIn(sale, order)));
    const buyer = buyers.get(account) ?? null;
    return buyer !== null && isWithinLimit(buyer, order) && covers(state, buyer, order);
  });
}

interface Buyer {
  readonly account: Account;
  readonly claim: Schedule;
  /** Credit above the floor that no order before has taken. */
  spare: MicroUsd;
}

function buyerOf(state: ExchangeState, order: Order): Buyer | null {
  const account = state.accounts.accounts.get(order.account);
  if (account === undefined || whyNoTrader(state, account, order) !== null) return null;
  const credit = state.ledger.balance(creditOf(account.id));
  const spare = subMoney(credit, creditFloor(account));
  return { account, claim: claimOf(state, account.id, null), spare };
}

function isWithinLimit({ account: { maxGpus }, claim }: Buyer, order: AuctionOrder): boolean {
  return maxGpus === null || maxOver(claim, reachOf(order)) <= maxGpus;
}

function covers(state: ExchangeState, buyer: Buyer, order: AuctionOrder): boolean {
  const { limit, gpus, duration } = order;
  const most = highestCost(limit, gpusOver(gpus, duration), buyer.account.taxRate);
  const lacking = subMoney(most, state.orderHolds.get(order.id)?.amount ?? NO_MONEY);
  if (lacking <= 0n) return true;
  if (lacking > buyer.spare) return false;
  buyer.spare = subMoney(buyer.spare, lacking);
  return true;
}

/** As an order of the market: what may be bought is asked in the same way. */
export function orderIn({ sku, notice }: AuctionSale, order: AuctionOrder): Order {
  const { duration, ...rest } = order;
  return {
    ...rest,
    side: "buy",
    sku,
    duration: { min: duration, max: duration },
    noticeAtLeast: notice,
    lifetime: "immediate",
    expires: null,
    contract: null,
  };
}
