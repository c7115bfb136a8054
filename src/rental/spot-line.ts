/**
 * Who wins an interval of a pool, and at what price.
 *
 * **The line.** The highest limit first; at the same limit who had the interval before, so that no job moves without a
 * reason; then who bid first; then by id.
 *
 * **Served** is who fits whole into what is left, in the order of the line. Who does not fit is passed over, so that a
 * large bid does not keep the GPUs idle for everyone behind it.
 *
 * **The price** is one for all: the highest limit that was turned away, but no more than the lowest limit that was
 * served, and no less than the reserve (the rung's own price). A bid counts as turned away only if the whole room could
 * have served it and its bidder could have paid: otherwise it would raise the price without ever buying.
 */
import type { EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { subGpus } from "../units.ts";
import type { BidLoss } from "./commands.ts";
import type { SpotBid } from "./state.ts";

export interface LostBid {
  readonly bid: SpotBid;
  readonly why: BidLoss;
}

export interface Served {
  /** In the order of the line. */
  readonly won: readonly SpotBid[];
  readonly lost: readonly LostBid[];
  readonly price: MicroUsdPerGpuHour;
}

export interface LineTerms {
  /** GPUs that may be sold through the interval, whole lots. */
  readonly room: Gpus;
  readonly reserve: MicroUsdPerGpuHour;
  readonly start: EpochMs;
  /** Why a bidder may not win now, those served before counted; null: it may. */
  readonly barred: (bid: SpotBid, served: readonly SpotBid[]) => BidLoss | null;
}

export function serve(bids: readonly SpotBid[], terms: LineTerms): Served {
  const won: SpotBid[] = [];
  const lost: LostBid[] = [];
  let left = terms.room;
  for (const bid of bids.toSorted((a, b) => compare(a, b, terms.start))) {
    const why = lossOf(bid, left, won, terms);
    if (why !== null) lost.push({ bid, why });
    else {
      won.push(bid);
      left = subGpus(left, bid.gpus);
    }
  }
  return { won, lost, price: priceOf(won, lost, terms.reserve) };
}

function lossOf(
  bid: SpotBid,
  left: Gpus,
  won: readonly SpotBid[],
  { reserve, room, barred }: LineTerms,
): BidLoss | null {
  if (bid.limit < reserve) return "below_reserve";
  if (bid.gpus > room) return "too_large";
  return barred(bid, won) ?? (bid.gpus > left ? "outbid" : null);
}

function compare(a: SpotBid, b: SpotBid, start: EpochMs): number {
  if (a.limit !== b.limit) return a.limit > b.limit ? -1 : 1;
  if ((a.until === start) !== (b.until === start)) return a.until === start ? -1 : 1;
  if (a.placed !== b.placed) return a.placed - b.placed;
  return a.id < b.id ? -1 : 1;
}

function priceOf(
  won: readonly SpotBid[],
  lost: readonly LostBid[],
  reserve: MicroUsdPerGpuHour,
): MicroUsdPerGpuHour {
  const lowest = won.at(-1)?.limit;
  let price = reserve;
  for (const { bid, why } of lost) {
    if (why === "outbid" && bid.limit > price) price = bid.limit;
  }
  return lowest !== undefined && lowest < price ? lowest : price;
}
