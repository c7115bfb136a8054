import type { Schedule } from "../schedule/schedule.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Window } from "../units.ts";

/** What an auction sells by: whole lots, for whole slots, within its window. */
export interface AuctionGrid {
  /** Begins and ends on the grid, which is counted from its start. */
  readonly window: Window;
  /** Whole minutes: an hour for dated books, a minute for near ones. */
  readonly slot: DurationMs;
  readonly lot: Gpus;
}

/** A block that its buyer wants as a whole: GPUs × a fixed duration, in one window out of a range. */
export interface AuctionOrder {
  readonly id: string;
  readonly account: string;
  /** Whole lots, at least one. */
  readonly gpus: Gpus;
  /** Range of the start, on the grid; equal ends mean a fixed start. */
  readonly start: { readonly earliest: EpochMs; readonly latest: EpochMs };
  /** Whole slots, at least one. */
  readonly duration: DurationMs;
  /** The most that is paid; no GPU is ever dearer. */
  readonly limit: MicroUsdPerGpuHour;
  /** Whether all GPUs must share one interconnect domain. */
  readonly fabric: "one" | "any";
  /** Whether fewer GPUs than asked for are acceptable, for the whole duration all the same. */
  readonly fill: "all-or-none" | "partial";
}

/** What one seller puts into the auction in one fabric: the owner's free GPUs, or a holder's listing. */
export interface AuctionOffer {
  readonly id: string;
  readonly account: string;
  readonly fabric: string;
  /** GPUs that may be sold, by the slot; sold in any parts. */
  readonly free: Schedule;
  /** The least that the seller accepts. */
  readonly reserve: MicroUsdPerGpuHour;
}
