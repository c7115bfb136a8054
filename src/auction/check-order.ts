import type { AuctionGrid, AuctionOrder } from "./order.ts";

/** What makes an order refused, in the order in which it is checked: the first that is true. */
const RULES = [
  ["gpus_not_positive", ({ gpus }) => gpus <= 0],
  ["gpus_not_whole_lots", ({ gpus }, { lot }) => gpus % lot !== 0],
  ["duration_not_positive", ({ duration }) => duration <= 0],
  ["time_not_on_grid", (order, grid) => !isOnGrid(order, grid)],
  ["start_range_reversed", ({ start }) => start.earliest > start.latest],
  ["outside_auction", (order, grid) => !isInside(order, grid)],
  ["limit_not_positive", ({ limit }) => limit <= 0n],
  ["order_too_large", (order, grid) => !isExact(order, grid)],
] as const satisfies readonly (readonly [string, Rule])[];

type Rule = (order: AuctionOrder, grid: AuctionGrid) => boolean;

/**
 * Why an order is not accepted into any auction with this grid:
 * - `gpus_not_positive`, `gpus_not_whole_lots`: GPUs are a positive multiple of the lot;
 * - `duration_not_positive`: it lasts some time;
 * - `time_not_on_grid`: starts and duration are whole slots from the auction's beginning;
 * - `start_range_reversed`: the latest start lies before the earliest;
 * - `outside_auction`: it could begin before what is auctioned, or end after it;
 * - `limit_not_positive`: a price is more than nothing;
 * - `order_too_large`: what it is worth is beyond exact arithmetic.
 */
export type AuctionOrderRefusal = (typeof RULES)[number][0];

/** Every refusal, in the order in which they are checked. */
export const AUCTION_ORDER_REFUSALS: readonly AuctionOrderRefusal[] = RULES.map(
  ([refusal]) => refusal,
);

/** The first rule that the order breaks, or null. */
export function checkAuctionOrder(
  order: AuctionOrder,
  grid: AuctionGrid,
): AuctionOrderRefusal | null {
  for (const [refusal, isBroken] of RULES) if (isBroken(order, grid)) return refusal;
  return null;
}

function isOnGrid({ start, duration }: AuctionOrder, { window, slot }: AuctionGrid): boolean {
  const lengths = [start.earliest - window.start, start.latest - window.start, duration];
  return lengths.every((length) => length % slot === 0);
}

function isInside({ start, duration }: AuctionOrder, { window }: AuctionGrid): boolean {
  return start.earliest >= window.start && start.latest + duration <= window.end;
}

function isExact({ gpus, duration, limit }: AuctionOrder, { slot }: AuctionGrid): boolean {
  return Number.isSafeInteger(gpus * (duration / slot) * Number(limit));
}
