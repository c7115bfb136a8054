import { openAuction } from "../auction/auction.ts";
import type { AuctionEvent } from "../auction/decide.ts";
import { applyToAuction } from "../auction/decide.ts";
import { assert } from "../units.ts";
import type { AuctionsEvent, AuctionsState } from "./auctions.ts";

/** Carries an event out in place. It cannot fail: `decideAuctions` has seen to that. */
export function applyAuction(state: AuctionsState, event: AuctionsEvent): void {
  switch (event.type) {
    case "auction_opened": {
      const { auction: sale } = event;
      return state.running.set(sale.id, { sale, auction: openAuction(sale) });
    }
    case "auction_order_placed":
      state.orders.set(event.order.id, { auction: event.auction, order: event.order });
      return change(state, event.auction, event);
    case "auction_order_cancelled":
      state.orders.delete(event.order);
      return change(state, event.auction, event);
    case "auction_locked":
      return change(state, event.auction, event);
    case "auction_cleared":
    case "auction_called_off":
      return end(state, event.auction);
  }
}

/** It is out of its map while it changes, so that the hash loses what it was and gains what it is. */
function change({ running }: AuctionsState, id: string, event: AuctionEvent): void {
  const found = running.get(id);
  assert(found !== undefined, `auction ${id} is running`);
  running.delete(id);
  applyToAuction(found.auction, event);
  running.set(id, found);
}

function end({ running, orders }: AuctionsState, id: string): void {
  for (const order of running.get(id)?.auction.orders.keys() ?? []) orders.delete(order);
  running.delete(id);
}
