import type { AuctionOrder } from "../auction/order.ts";
import type { AuctionFill, AuctionOutcome } from "../auction/outcome.ts";
import type { AuctionSale } from "../exchange/auctions.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import { elapsed, gpuMs } from "../units.ts";
import { formatGpuHours, formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { AuctionOrderResource, AuctionResource } from "./resources.ts";
import type { Shelf } from "./shelf.ts";

/** Auctions for everyone, their orders for those who placed them. The sales of a fill come before the auction is over. */
export function hearAuction(shelf: Shelf, { sequence, at, event }: Recorded): void {
  switch (event.type) {
    case "auction_opened": {
      const { auction } = event;
      return shelf.put("auction", auction.id, null, sequence, opened(auction, formatTime(at)));
    }
    case "auction_order_placed": {
      const { auction, order } = event;
      const placed = orderResource(auction, order, formatTime(at));
      return shelf.put("auction_order", order.id, order.account, sequence, placed);
    }
    case "auction_order_cancelled":
      return leave(shelf, event.order, "cancelled");
    case "contract_sold":
      return fill(shelf, event.order, event.contract.id, event.contract.soldGpus);
    case "auction_locked":
      return shelf.change("auction", event.auction, (body) => ({ ...body, status: "locked" }));
    case "auction_cleared": {
      for (const { order } of event.outcome.fills) leave(shelf, order, "filled");
      for (const order of event.unfilled) leave(shelf, order, "unfilled");
      const outcome = outcomeOf(event.outcome);
      return end(shelf, event.auction, { status: "cleared", outcome });
    }
    case "auction_called_off":
      for (const order of event.left) leave(shelf, order, "called_off");
      return end(shelf, event.auction, { status: "called_off", outcome: null });
    default:
  }
}

function opened(sale: AuctionSale, at: string): AuctionResource {
  const { id, sku, pools, notice, longest, grid, locks, clears } = sale;
  return {
    id,
    sku,
    pools,
    notice: formatNotice(notice),
    start: formatTime(grid.window.start),
    end: formatTime(grid.window.end),
    slot: formatDuration(grid.slot),
    lot_gpus: grid.lot,
    longest_duration: formatDuration(longest),
    opened: at,
    locks: formatTime(locks),
    clears: formatTime(clears),
    status: "open",
    outcome: null,
  };
}

function orderResource(auction: string, order: AuctionOrder, placed: string): AuctionOrderResource {
  const { id, account, gpus, start, duration, limit, fabric, fill: filling } = order;
  return {
    id,
    account,
    auction,
    gpus,
    filled_gpus: 0,
    start: { earliest: formatTime(start.earliest), latest: formatTime(start.latest) },
    duration: formatDuration(duration),
    limit_price: formatMoney(limit),
    fabric,
    fill: filling,
    placed,
    status: "open",
    contracts: [],
  };
}

function fill(shelf: Shelf, order: string, contract: string, gpus: number): void {
  shelf.change("auction_order", order, (body) => ({
    ...body,
    filled_gpus: body.filled_gpus + gpus,
    contracts: [...body.contracts, contract],
  }));
}

function leave(shelf: Shelf, order: string, status: AuctionOrderResource["status"]): void {
  shelf.change("auction_order", order, (body) => ({ ...body, status }));
  shelf.finish("auction_order", order);
}

function end(
  shelf: Shelf,
  auction: string,
  changed: Pick<AuctionResource, "status" | "outcome">,
): void {
  shelf.change("auction", auction, (body) => ({ ...body, ...changed }));
  shelf.finish("auction", auction);
}

function outcomeOf({ fills, prices, worth, bound }: AuctionOutcome): AuctionResource["outcome"] {
  const filled = fills.reduce((sum, each) => sum + gpuMsOf(each), 0);
  return {
    filled_orders: fills.length,
    filled_gpu_hours: formatGpuHours(gpuMs(filled)),
    worth: formatMoney(worth),
    bound: formatMoney(bound),
    prices: prices.map(({ offer, steps }) => ({
      ...placeOf(offer),
      steps: steps.map(({ at, price }) => ({ from: formatTime(at), price: formatMoney(price) })),
    })),
  };
}

function gpuMsOf({ window, pieces }: AuctionFill): number {
  const gpus = pieces.reduce((sum, piece) => sum + piece.gpus, 0);
  return gpus * elapsed(window.start, window.end);
}

/** An offer is named after its pool and fabric. */
function placeOf(offer: string): { readonly pool: string; readonly fabric: string } {
  const slash = offer.indexOf("/");
  return { pool: offer.slice(0, slash), fabric: offer.slice(slash + 1) };
}
