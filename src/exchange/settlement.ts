import type { Account } from "../accounts/account.ts";
import { creditFloor } from "../accounts/account.ts";
import type { AuctionOrder } from "../auction/order.ts";
import { cancelDeal } from "../billing/cancel.ts";
import type { Deal } from "../billing/deal.ts";
import {
  ahead,
  cutDeal,
  endDeal,
  extendDeal,
  highestCost,
  soldDeal,
  splitDeal,
} from "../billing/deal.ts";
import type { Reading } from "../billing/meter.ts";
import { meter } from "../billing/meter.ts";
import {
  breachPaid,
  cancelledTransfers,
  hold,
  meteredTransfers,
  recallPaid,
  reheld,
  resoldTransfers,
} from "../billing/transfers.ts";
import { creditOf } from "../ledger/chart.ts";
import type { LedgerAccount, Transfer } from "../ledger/transfer.ts";
import type { MarketEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import type { Cut } from "../market/state.ts";
import { feesOf } from "../owner/state.ts";
import type { EpochMs, GpuMs, MicroUsd, MicroUsdPerGpuHour, Ppm } from "../units.ts";
import {
  addMoney,
  assert,
  charge,
  gpusOver,
  microUsd,
  NO_MONEY,
  shareOf,
  subMoney,
} from "../units.ts";
import type { Settled } from "./commands.ts";
import type { ExchangeState, OrderHold } from "./state.ts";

/**
 * Follows the events of one decision with the money: deals and holds as they are after each, and the transfers that this
 * takes. Changes nothing; what it comes to is one `settled` event.
 */
export class Settlement {
  readonly #state: ExchangeState;
  readonly #deals = new Map<string, Deal>();
  readonly #holds = new Map<string, OrderHold>();
  readonly #transfers: Transfer[] = [];
  readonly #changes = new Map<LedgerAccount, MicroUsd>();
  #now: EpochMs;

  constructor(state: ExchangeState) {
    this.#state = state;
    this.#now = state.market.now;
  }

  hear(event: MarketEvent): void {
    switch (event.type) {
      case "order_rested":
      case "order_reduced":
        return this.#holdOrder(event.order);
      case "order_left":
        return this.release(event.order);
      case "contract_sold": {
        const { contract } = event;
        const { sale: feeRate, cancellation: cancellationRate } = this.#fees();
        const terms = { price: contract.price, taxRate: this.#taxOf(contract.holder) };
        return this.#replace([], soldDeal(contract, { ...terms, feeRate, cancellationRate }));
      }
      case "contract_resold":
        return this.#resell(event);
      case "recall_handed_over":
        for (const cut of event.recall.cuts) this.#handOver(event.recall.due, cut);
        return;
      case "contract_breached":
        return this.#breach(event.at, event.cut);
      case "contract_extended":
        return this.#change(event.contract, (deal) => extendDeal(deal, event.until, event.gpus));
      case "contract_cancelled":
        return this.#cancel(event.contract, event.at);
      case "contract_interrupted":
        return this.#change(event.contract, (deal) => endDeal(deal, event.at));
      case "time_advanced":
        this.#now = event.now;
        return;
      default:
    }
  }

  /** An order in an auction: for all its GPUs at its limit. */
  enter({ id, account, gpus, duration, limit }: AuctionOrder): void {
    const most = gpusOver(gpus, duration);
    const cost = highestCost(limit, most, this.#taxOf(account));
    // Whoever has no money at all takes no place from others.
    this.#setHold(id, account, cost > 0n ? cost : microUsd(1n));
  }

  /** An order is held for no longer, in the book or in an auction. */
  release(order: string): void {
    const before = this.#holdOf(order);
    if (before !== undefined) this.#setHold(order, before.account, NO_MONEY);
  }

  /** A reading that was checked. */
  meter(reading: Reading): void {
    const deal = this.#deal(reading.contract);
    const metered = meter(deal, reading);
    this.move(meteredTransfers(deal, metered));
    this.#deals.set(deal.contract, metered.deal);
  }

  move(transfers: readonly Transfer[]): void {
    for (const transfer of transfers) {
      const { debit, credit, amount } = transfer;
      this.#transfers.push(transfer);
      this.#changes.set(debit, subMoney(this.#changeOf(debit), amount));
      this.#changes.set(credit, addMoney(this.#changeOf(credit), amount));
    }
  }

  /** Whether a customer's credit would come below its floor. */
  overdraws(account: Account): boolean {
    const change = this.#changeOf(creditOf(account.id));
    return change < 0n && this.#creditOf(account) < creditFloor(account);
  }

  /** Whether a customer's credit covers as much GPU-time more at this price, with tax. */
  affords(account: Account, price: MicroUsdPerGpuHour, amount: GpuMs): boolean {
    const cost = charge(price, amount, "ceil");
    const due = addMoney(cost, shareOf(cost, account.taxRate, "ceil"));
    return subMoney(this.#creditOf(account), due) >= creditFloor(account);
  }

  #creditOf({ id }: Account): MicroUsd {
    const credit = creditOf(id);
    return addMoney(this.#state.ledger.balance(credit), this.#changeOf(credit));
  }

  /** On a customer's ledger account: what is credited less what is debited. */
  #changeOf(account: LedgerAccount): MicroUsd {
    return this.#changes.get(account) ?? NO_MONEY;
  }

  /** Null where the events touch no money. */
  settled(): Settled | null {
    const all = [...this.#deals.values()];
    const holds = [...this.#holds.values()];
    if (all.length === 0 && holds.length === 0 && this.#transfers.length === 0) return null;
    const id = this.#state.ledger.transactions + 1;
    const transfers = this.#transfers;
    return {
      type: "settled",
      transaction: transfers.length === 0 ? null : { id, at: this.#now, transfers },
      deals: all.filter((deal) => ahead(deal) > 0),
      closed: all.filter((deal) => ahead(deal) === 0).map(({ contract }) => contract),
      holds,
    };
  }

  #holdOrder(order: Order): void {
    if (order.side === "sell") return;
    const taxRate = this.#taxOf(order.account);
    const most = gpusOver(order.gpus, order.duration.max);
    this.#setHold(order.id, order.account, highestCost(order.limit, most, taxRate));
  }

  #setHold(order: string, account: string, amount: MicroUsd): void {
    const before = this.#holdOf(order)?.amount ?? NO_MONEY;
    this.move(hold(account, before, amount, order));
    this.#holds.set(order, { order, account, amount });
  }

  #holdOf(order: string): OrderHold | undefined {
    return this.#holds.get(order) ?? this.#state.orderHolds.get(order);
  }

  #resell(event: Extract<MarketEvent, { type: "contract_resold" }>): void {
    const { contract, price } = event;
    const terms = { price, taxRate: this.#taxOf(contract.holder), feeRate: this.#fees().resale };
    const before = this.#deal(event.from);
    const { rest, part } = splitDeal(before, contract, terms);
    this.#deals.set(rest.contract, rest);
    this.#deals.set(part.contract, part);
    this.move(resoldTransfers(before, rest, part));
  }

  #cancel(contract: string, at: EpochMs): void {
    const before = this.#deal(contract);
    const cancelled = cancelDeal(before, at);
    this.move(cancelledTransfers(before, cancelled));
    this.#deals.set(contract, cancelled.deal);
  }

  #handOver(due: EpochMs, cut: Cut): void {
    this.move(recallPaid(this.#deal(cut.contract), cut.owed));
    this.#change(cut.contract, (deal) => cutDeal(deal, { start: due, end: cut.until }, cut.gpus));
  }

  #breach(at: EpochMs, cut: Cut): void {
    this.move(breachPaid(this.#deal(cut.contract), cut.owed));
    this.#change(cut.contract, (deal) => cutDeal(deal, { start: at, end: cut.until }, cut.gpus));
  }

  #change(contract: string, change: (deal: Deal) => Deal): void {
    const before = this.#deal(contract);
    this.#replace(before.links, change(before));
  }

  #replace(links: Deal["links"] | readonly [], deal: Deal): void {
    this.move(reheld(links, deal.links, deal.contract));
    this.#deals.set(deal.contract, deal);
  }

  #deal(contract: string): Deal {
    const deal = this.#deals.get(contract) ?? this.#state.deals.get(contract);
    assert(deal !== undefined, `contract ${contract} is not metered to its end`);
    return deal;
  }

  #taxOf(account: string): Ppm {
    const found = this.#state.accounts.accounts.get(account);
    assert(found !== undefined, `account ${account} is known`);
    return found.taxRate;
  }

  #fees() {
    return feesOf(this.#state.owner);
  }
}
