import { applyAccount } from "../accounts/apply-account.ts";
import { applyInvoicing } from "../invoicing/apply-invoicing.ts";
import { hearPayments } from "../invoicing/settle-dues.ts";
import { apply as applyMarket } from "../market/apply.ts";
import { applyOwner } from "../owner/apply-owner.ts";
import { applyRental } from "../rental/apply-rental.ts";
import { subMoney } from "../units.ts";
import { applyAuction } from "./apply-auction.ts";
import type { ExchangeEvent, Settled } from "./commands.ts";
import type { Booking, ExchangeState } from "./state.ts";

/** Carries an event out on the writer's own state, in place. It cannot fail: `decideExchange` has seen to that. */
export function applyExchange(state: ExchangeState, event: ExchangeEvent): void {
  switch (event.type) {
    case "account_created":
    case "account_changed":
    case "member_added":
    case "member_changed":
    case "member_removed":
    case "key_created":
    case "key_revoked":
    case "terms_required":
      return applyAccount(state.accounts, event);
    case "offering_set":
    case "run_declared":
    case "run_withdrawn":
    case "gpus_blocked":
    case "gpus_unblocked":
    case "fees_set":
      return applyOwner(state.owner, event);
    case "settled":
      return settle(state, event);
    case "booked":
      return book(state, event.booking);
    case "rental_started":
    case "rental_renewed":
    case "rental_ending":
    case "rental_ended":
    case "bid_placed":
    case "bid_withdrawn":
    case "spot_cleared":
    case "shelf_opened":
    case "shelf_closed":
    case "slice_rented":
      return applyRental(state.rental, event);
    case "auction_opened":
    case "auction_order_placed":
    case "auction_order_cancelled":
    case "auction_locked":
    case "auction_cleared":
    case "auction_called_off":
      return applyAuction(state.auctions, event);
    case "breach_claimed":
      return state.claims.set(event.claim.id, event.claim);
    case "breach_claim_decided":
      return state.claims.delete(event.claim.id);
    case "nodes_bound":
      return state.bindings.set(event.binding.contract, event.binding);
    case "invoice_issued":
    case "period_closed":
    case "credit_note_issued":
      return applyInvoicing(state.invoicing, event);
    case "order_placed":
    case "credit_given":
    case "usage_metered":
    case "contract_followed":
    case "checkpoint_kept":
    case "recall_drilled":
      // What these did stands in the events that follow them.
      return;
    default:
      return applyMarket(state.market, event);
  }
}

/** What moves a deposit's money again stands with the deposit too: so much of it is taken back, or no longer. */
function book({ bookings }: ExchangeState, booking: Booking): void {
  bookings.set(booking.reference, booking);
  const deposit = booking.of === null ? undefined : bookings.get(booking.of);
  if (deposit === undefined) return;
  const reversed = subMoney(deposit.reversed, booking.amount);
  bookings.set(deposit.reference, { ...deposit, reversed });
}

function settle(state: ExchangeState, { transaction, deals, closed, holds }: Settled): void {
  if (transaction !== null) {
    state.ledger.post(transaction);
    hearPayments(state.invoicing, transaction.transfers);
  }
  for (const deal of deals) state.deals.set(deal.contract, deal);
  for (const contract of closed) {
    state.deals.delete(contract);
    state.bindings.delete(contract);
  }
  for (const hold of holds) {
    if (hold.amount > 0n) state.orderHolds.set(hold.order, hold);
    else state.orderHolds.delete(hold.order);
  }
}
