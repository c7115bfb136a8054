import type { AuctionOrder } from "../auction/order.ts";
import type { AuctionFill, AuctionPiece } from "../auction/outcome.ts";
import type { MarketEvent } from "../market/events.ts";
import type { Piece } from "../market/fill.ts";
import { saleFromRung } from "../market/fill-events.ts";
import type { MarketState } from "../market/state.ts";
import { add, EMPTY, maxOver, rectangle } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Gpus, Window } from "../units.ts";
import { addGpus, assert, gpus, NO_GPUS } from "../units.ts";
import type { Lane } from "./auction-supply.ts";
import { lanesOf } from "./auction-supply.ts";
import type { AuctionSale } from "./auctions.ts";

export type AuctionContract = Extract<MarketEvent, { type: "contract_sold" }>;

/**
 * One contract for each pool and price of a fill, with the rung's promise. They are numbered through the market, and
 * each one's stated chance of recall counts what was sold before it.
 */
export function auctionSales(
  market: MarketState,
  sale: AuctionSale,
  orders: ReadonlyMap<string, AuctionOrder>,
  fills: readonly AuctionFill[],
): AuctionContract[] {
  const lanes = lanesOf(market, sale);
  const sold = new Map<string, Schedule>();
  const sales: AuctionContract[] = [];
  for (const { order: id, window, pieces } of fills) {
    const order = orders.get(id);
    assert(order !== undefined, "an outcome that was checked fills orders that there are");
    for (const [first, ...others] of byContract(piecesOf(sale, lanes, pieces))) {
      const together = [first, ...others];
      const contract = `${id}.${market.sales + sales.length + 1}`;
      const before = take(sold, poolOf(first), window, together);
      sales.push(saleFromRung(market, order, contract, window, together, before));
    }
  }
  return sales;
}

/** @returns what was sold of the pool before these pieces, which now count as sold */
function take(
  sold: Map<string, Schedule>,
  pool: string,
  window: Window,
  pieces: readonly Piece[],
): Gpus {
  const before = sold.get(pool) ?? EMPTY;
  const sum = pieces.reduce((total, piece) => addGpus(total, piece.gpus), NO_GPUS);
  sold.set(pool, add(before, rectangle(window, sum)));
  return gpus(maxOver(before, window));
}

/** What it takes of the rung, at the price that it fetches. */
function piecesOf(
  { notice }: AuctionSale,
  lanes: ReadonlyMap<string, Lane>,
  pieces: readonly AuctionPiece[],
): Piece[] {
  return pieces.map(({ offer, gpus, price }) => {
    const lane = lanes.get(offer);
    const ask = lane?.pool.asks.get(notice);
    assert(lane !== undefined && ask !== undefined, "what was sold had been offered");
    return { ask: { ...ask, price }, fabric: lane.fabric, gpus };
  });
}

function byContract(pieces: readonly Piece[]): Iterable<[Piece, ...Piece[]]> {
  const groups = new Map<string, [Piece, ...Piece[]]>();
  for (const piece of pieces) {
    const key = `${piece.ask.price} ${poolOf(piece)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [piece]);
    else group.push(piece);
  }
  return groups.values();
}

function poolOf({ ask: { source } }: Piece): string {
  assert(source.kind === "rung", "an auction sells from a rung");
  return source.pool;
}
