import type { Auction, AuctionTerms, TermsRefusal } from "../auction/auction.ts";
import type { AuctionRefusal } from "../auction/decide.ts";
import type { AuctionOrder } from "../auction/order.ts";
import type { AuctionOutcome } from "../auction/outcome.ts";
import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type { DurationMs, EpochMs, Notice, Window } from "../units.ts";
import { later } from "../units.ts";

/** What the owner sells by a call auction: one rung of some pools of a SKU, by their common lot. */
export interface AuctionSale extends AuctionTerms {
  readonly sku: string;
  /** In order of their ids; a pool that is opened later is not in it. */
  readonly pools: readonly string[];
  readonly notice: Notice;
  /** The longest that the rung was sold for in any of the pools when the auction opened: this stands. */
  readonly longest: DurationMs;
}

/** An auction until it is cleared or called off: then it leaves the state, with its orders. */
export interface RunningAuction {
  readonly sale: AuctionSale;
  /** Changed in place, between being taken out of its map and being put back. */
  readonly auction: Auction;
}

export interface EnteredOrder {
  readonly auction: string;
  readonly order: AuctionOrder;
}

/** Changed only by `applyAuction`. */
export interface AuctionsState {
  readonly running: HashedMap<string, RunningAuction>;
  /** The orders of all of them. */
  readonly orders: HashedMap<string, EnteredOrder>;
}

export type AuctionsCommand =
  /** `pool`: of that one alone; null: of all that sell the SKU at this notice. */
  | {
      readonly type: "open_auction";
      readonly auction: {
        readonly id: string;
        readonly sku: string;
        readonly pool: string | null;
        readonly notice: Notice;
        readonly window: Window;
        readonly slot: DurationMs;
        readonly locks: EpochMs;
        readonly clears: EpochMs;
      };
      readonly now: EpochMs;
    }
  | {
      readonly type: "place_auction_order";
      readonly auction: string;
      readonly order: AuctionOrder;
      readonly now: EpochMs;
    }
  | {
      readonly type: "cancel_auction_order";
      readonly auction: string;
      readonly order: string;
      readonly account: string;
      readonly now: EpochMs;
    }
  | { readonly type: "lock_auction"; readonly auction: string; readonly now: EpochMs }
  /** With an outcome that was computed before, from what `auctionProblem` gave. */
  | {
      readonly type: "clear_auction";
      readonly auction: string;
      readonly revision: number;
      readonly outcome: AuctionOutcome;
      readonly now: EpochMs;
    }
  | { readonly type: "call_off_auction"; readonly auction: string };

export type AuctionsEvent =
  | { readonly type: "auction_opened"; readonly auction: AuctionSale }
  | {
      readonly type: "auction_order_placed";
      readonly auction: string;
      readonly order: AuctionOrder;
    }
  | {
      readonly type: "auction_order_cancelled";
      readonly auction: string;
      readonly order: string;
    }
  | { readonly type: "auction_locked"; readonly auction: string }
  /** The sales of its fills come before it. `unfilled`: the ids of the other orders, sorted. */
  | {
      readonly type: "auction_cleared";
      readonly auction: string;
      readonly outcome: AuctionOutcome;
      readonly unfilled: readonly string[];
    }
  /** `left`: the ids of its orders, sorted. */
  | {
      readonly type: "auction_called_off";
      readonly auction: string;
      readonly left: readonly string[];
    };

/**
 * Why a command about auctions is refused: the first of these that is true, command by command.
 * - `open_auction`: `auction_id_repeated`, `pool_unknown` (of this SKU), `sku_unknown`, `notice_not_offered`,
 *   `time_not_minute_aligned`, those of `checkTerms`, `auction_locks_in_the_past`, `auction_too_long`: it has more than
 *   {@link MOST_SLOTS} slots.
 * - of an auction that is not there, or over: `auction_unknown`.
 * - `place_auction_order`: those of a buyer, `auction_clearing`: it is due; those of `checkOrder`, those of
 *   `decideAuction`, `order_id_repeated` (in another auction), `duration_too_long` for the rung,
 *   `limit_below_reserve`: below the lowest of its pools now; `auction_full`: it has {@link MOST_ORDERS};
 *   `too_many_orders`: {@link MOST_ORDERS_OF_ONE} of them are this account's; `insufficient_credit`.
 * - `cancel_auction_order`, `lock_auction`: those of `decideAuction`; the auction counts as locked from its time on.
 * - `clear_auction`: those of `decideAuction`, of which `order_unknown` is also said of a fill whose buyer may not have it
 *   any more, and `offer_oversold` if a pool's rung has no room for all fills together.
 */
export type AuctionsRefusal =
  | AuctionRefusal
  | TermsRefusal
  | "auction_id_repeated"
  | "pool_unknown"
  | "sku_unknown"
  | "notice_not_offered"
  | "time_not_minute_aligned"
  | "auction_locks_in_the_past"
  | "auction_too_long"
  | "auction_unknown"
  | "auction_clearing"
  | "duration_too_long"
  | "limit_below_reserve"
  | "auction_full"
  | "too_many_orders"
  | "insufficient_credit";

/** The outcome of so large an auction is still found and checked within seconds. */
export const MOST_SLOTS = 2_016;
export const MOST_ORDERS = 5_000;
/** So that nobody fills an auction alone. */
export const MOST_ORDERS_OF_ONE = 500;

/** From its earliest start to its latest end. */
export function reachOf({ start, duration }: AuctionOrder): Window {
  return { start: start.earliest, end: later(start.latest, duration) };
}

export function noAuctions(hash: StateHash): AuctionsState {
  return {
    running: new HashedMap(hash, ({ sale, auction }) => [...saleFields(sale), ...stand(auction)]),
    orders: new HashedMap(hash, ({ auction, order }) => [
      "auction order",
      auction,
      ...orderFields(order),
    ]),
  };
}

function saleFields(sale: AuctionSale): (string | number)[] {
  const { id, sku, pools, notice, longest, grid, locks, clears } = sale;
  const { window, slot, lot } = grid;
  const times = [window.start, window.end, slot, lot, locks, clears];
  return ["auction", id, sku, notice, longest, ...times, ...pools];
}

function stand({ phase, revision }: Auction): (string | number)[] {
  return [phase, revision];
}

function orderFields(order: AuctionOrder): (string | number | bigint)[] {
  const { id, account, gpus, start, duration, limit, fabric, fill } = order;
  return [id, account, gpus, start.earliest, start.latest, duration, limit, fabric, fill];
}
