import type { EpochMs } from "../units.ts";
import type { AuctionGrid, AuctionOrder } from "./order.ts";
import type { AuctionOutcome } from "./outcome.ts";

/**
 * A call auction's life:
 *
 * ```text
 * open ──(locks)──▶ locked ──(clears)──▶ cleared
 *   └───────────────────┴──(call off)──▶ called_off
 * ```
 *
 * - **open**: orders come and go.
 * - **locked**: orders still come, but none is withdrawn: nobody can show interest that moves others and take it
 *   back at the last moment.
 * - **cleared**: it has an outcome, and nothing changes any more.
 * - **called_off**: it ended without one.
 */
export type AuctionPhase = "open" | "locked" | "cleared" | "called_off";

export interface AuctionTerms {
  readonly id: string;
  readonly grid: AuctionGrid;
  /** From when on no order is withdrawn. */
  readonly locks: EpochMs;
  /** From when on it is cleared; not before it locks, and not after what is sold begins. */
  readonly clears: EpochMs;
}

/** Changed in place, by `applyToAuction` alone. */
export interface Auction {
  readonly terms: AuctionTerms;
  phase: AuctionPhase;
  /** Goes up with each order that comes or goes, so that an outcome says what it was computed from. */
  revision: number;
  readonly orders: Map<string, AuctionOrder>;
  outcome: AuctionOutcome | null;
}

/** Why terms are none: the first of these that is true. */
export type TermsRefusal = "window_not_whole_slots" | "lot_not_positive" | "auction_times_reversed";

export function checkTerms({ grid, locks, clears }: AuctionTerms): TermsRefusal | null {
  const length = grid.window.end - grid.window.start;
  if (grid.slot <= 0 || length <= 0 || length % grid.slot !== 0) return "window_not_whole_slots";
  if (grid.lot <= 0) return "lot_not_positive";
  if (locks > clears || clears > grid.window.start) return "auction_times_reversed";
  return null;
}

/** @param terms accepted by `checkTerms` */
export function openAuction(terms: AuctionTerms): Auction {
  return { terms, phase: "open", revision: 0, orders: new Map(), outcome: null };
}

/** As it stands, without its orders. */
export interface AuctionStand {
  readonly phase: AuctionPhase;
  readonly revision: number;
}

/** An auction that was not over. @param orders in the order in which they came */
export function resumeAuction(
  terms: AuctionTerms,
  { phase, revision }: AuctionStand,
  orders: Iterable<AuctionOrder>,
): Auction {
  const entered = new Map([...orders].map((order) => [order.id, order]));
  return { ...openAuction(terms), phase, revision, orders: entered };
}

/** When something is to be done to the auction next: lock it, or clear it; null once it is over. */
export function nextDue({ phase, terms }: Auction): EpochMs | null {
  if (phase === "open") return terms.locks;
  return phase === "locked" ? terms.clears : null;
}
