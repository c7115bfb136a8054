import type { AccountCommand } from "../accounts/commands.ts";
import { decideAccount } from "../accounts/decide-account.ts";
import { checkReading } from "../billing/meter.ts";
import type { BindNodes } from "../delivery/binding.ts";
import { checkBinding } from "../delivery/check-binding.ts";
import { creditOf } from "../ledger/chart.ts";
import type { InvoicingCommand } from "../invoicing/commands.ts";
import { decideInvoicing } from "../invoicing/decide-invoicing.ts";
import type { MarketCommand } from "../market/commands.ts";
import { decide as decideMarket } from "../market/decide.ts";
import type { Order } from "../market/order.ts";
import { findContract } from "../market/state.ts";
import { assert } from "../units.ts";
import type {
  ExchangeCommand,
  ExchangeDecision,
  ExchangeEvent,
  ExchangeRefusal,
  RecordUsage,
} from "./commands.ts";
import { decideAuctions } from "./decide-auctions.ts";
import { decideClaims } from "./decide-claims.ts";
import { decideOffer, decidePolicy } from "./decide-offer.ts";
import { decideMoney } from "./decide-money.ts";
import { decideRentals } from "./decide-rentals.ts";
import { decideAmendment, decideRematch, decideTrade } from "./decide-trade.ts";
import { decideCancellation, decideExtension } from "./decide-holder.ts";
import { Settlement } from "./settlement.ts";
import type { ExchangeState } from "./state.ts";

type ChangeAccount = Extract<AccountCommand, { type: "change_account" }>;

/**
 * What follows from a command for the whole installation: events, or a refusal by name. Nothing is changed;
 * `applyExchange` does that. The same state and command always give the same answer.
 */
export function decideExchange(state: ExchangeState, command: ExchangeCommand): ExchangeDecision {
  switch (command.type) {
    case "create_account":
    case "add_member":
    case "change_member":
    case "remove_member":
    case "create_key":
    case "revoke_key":
    case "require_terms":
    case "accept_terms":
      return decisionOf(accountEvent(state, command));
    case "change_account":
      return decideChange(state, command);
    case "set_price":
    case "set_selling":
    case "declare_run":
    case "withdraw_run":
    case "block_gpus":
    case "unblock_gpus":
    case "set_fees":
      return decideOffer(state, command);
    case "change_policy":
      return decidePolicy(state, command);
    case "deposit":
    case "pay_out":
    case "give_credit":
    case "reverse_deposit":
    case "return_reversal":
      return decideMoney(state, command);
    case "issue_invoice":
    case "issue_credit_note":
      return decideInvoice(state, command);
    case "amend_order":
      return decideAmendment(state, command);
    case "place_order":
      return decideTrade(state, command);
    case "match_order":
      return decideRematch(state, command);
    case "cancel_contract":
      return decideCancellation(state, command);
    case "extend_contract":
      return decideExtension(state, command);
    case "start_rental":
    case "stop_rental":
    case "renew_rentals":
    case "place_bid":
    case "withdraw_bid":
    case "clear_spot":
    case "open_shelf":
    case "close_shelf":
    case "rent_slice":
      return decideRentals(state, command);
    case "open_auction":
    case "place_auction_order":
    case "cancel_auction_order":
    case "lock_auction":
    case "clear_auction":
    case "call_off_auction":
      return decideAuctions(state, command);
    case "keep_checkpoint":
    case "drill_recall":
    case "claim_breach":
    case "decide_claim":
      return decideClaims(state, command);
    case "bind_nodes":
      return decideBinding(state, command);
    case "record_usage":
      return decideUsage(state, command);
    default:
      return decideOther(state, command);
  }
}

function accountEvent(state: ExchangeState, command: AccountCommand) {
  return decideAccount(state.accounts, command, (id) => state.ledger.balance(creditOf(id)));
}

/** An account that is closed leaves no order behind in the book or in an auction, nothing on a shelf, and no bid. */
function decideChange(state: ExchangeState, command: ChangeAccount): ExchangeDecision {
  const changed = accountEvent(state, command);
  if (typeof changed === "string") return { refusal: changed };
  const { id, status } = command.account;
  if (status === "active") return { events: [changed] };
  const left = ordersOf(state, id).map((order) => {
    return { type: "order_left", order: order.id, why: "cancelled" } as const;
  });
  const settlement = new Settlement(state);
  for (const event of left) settlement.hear(event);
  const entered = auctionOrdersLeft(state, id);
  for (const { order } of entered) settlement.release(order);
  const rented = [...shelvesClosed(state, id), ...bidsWithdrawn(state, id)];
  return { events: [changed, ...left, ...entered, ...rented, ...settled(settlement)] };
}

/** Locked or not: nobody is sold what they may not buy. */
function auctionOrdersLeft({ auctions }: ExchangeState, account: string) {
  const own = [...auctions.orders.values()].filter(({ order }) => order.account === account);
  return own.map(({ auction, order: { id } }) => {
    return { type: "auction_order_cancelled", auction, order: id } as const;
  });
}

function shelvesClosed({ rental }: ExchangeState, account: string): ExchangeEvent[] {
  const own = [...rental.shelves.values()].filter((shelf) => shelf.account === account);
  return own.map(({ id }) => ({ type: "shelf_closed", shelf: id, why: "closed" }));
}

/** The interval that a bid has is kept. */
function bidsWithdrawn({ market, rental }: ExchangeState, account: string): ExchangeEvent[] {
  const own = [...rental.bids.values()].filter((bid) => bid.account === account);
  return own.map(({ id }) => ({ type: "bid_withdrawn", bid: id, at: market.now }));
}

function ordersOf({ market }: ExchangeState, account: string): Order[] {
  const orders = [...market.book.buys(), ...market.book.sells()];
  return orders.filter((order) => order.account === account);
}

function decisionOf(outcome: ExchangeEvent | ExchangeRefusal): ExchangeDecision {
  return typeof outcome === "string" ? { refusal: outcome } : { events: [outcome] };
}

/** What the market decides without asking for anybody's credit, and what it means in money. */
function decideOther(state: ExchangeState, command: MarketCommand): ExchangeDecision {
  const decision = decideMarket(state.market, command);
  if ("refusal" in decision) return decision;
  const settlement = new Settlement(state);
  for (const event of decision.events) settlement.hear(event);
  return { events: [...decision.events, ...settled(settlement)] };
}

function decideInvoice(state: ExchangeState, command: InvoicingCommand): ExchangeDecision {
  const { ledger, market } = state;
  const balanceOf = (account: string) => ledger.balance(account);
  const decision = decideInvoicing(state.invoicing, command, { now: market.now, balanceOf });
  if ("refusal" in decision) return decision;
  const settlement = new Settlement(state);
  settlement.move(decision.transfers);
  return { events: [decision.event, ...settled(settlement)] };
}

function decideBinding({ bindings, market }: ExchangeState, { binding }: BindNodes) {
  const { contract = null } = findContract(market, binding.contract) ?? {};
  const refusal = checkBinding(bindings, contract, binding, market.now);
  return refusal === null ? { events: [{ type: "nodes_bound", binding } as const] } : { refusal };
}

function decideUsage(state: ExchangeState, { reading }: RecordUsage): ExchangeDecision {
  const deal = state.deals.get(reading.contract);
  if (deal === undefined) return { refusal: "contract_not_metered" };
  const refusal = checkReading(deal, reading, state.market.now);
  if (refusal !== null) return { refusal };
  const settlement = new Settlement(state);
  settlement.meter(reading);
  const money = settled(settlement);
  assert(money.length === 1, "a reading moves a meter on");
  return { events: [{ type: "usage_metered", reading }, ...money] };
}

export function settled(settlement: Settlement): ExchangeEvent[] {
  const event = settlement.settled();
  return event === null ? [] : [event];
}
