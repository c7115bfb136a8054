import type { EpochMs } from "../units.ts";
import type { Auction } from "./auction.ts";
import { type AuctionOrderRefusal, checkAuctionOrder } from "./check-order.ts";
import { type OutcomeFault, checkOutcome } from "./check-outcome.ts";
import type { AuctionOffer, AuctionOrder } from "./order.ts";
import type { AuctionOutcome } from "./outcome.ts";

export type AuctionCommand =
  | { readonly type: "place_auction_order"; readonly order: AuctionOrder }
  | { readonly type: "cancel_auction_order"; readonly order: string; readonly account: string }
  | { readonly type: "lock_auction"; readonly now: EpochMs }
  /** The outcome was computed before, at leisure: `offers` are what is for sale now, and it is checked against them. */
  | {
      readonly type: "clear_auction";
      readonly now: EpochMs;
      readonly revision: number;
      readonly offers: readonly AuctionOffer[];
      readonly outcome: AuctionOutcome;
    }
  | { readonly type: "call_off_auction" };

export type AuctionEvent =
  | { readonly type: "auction_order_placed"; readonly order: AuctionOrder }
  | { readonly type: "auction_order_cancelled"; readonly order: string }
  | { readonly type: "auction_locked" }
  | { readonly type: "auction_cleared"; readonly outcome: AuctionOutcome }
  | { readonly type: "auction_called_off" };

/**
 * Why a command is refused: `auction_over` of every command to an auction that was cleared or called off; then the
 * first of these that is true, command by command.
 * - `place_auction_order`: those of `checkAuctionOrder`; `order_id_repeated`.
 * - `cancel_auction_order`: `order_unknown` (of this account); `auction_locked`.
 * - `lock_auction`: `auction_locked`; `auction_not_due`.
 * - `clear_auction`: `auction_open`; `auction_not_due`; `outcome_outdated`: orders came since it was computed; those of
 *   `checkOutcome`: what is for sale may have changed since.
 */
export type AuctionRefusal =
  | "auction_over"
  | AuctionOrderRefusal
  | "order_id_repeated"
  | "auction_locked"
  | "auction_open"
  | "auction_not_due"
  | "outcome_outdated"
  | OutcomeFault;

export type AuctionDecision =
  | { readonly events: readonly AuctionEvent[] }
  | { readonly refusal: AuctionRefusal };

/** Changes nothing. */
export function decideAuction(auction: Auction, command: AuctionCommand): AuctionDecision {
  if (auction.phase === "cleared" || auction.phase === "called_off") return refuse("auction_over");
  switch (command.type) {
    case "place_auction_order":
      return decidePlace(auction, command.order);
    case "cancel_auction_order":
      return decideCancel(auction, command.order, command.account);
    case "lock_auction":
      return decideLock(auction, command.now);
    case "clear_auction":
      return decideClear(auction, command);
    case "call_off_auction":
      break;
  }
  return { events: [{ type: "auction_called_off" }] };
}

/** Cannot fail: `decideAuction` has seen to that. */
export function applyToAuction(auction: Auction, event: AuctionEvent): void {
  switch (event.type) {
    case "auction_order_placed":
      auction.orders.set(event.order.id, event.order);
      auction.revision += 1;
      return;
    case "auction_order_cancelled":
      auction.orders.delete(event.order);
      auction.revision += 1;
      return;
    case "auction_locked":
      auction.phase = "locked";
      return;
    case "auction_cleared":
      auction.phase = "cleared";
      auction.outcome = event.outcome;
      return;
    case "auction_called_off":
      auction.phase = "called_off";
  }
}

function decidePlace({ terms, orders }: Auction, order: AuctionOrder): AuctionDecision {
  const refusal = checkAuctionOrder(order, terms.grid);
  if (refusal !== null) return refuse(refusal);
  if (orders.has(order.id)) return refuse("order_id_repeated");
  return { events: [{ type: "auction_order_placed", order }] };
}

function decideCancel({ phase, orders }: Auction, id: string, account: string): AuctionDecision {
  if (orders.get(id)?.account !== account) return refuse("order_unknown");
  if (phase === "locked") return refuse("auction_locked");
  return { events: [{ type: "auction_order_cancelled", order: id }] };
}

function decideLock({ phase, terms }: Auction, now: EpochMs): AuctionDecision {
  if (phase === "locked") return refuse("auction_locked");
  if (now < terms.locks) return refuse("auction_not_due");
  return { events: [{ type: "auction_locked" }] };
}

function decideClear(
  { phase, terms, orders, revision }: Auction,
  command: Extract<AuctionCommand, { readonly type: "clear_auction" }>,
): AuctionDecision {
  if (phase === "open") return refuse("auction_open");
  if (command.now < terms.clears) return refuse("auction_not_due");
  if (command.revision !== revision) return refuse("outcome_outdated");
  const { offers, outcome } = command;
  const fault = checkOutcome(terms.grid, offers, [...orders.values()], outcome);
  if (fault !== null) return refuse(fault);
  return { events: [{ type: "auction_cleared", outcome }] };
}

function refuse(refusal: AuctionRefusal): AuctionDecision {
  return { refusal };
}
