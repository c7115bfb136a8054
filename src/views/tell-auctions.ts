import { formatNotice } from "../policy/duration.ts";
import { formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { Known, Subject, Tellers, Told } from "./tellers.ts";
import { toldTo } from "./tellers.ts";

/** Auctions are everyone's; their orders are of those who placed them. What they sell is told as any sale is. */
export const AUCTIONS = {
  auction_opened: {
    tell: ({ auction: { id, sku, notice, grid, locks, clears } }) => {
      const [start, end] = [formatTime(grid.window.start), formatTime(grid.window.end)];
      const due = { locks: formatTime(locks), clears: formatTime(clears) };
      const data = { auction: id, sku, notice: formatNotice(notice), start, end, ...due };
      return [{ account: null, type: "auction.opened", data }];
    },
  },
  auction_order_placed: {
    tell: ({ auction, order: { id, account, gpus } }) =>
      toldTo(account, "auction_order.placed", { auction, order: id, gpus }),
  },
  auction_order_cancelled: {
    about: ({ order }) => ordersOf([order]),
    tell: ({ auction, order }, of) => toldEach(auction, [order], "cancelled", of),
  },
  auction_locked: {
    tell: ({ auction }) => [{ account: null, type: "auction.locked", data: { auction } }],
  },
  auction_cleared: {
    about: ({ outcome: { fills }, unfilled }) =>
      ordersOf([...fills.map(({ order }) => order), ...unfilled]),
    tell: ({ auction, outcome: { fills, worth }, unfilled }, of) => {
      const data = { auction, filled_orders: fills.length, worth: formatMoney(worth) };
      const filled = fills.map(({ order }) => order);
      return [
        { account: null, type: "auction.cleared", data },
        ...toldEach(auction, filled, "filled", of),
        ...toldEach(auction, unfilled, "unfilled", of),
      ];
    },
  },
  auction_called_off: {
    about: ({ left }) => ordersOf(left),
    tell: ({ auction, left }, of) => [
      { account: null, type: "auction.called_off", data: { auction } },
      ...toldEach(auction, left, "called_off", of),
    ],
  },
} satisfies Tellers;

function ordersOf(ids: readonly string[]): Subject[] {
  return ids.map((id) => ({ kind: "auction_order", id }));
}

function toldEach(
  auction: string,
  orders: readonly string[],
  what: "filled" | "unfilled" | "cancelled" | "called_off",
  of: Known,
): Told[] {
  return orders.flatMap((order) =>
    toldTo(of.account("auction_order", order), `auction_order.${what}`, { auction, order }),
  );
}
