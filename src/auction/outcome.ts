import type { EpochMs, Gpus, MicroUsd, MicroUsdPerGpuHour, Window } from "../units.ts";

/** GPUs out of one offer, throughout the fill's window. */
export interface AuctionPiece {
  readonly offer: string;
  readonly gpus: Gpus;
  /** What the buyer pays and the seller gets; at most the buyer's limit, at least the seller's reserve. */
  readonly price: MicroUsdPerGpuHour;
}

/** What an order gets. All pieces of an order that wants one fabric are in one. */
export interface AuctionFill {
  readonly order: string;
  readonly window: Window;
  readonly pieces: readonly AuctionPiece[];
}

/** From `at` until the next step, or the auction's end. */
export interface PriceStep {
  readonly at: EpochMs;
  readonly price: MicroUsdPerGpuHour;
}

/** What a GPU-hour of an offer costs, slot by slot: its reserve where nobody else wanted it. */
export interface ClearingPrices {
  readonly offer: string;
  readonly steps: readonly PriceStep[];
}

export interface AuctionOutcome {
  /** In order of the orders' ids; orders that are not filled are not named. */
  readonly fills: readonly AuctionFill[];
  /** In order of the offers' ids. */
  readonly prices: readonly ClearingPrices[];
  /** Σ (limit − reserve) × GPU-hours of what is filled, rounded down. */
  readonly worth: MicroUsd;
  /** What no set of fills could be worth more than, by the clearing prices; rounded up. */
  readonly bound: MicroUsd;
}
