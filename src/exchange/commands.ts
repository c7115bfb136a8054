import type { AccountCommand, AccountEvent, AccountRefusal } from "../accounts/commands.ts";
import type { Deal } from "../billing/deal.ts";
import type { BindingRefusal, BindNodes, NodesBound } from "../delivery/binding.ts";
import type { MeterRefusal, Reading } from "../billing/meter.ts";
import type { InvoicingCommand, InvoicingEvent, InvoicingRefusal } from "../invoicing/commands.ts";
import type { LedgerTransaction } from "../ledger/transfer.ts";
import type { MarketCommand, MarketRefusal } from "../market/commands.ts";
import type { MarketEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import type { OwnerCommand, OwnerEvent, OwnerRefusal } from "../owner/commands.ts";
import type { RentalCommand, RentalEvent, RentalRefusal } from "../rental/commands.ts";
import type { EpochMs, MicroUsd } from "../units.ts";
import type { AuctionsCommand, AuctionsEvent, AuctionsRefusal } from "./auctions.ts";
import type { HolderCommand, HolderEvent, HolderRefusal } from "./claims.ts";
import type { Booking, OrderHold } from "./state.ts";

export type MoneyCommand =
  /** `means`: how it was paid. `reference`: the payer's or the bank's, once only. */
  | {
      readonly type: "deposit";
      readonly account: string;
      readonly amount: MicroUsd;
      readonly means: string;
      readonly reference: string;
    }
  /**
   * Out of what a reseller has earned and, where that is not enough, out of the credit: never more than both together
   * come to.
   */
  | {
      readonly type: "pay_out";
      readonly account: string;
      readonly amount: MicroUsd;
      readonly means: string;
      readonly reference: string;
    }
  /** A deposit that was taken back, in whole or in part, by whoever had paid it. */
  | {
      readonly type: "reverse_deposit";
      readonly account: string;
      readonly amount: MicroUsd;
      readonly reference: string;
      /** Reference of the deposit, whose means it is of. */
      readonly of: string;
    }
  /** What a reversal took has come back, in whole or in part: it counts as paid in again. */
  | {
      readonly type: "return_reversal";
      readonly account: string;
      readonly amount: MicroUsd;
      readonly reference: string;
      /** Reference of the reversal. */
      readonly of: string;
    }
  /** The owner's goodwill, or the correction of what was metered wrongly. */
  | {
      readonly type: "give_credit";
      readonly account: string;
      readonly amount: MicroUsd;
      readonly kind: "goodwill" | "correction";
      readonly subject: string;
    };

/** An order gives up its place and is placed anew with other terms, or nothing happens. */
export interface AmendOrder {
  readonly type: "amend_order";
  readonly replaces: string;
  readonly order: Order;
  readonly now: EpochMs;
}

export interface RecordUsage {
  readonly type: "record_usage";
  readonly reading: Reading;
}

export type ExchangeCommand =
  | MarketCommand
  | AccountCommand
  | OwnerCommand
  | MoneyCommand
  | RentalCommand
  | AuctionsCommand
  | HolderCommand
  | InvoicingCommand
  | AmendOrder
  | BindNodes
  | RecordUsage;

/** What an event did to the money, so that replaying computes nothing: the new deals, holds and the ledger's transaction. */
export interface Settled {
  readonly type: "settled";
  /** Null where only deals have changed. */
  readonly transaction: LedgerTransaction | null;
  readonly deals: readonly Deal[];
  /** Contracts whose last reading is in. */
  readonly closed: readonly string[];
  /** Of nothing: the order is held for no longer. */
  readonly holds: readonly OrderHold[];
}

export type ExchangeEvent =
  | MarketEvent
  | AccountEvent
  | OwnerEvent
  | RentalEvent
  | AuctionsEvent
  | HolderEvent
  | InvoicingEvent
  | NodesBound
  | Settled
  /** What was asked, whatever becomes of it; the market's events that follow say so. */
  | { readonly type: "order_placed"; readonly order: Order; readonly replaces: string | null }
  | { readonly type: "booked"; readonly booking: Booking }
  | {
      readonly type: "credit_given";
      readonly account: string;
      readonly amount: MicroUsd;
      /** `breach_credit`: of a claim that was accepted. */
      readonly kind: "goodwill" | "correction" | "breach_credit";
      readonly subject: string;
    }
  /** By an order of its holder's for the time after its end: the same GPUs go on under another contract. */
  | { readonly type: "contract_followed"; readonly contract: string; readonly by: string }
  | { readonly type: "usage_metered"; readonly reading: Reading };

/**
 * Besides those of the market, accounts, owner, meter and claims, the first of these that is true:
 * - of whoever orders: `account_unknown`, `account_closed`, `terms_not_accepted`, and of a buyer `payment_owed`,
 *   `sku_not_allowed`, `gpu_limit_reached`; then the market's; then `insufficient_credit`: the credit, with what is agreed to be owed, does
 *   not cover the highest cost with tax. All this is asked again when a standing order is matched (`order_unknown` first);
 * - of a rental, bid, shelf or slice: those of a buyer or seller, then those of {@link RentalRefusal}; of an auction those
 *   of {@link AuctionsRefusal};
 * - of a rental's contract that is to be cancelled, extended or listed: `contract_rented`, before the market's: it is
 *   stopped instead;
 * - of a contract that is cancelled: the market's, then `contract_on_shelf`, `bought_from_holder`: who resold it owes no refund, and it can be
 *   resold in turn; of one that is extended: `contract_unknown`, `nothing_left`, those of a buyer, and the market's;
 * - of a listing of what lies on a shelf: `contract_on_shelf`, after those of a seller and before the market's;
 * - of an order that is changed, before that: `order_unknown` (of this account), `side_differs`;
 * - of money: `account_unknown`, `amount_not_positive`, `reference_repeated`, `deposit_unknown` (of this account, or not
 *   of so much that is not taken back yet), `balance_too_low`; of invoices those of {@link InvoicingRefusal}, of
 *   a contract's nodes those of {@link BindingRefusal}.
 */
export type ExchangeRefusal =
  | MarketRefusal
  | AccountRefusal
  | OwnerRefusal
  | MeterRefusal
  | RentalRefusal
  | AuctionsRefusal
  | HolderRefusal
  | InvoicingRefusal
  | BindingRefusal
  | "account_closed"
  | "terms_not_accepted"
  | "payment_owed"
  | "sku_not_allowed"
  | "gpu_limit_reached"
  | "bought_from_holder"
  | "side_differs"
  | "amount_not_positive"
  | "reference_repeated"
  | "deposit_unknown"
  | "balance_too_low";

export type ExchangeDecision =
  | { readonly events: readonly ExchangeEvent[] }
  | { readonly refusal: ExchangeRefusal };
