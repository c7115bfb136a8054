import type { Contract } from "../contracts/contract.ts";
import type { MarketRefusal } from "../market/commands.ts";
import type { MarketEvent } from "../market/events.ts";
import type {
  DurationMs,
  EpochMs,
  GpuMs,
  Gpus,
  MicroUsd,
  MicroUsdPerGpuHour,
  Notice,
  Window,
} from "../units.ts";
import type { Rental, RentalEnd, Shelf, SpotBid } from "./state.ts";

/** What is asked for when a rental starts. */
export interface RentalOrder {
  readonly id: string;
  readonly account: string;
  readonly sku: string;
  readonly gpus: Gpus;
  readonly fabric: "one" | "any";
  readonly noticeAtLeast: Notice;
  readonly maxPrice: MicroUsdPerGpuHour;
  readonly budget: MicroUsd | null;
}

export interface SliceOrder {
  readonly id: string;
  readonly account: string;
  readonly gpus: Gpus;
  readonly fabric: "one" | "any";
  /** Null: the next minute. */
  readonly start: EpochMs | null;
  readonly duration: DurationMs;
  readonly limit: MicroUsdPerGpuHour;
}

export type RentalCommand =
  | { readonly type: "start_rental"; readonly rental: RentalOrder; readonly now: EpochMs }
  | {
      readonly type: "stop_rental";
      readonly rental: string;
      readonly account: string;
      readonly now: EpochMs;
    }
  /** Each minute, by the service's clock: every rental that can goes on; what is over is closed. */
  | { readonly type: "renew_rentals"; readonly now: EpochMs }
  | {
      readonly type: "place_bid";
      readonly bid: Pick<SpotBid, "id" | "account" | "pool" | "gpus" | "limit">;
      readonly now: EpochMs;
    }
  | {
      readonly type: "withdraw_bid";
      readonly bid: string;
      readonly account: string;
      readonly now: EpochMs;
    }
  /** Each minute, by the service's clock; `interval`: how long one price holds. */
  | {
      readonly type: "clear_spot";
      readonly pool: string;
      readonly interval: DurationMs;
      readonly now: EpochMs;
    }
  | {
      readonly type: "open_shelf";
      readonly shelf: Pick<
        Shelf,
        "id" | "account" | "contract" | "price" | "shortest" | "longest" | "leastGpus"
      >;
      readonly now: EpochMs;
    }
  | {
      readonly type: "close_shelf";
      readonly shelf: string;
      readonly account: string;
      readonly now: EpochMs;
    }
  | {
      readonly type: "rent_slice";
      readonly shelf: string;
      readonly slice: SliceOrder;
      readonly now: EpochMs;
    };

/** Each clearing tells of every bid that stands in its line. */
export const MOST_BIDS_OF_ONE = 100;

/** Why a bid has not won an interval. */
export type BidLoss =
  | "below_reserve"
  | "outbid"
  | "too_large"
  | "credit_gone"
  | "account_closed"
  | "gpu_limit_reached";

/** One price for one interval of a pool. */
export interface Clearing {
  readonly pool: string;
  readonly window: Window;
  readonly price: MicroUsdPerGpuHour;
  readonly reserve: MicroUsdPerGpuHour;
  readonly room: Gpus;
  readonly won: readonly { readonly bid: string; readonly contract: string }[];
  /** `until`: the end of the last interval that it has, its notice from now or later; null: it has none. */
  readonly lost: readonly {
    readonly bid: string;
    readonly why: BidLoss;
    readonly until: EpochMs | null;
  }[];
}

export type RentalEvent =
  | { readonly type: "rental_started"; readonly rental: Rental }
  | {
      readonly type: "rental_renewed";
      readonly rental: string;
      readonly contract: string;
      readonly until: EpochMs;
      readonly committed: MicroUsd;
    }
  | {
      readonly type: "rental_ending";
      readonly rental: string;
      readonly why: RentalEnd;
      readonly until: EpochMs;
    }
  | {
      readonly type: "rental_ended";
      readonly rental: string;
      readonly why: RentalEnd;
      readonly at: EpochMs;
    }
  | { readonly type: "bid_placed"; readonly bid: SpotBid }
  | { readonly type: "bid_withdrawn"; readonly bid: string; readonly at: EpochMs }
  | { readonly type: "spot_cleared"; readonly clearing: Clearing }
  | { readonly type: "shelf_opened"; readonly shelf: Shelf }
  | { readonly type: "shelf_closed"; readonly shelf: string; readonly why: "closed" | "over" }
  | {
      readonly type: "slice_rented";
      readonly shelf: string;
      readonly order: string;
      readonly contract: string;
      readonly sold: GpuMs;
      readonly income: MicroUsd;
      readonly fee: MicroUsd;
    };

/**
 * Why a command about rentals is refused: the first of these that is true, command by command.
 * - `start_rental`: those of `checkOrder`, `order_id_repeated`, `rental_id_repeated`, `notice_not_rentable`: a rental
 *   always ends; `budget_not_positive`, those of `matchBuy`, `budget_too_small` for its first minutes,
 *   `gpu_limit_reached` until its notice would be over, `insufficient_credit`. `stop_rental`: `rental_unknown` (of this account), `rental_already_ending`.
 * - `place_bid`: `pool_unknown`, those of `checkOrder`, `order_id_repeated`, `bid_id_repeated`, `too_many_bids`: the account has
 *   {@link MOST_BIDS_OF_ONE}. `withdraw_bid`: `bid_unknown` (of this account).
 * - `clear_spot`: `pool_unknown`, `interval_not_whole_minutes`, `no_supply`: nothing is offered at the shortest notice;
 *   `interval_too_long` for that rung, `too_early`, `already_cleared`.
 * - `open_shelf`: `shelf_id_repeated`, `contract_unknown` (of this holder), `contract_rented`, `contract_on_shelf`, `contract_listed`,
 *   `price_not_positive`, `time_not_minute_aligned`, `duration_not_positive`, `duration_range_reversed`,
 *   `gpus_not_positive`, `gpus_not_whole_lots`, `nothing_left`. `close_shelf`: `shelf_unknown` (of this account).
 * - `rent_slice`: `shelf_unknown`, `own_shelf`, those of `checkOrder`, `order_id_repeated`, `slice_too_few_gpus`,
 *   `slice_too_short`, `slice_too_long`, those of `matchBuy`, `insufficient_credit`.
 */
export type RentalRefusal =
  | MarketRefusal
  | "rental_id_repeated"
  | "notice_not_rentable"
  | "budget_not_positive"
  | "budget_too_small"
  | "gpu_limit_reached"
  | "rental_unknown"
  | "rental_already_ending"
  | "bid_id_repeated"
  | "too_many_bids"
  | "bid_unknown"
  | "interval_not_whole_minutes"
  | "interval_too_long"
  | "too_early"
  | "already_cleared"
  | "shelf_id_repeated"
  | "shelf_unknown"
  | "contract_rented"
  | "contract_on_shelf"
  | "contract_listed"
  | "price_not_positive"
  | "own_shelf"
  | "slice_too_few_gpus"
  | "slice_too_short"
  | "slice_too_long"
  | "insufficient_credit";

export type RentalDecision =
  | { readonly events: readonly (MarketEvent | RentalEvent)[] }
  | { readonly refusal: RentalRefusal };

/** What a decision about rentals asks of its customers. */
export interface Customers {
  isActive(account: string): boolean;
  /** Whether its limit lets the account hold as many more through the window. */
  mayHold(account: string, gpus: Gpus, window: Window): boolean;
  /** Whether its credit covers as much more at this price, with tax. */
  affords(account: string, price: MicroUsdPerGpuHour, amount: GpuMs): boolean;
  /** What its holder pays a GPU-hour of a contract, which may be more or less than what the owner gets. */
  pays(contract: Contract): MicroUsdPerGpuHour;
  /** Told of each purchase, so that the next one counts on it. */
  hear(event: MarketEvent): void;
}
