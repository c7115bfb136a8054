import { add, covers, rectangle } from "../schedule/schedule.ts";
import { type Schedule, EMPTY } from "../schedule/schedule.ts";
import type { AuctionGrid, AuctionOffer, AuctionOrder } from "./order.ts";
import type { AuctionFill, AuctionOutcome } from "./outcome.ts";

/** A fill beside the order that it fills. */
interface Pair {
  readonly fill: AuctionFill;
  readonly order: AuctionOrder;
  readonly offers: ReadonlyMap<string, AuctionOffer>;
  readonly grid: AuctionGrid;
}

/** What a fill must not do to its order, in the order in which it is checked. */
const RULES = [
  ["offer_unknown", ({ fill, offers }) => !fill.pieces.every(({ offer }) => offers.has(offer))],
  ["own_offer", (pair) => offersOf(pair).some(({ account }) => account === pair.order.account)],
  ["window_not_acceptable", (pair) => !isAcceptable(pair)],
  ["pieces_not_whole_lots", (pair) => !arePiecesWhole(pair)],
  ["block_not_whole", (pair) => !isBlockWhole(pair)],
  ["fabric_not_kept", (pair) => !isFabricKept(pair)],
  ["price_above_limit", ({ fill, order }) => fill.pieces.some((p) => p.price > order.limit)],
  ["price_below_reserve", (pair) => !isReserveKept(pair)],
] as const satisfies readonly (readonly [string, (pair: Pair) => boolean])[];

/**
 * What is wrong with an outcome: with its fills, in order, `order_unknown`, `order_filled_twice`, or
 * - `offer_unknown`, `own_offer`: a piece is of no offer, or sold to its own seller;
 * - `window_not_acceptable`: another start or duration than the buyer accepts;
 * - `pieces_not_whole_lots`: a piece is of no GPU, or of a part of a lot;
 * - `block_not_whole`: fewer GPUs than asked for, all or none, or more;
 * - `fabric_not_kept`: pieces in several fabrics where one was asked for;
 * - `price_above_limit`, `price_below_reserve`: at a price that the buyer or the seller does not accept;
 *
 * and with all of them together `offer_oversold`: more is sold at some time than is free.
 */
export type OutcomeFault =
  | "order_unknown"
  | "order_filled_twice"
  | (typeof RULES)[number][0]
  | "offer_oversold";

/** Checks with the algebra of schedules alone, and knows nothing of how the outcome was found. */
export function checkOutcome(
  grid: AuctionGrid,
  offers: readonly AuctionOffer[],
  orders: readonly AuctionOrder[],
  { fills }: Pick<AuctionOutcome, "fills">,
): OutcomeFault | null {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const offersById = new Map(offers.map((offer) => [offer.id, offer]));
  const seen = new Set<string>();
  for (const fill of fills) {
    const order = byId.get(fill.order);
    if (order === undefined) return "order_unknown";
    if (seen.has(order.id)) return "order_filled_twice";
    seen.add(order.id);
    const pair = { fill, order, offers: offersById, grid };
    for (const [fault, isBroken] of RULES) if (isBroken(pair)) return fault;
  }
  return offers.every((offer) => covers(offer.free, soldOf(offer, fills)))
    ? null
    : "offer_oversold";
}

function offersOf({ fill, offers }: Pair): AuctionOffer[] {
  return fill.pieces.flatMap(({ offer }) => offers.get(offer) ?? []);
}

function isAcceptable({ fill: { window }, order: { start, duration }, grid }: Pair): boolean {
  const isInRange = start.earliest <= window.start && window.start <= start.latest;
  const isOnGrid = (window.start - grid.window.start) % grid.slot === 0;
  return isInRange && isOnGrid && window.end - window.start === duration;
}

function arePiecesWhole({ fill, grid }: Pair): boolean {
  return fill.pieces.every(({ gpus }) => gpus > 0 && gpus % grid.lot === 0);
}

function isBlockWhole({ fill, order }: Pair): boolean {
  const filled = fill.pieces.reduce((sum, { gpus }) => sum + gpus, 0);
  return order.fill === "partial" ? 0 < filled && filled <= order.gpus : filled === order.gpus;
}

function isFabricKept(pair: Pair): boolean {
  const fabrics = new Set(offersOf(pair).map(({ fabric }) => fabric));
  return pair.order.fabric === "any" || fabrics.size === 1;
}

function isReserveKept({ fill, offers }: Pair): boolean {
  return fill.pieces.every(({ offer, price }) => price >= (offers.get(offer)?.reserve ?? 0n));
}

/** Adds in pairs, pairs of pairs and so on: adding to one ever longer schedule would cost the square. */
function soldOf({ id }: AuctionOffer, fills: readonly AuctionFill[]): Schedule {
  let sold = fills.flatMap(({ window, pieces }) =>
    pieces.filter(({ offer }) => offer === id).map(({ gpus }) => rectangle(window, gpus)),
  );
  while (sold.length > 1) {
    sold = sold.flatMap((each, i) => (i % 2 === 0 ? [add(each, sold[i + 1] ?? EMPTY)] : []));
  }
  return sold[0] ?? EMPTY;
}
