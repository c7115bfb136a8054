import type { AccountsState } from "../accounts/state.ts";
import { noAccounts } from "../accounts/state.ts";
import type { Bindings } from "../delivery/binding.ts";
import { nothingBound } from "../delivery/binding.ts";
import { HashedMap } from "../hashed-map.ts";
import type { InvoicingState } from "../invoicing/state.ts";
import { nothingInvoiced } from "../invoicing/state.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { MarketState } from "../market/state.ts";
import { emptyMarket } from "../market/state.ts";
import type { OwnerState } from "../owner/state.ts";
import { nothingOffered } from "../owner/state.ts";
import type { RentalState } from "../rental/state.ts";
import { nothingRented } from "../rental/state.ts";
import { StateHash } from "../state-hash.ts";
import type { EpochMs, MicroUsd } from "../units.ts";
import type { AuctionsState } from "./auctions.ts";
import { noAuctions } from "./auctions.ts";
import type { OpenClaims } from "./claims.ts";
import { noClaims } from "./claims.ts";
import { Deals } from "./deals.ts";

/** What is held of a customer's credit for an order in the book or in an auction. */
export interface OrderHold {
  readonly order: string;
  readonly account: string;
  readonly amount: MicroUsd;
}

/** Money that came in or went out, by the reference of whoever moved it: each is booked once. */
export interface Booking {
  readonly reference: string;
  readonly account: string;
  readonly kind: "deposit" | "payout" | "reversal";
  /** Less than nothing where it went out. */
  readonly amount: MicroUsd;
  readonly means: string;
  /** The deposit that a reversal takes back, or that is given back what a reversal took. */
  readonly of: string | null;
  /** What is taken back of a deposit. */
  readonly reversed: MicroUsd;
}

/** The whole of an installation: the writer's state, changed only by `applyExchange`. */
export interface ExchangeState {
  readonly market: MarketState;
  readonly accounts: AccountsState;
  readonly owner: OwnerState;
  readonly ledger: Ledger;
  /** Of contracts that are not metered to their end. */
  readonly deals: Deals;
  readonly orderHolds: HashedMap<string, OrderHold>;
  readonly bookings: HashedMap<string, Booking>;
  readonly rental: RentalState;
  readonly auctions: AuctionsState;
  readonly claims: OpenClaims;
  /** Of contracts that are delivered on nodes which are known by name. */
  readonly bindings: Bindings;
  readonly invoicing: InvoicingState;
  readonly hash: StateHash;
}

export function emptyExchange(now: EpochMs): ExchangeState {
  const hash = new StateHash();
  return {
    market: emptyMarket(now),
    accounts: noAccounts(hash),
    owner: nothingOffered(hash),
    ledger: new Ledger(hash),
    deals: new Deals(hash),
    orderHolds: new HashedMap(hash, ({ order, account, amount }) => [
      "order hold",
      order,
      account,
      amount,
    ]),
    bookings: new HashedMap(hash, bookingFields),
    rental: nothingRented(hash),
    auctions: noAuctions(hash),
    claims: noClaims(hash),
    bindings: nothingBound(hash),
    invoicing: nothingInvoiced(hash),
    hash,
  };
}

function bookingFields(booking: Booking): (string | bigint)[] {
  const { reference, account, kind, amount, means, of, reversed } = booking;
  return ["booking", reference, account, kind, amount, means, of ?? "", reversed];
}

/** Of all that decisions read; it carries the version of what is hashed, which changes with the code. */
export function stateHash(state: ExchangeState): string {
  return `${SCHEMA_VERSION}:${state.market.hash.toString()}${state.hash.toString()}`;
}

/** Raise it whenever the same events give another hash than before. */
export const SCHEMA_VERSION = 2;
