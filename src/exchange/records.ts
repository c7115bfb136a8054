import type { AccountsState } from "../accounts/state.ts";
import type { AuctionStand } from "../auction/auction.ts";
import { resumeAuction } from "../auction/auction.ts";
import type { Deal } from "../billing/deal.ts";
import type { EntriesOf } from "../hashed-map.ts";
import { entriesOf, fill } from "../hashed-map.ts";
import type { InvoicingState } from "../invoicing/state.ts";
import type { LedgerRecords } from "../ledger/ledger.ts";
import type { MarketRecords } from "../market/records.ts";
import { marketRecords, restoreMarket } from "../market/records.ts";
import type { OwnerState } from "../owner/state.ts";
import type { RentalState } from "../rental/state.ts";
import type { AuctionSale, AuctionsState, EnteredOrder } from "./auctions.ts";
import type { ExchangeState } from "./state.ts";
import { emptyExchange } from "./state.ts";

/**
 * The whole state as plain data, by part and then by name, always in lists. It holds what events have told; whatever
 * follows from that (indices, sums, queues, the hash) is built anew by what carries events out.
 */
export interface ExchangeRecords {
  readonly market: MarketRecords;
  readonly accounts: EntriesOf<AccountsState>;
  readonly owner: EntriesOf<OwnerState>;
  readonly ledger: LedgerRecords;
  readonly billing: { readonly deals: readonly Deal[] };
  readonly rental: EntriesOf<RentalState>;
  readonly auctions: AuctionsRecords;
  readonly invoicing: EntriesOf<InvoicingState>;
  /** Maps that are no part of another state: holds, bookings, claims. */
  readonly exchange: EntriesOf<ExchangeState>;
}

interface AuctionsRecords {
  readonly running: readonly (AuctionStand & { readonly sale: AuctionSale })[];
  /** In the order in which they came. */
  readonly orders: readonly EnteredOrder[];
}

/** Costs a list of each kind of thing: the records are those that stand in the state, which replaces and never changes them. */
export function exchangeRecords(state: ExchangeState): ExchangeRecords {
  return {
    market: marketRecords(state.market),
    accounts: entriesOf(state.accounts),
    owner: entriesOf(state.owner),
    ledger: state.ledger.records(),
    billing: { deals: [...state.deals.values()] },
    rental: entriesOf(state.rental),
    auctions: auctionsRecords(state.auctions),
    invoicing: entriesOf(state.invoicing),
    exchange: entriesOf(state),
  };
}

function auctionsRecords({ running, orders }: AuctionsState): AuctionsRecords {
  const stands = [...running.values()].map(({ sale, auction: { phase, revision } }) => {
    return { sale, phase, revision };
  });
  return { running: stands, orders: [...orders.values()] };
}

/** The state that the records were taken from: decisions on it are the same, and so is its hash. */
export function restoreExchange(records: ExchangeRecords): ExchangeState {
  const market = restoreMarket(records.market);
  const state = { ...emptyExchange(market.now), market };
  restoreAccounts(state.accounts, records.accounts);
  fill(state.owner, records.owner);
  state.ledger.restore(records.ledger);
  for (const deal of records.billing.deals) state.deals.set(deal.contract, deal);
  fill(state.rental, records.rental);
  restoreAuctions(state.auctions, records.auctions);
  fill(state.invoicing, records.invoicing);
  fill<ExchangeState>(state, records.exchange);
  return state;
}

function restoreAccounts(state: AccountsState, entries: EntriesOf<AccountsState>): void {
  fill(state, entries);
  for (const key of state.keys.values()) state.keysByHash.set(key.hash, key);
}

function restoreAuctions(state: AuctionsState, { running, orders }: AuctionsRecords): void {
  const entered = Map.groupBy(orders, ({ auction }) => auction);
  for (const { sale, ...stand } of running) {
    const own = (entered.get(sale.id) ?? []).map(({ order }) => order);
    state.running.set(sale.id, { sale, auction: resumeAuction(sale, stand, own) });
  }
  for (const each of orders) state.orders.set(each.order.id, each);
}
