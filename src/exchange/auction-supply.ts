/**
 * What an auction has for sale now: of each fabric what the rung may sell there, slot by slot, at no less than the rung's
 * own price.
 *
 * What a rung may sell is bounded in each fabric and over all fabrics of its pool together. An auction's offers know
 * nothing of each other, so for the search the pool's room is shared out among its fabrics; an outcome is checked against
 * both bounds themselves.
 */
import { OWNER } from "../accounts/account.ts";
import type { AuctionGrid, AuctionOffer } from "../auction/order.ts";
import type { AuctionFill } from "../auction/outcome.ts";
import { roomForNotice, roomInFabric } from "../market/rung-ask.ts";
import type { MarketState, PoolState } from "../market/state.ts";
import { poolOf } from "../market/state.ts";
import { fromSteps } from "../schedule/schedule.ts";
import type { Gpus, MicroUsdPerGpuHour, Window } from "../units.ts";
import { addGpus, epochMs, minGpus, NO_GPUS, subGpus } from "../units.ts";
import type { AuctionSale } from "./auctions.ts";

/** The pool and the fabric that an offer is of. */
export interface Lane {
  readonly offer: string;
  readonly pool: PoolState;
  readonly fabric: string;
}

/** One for each fabric, by the id of its offer. */
export function lanesOf(market: MarketState, { pools }: AuctionSale): Map<string, Lane> {
  const lanes = pools.flatMap((id) => {
    const pool = poolOf(market, id);
    return pool.config.fabrics.map(({ id: fabric }) => ({
      offer: `${id}/${fabric}`,
      pool,
      fabric,
    }));
  });
  return new Map(lanes.map((lane) => [lane.offer, lane]));
}

/** What each fabric has by itself. */
export function offersInFabrics(market: MarketState, sale: AuctionSale): AuctionOffer[] {
  return offersOf(market, sale, (pool) => {
    const rooms = pool.config.fabrics.map(({ id }) => freeInFabric(market, sale, pool, id));
    return new Map(pool.config.fabrics.map(({ id }, index) => [id, rooms[index] ?? []]));
  });
}

/** What the fabrics may be sold together: of the pool's room first comes the fabric that has most. */
export function offersTogether(market: MarketState, sale: AuctionSale): AuctionOffer[] {
  return offersOf(market, sale, (pool) => {
    const fabrics = pool.config.fabrics.map(({ id }) => {
      const free = freeInFabric(market, sale, pool, id);
      return { id, free, total: free.reduce(addGpus, NO_GPUS) };
    });
    const left = freeInPool(market, sale, pool);
    const shared = fabrics
      .toSorted((a, b) => b.total - a.total)
      .map(({ id, free }) => {
        return [id, free.map((gpus, slot) => take(left, slot, gpus))] as const;
      });
    return new Map(shared);
  });
}

/** Whether all fills together sell more than some pool's rung has room for. */
export function isOversold(
  market: MarketState,
  sale: AuctionSale,
  fills: readonly AuctionFill[],
): boolean {
  const lanes = lanesOf(market, sale);
  return sale.pools.some((id) => {
    const pool = poolOf(market, id);
    const left: number[] = freeInPool(market, sale, pool);
    for (const { window, pieces } of fills) {
      const own = pieces.filter(({ offer }) => lanes.get(offer)?.pool === pool);
      const gpus = own.reduce((sum, piece) => addGpus(sum, piece.gpus), NO_GPUS);
      for (const slot of slotsIn(sale.grid, window)) left[slot] = (left[slot] ?? 0) - gpus;
    }
    return left.some((gpus) => gpus < 0);
  });
}

function take(left: Gpus[], slot: number, wanted: Gpus): Gpus {
  const gpus = minGpus(left[slot] ?? NO_GPUS, wanted);
  left[slot] = subGpus(left[slot] ?? NO_GPUS, gpus);
  return gpus;
}

function offersOf(
  market: MarketState,
  sale: AuctionSale,
  freeOf: (pool: PoolState) => ReadonlyMap<string, readonly Gpus[]>,
): AuctionOffer[] {
  const free = new Map(sale.pools.map((id) => [id, freeOf(poolOf(market, id))]));
  return [...lanesOf(market, sale).values()].flatMap(({ offer: id, pool, fabric }) => {
    const reserve = reserveOf(sale, pool);
    const slots = free.get(pool.config.id)?.get(fabric) ?? [];
    if (reserve === null) return [];
    return [{ id, account: OWNER, fabric: id, free: scheduleOf(sale.grid, slots), reserve }];
  });
}

/** The least at which any of its pools sells now; null: none does. */
export function lowestReserve(market: MarketState, sale: AuctionSale): MicroUsdPerGpuHour | null {
  const reserves = sale.pools.map((id) => reserveOf(sale, poolOf(market, id)));
  const known = reserves.filter((reserve) => reserve !== null);
  return known.length === 0 ? null : known.reduce((a, b) => (a < b ? a : b));
}

/** Null: the rung is not for sale at all. */
function reserveOf({ notice }: AuctionSale, { asks }: PoolState): MicroUsdPerGpuHour | null {
  return asks.get(notice)?.price ?? null;
}

function freeInFabric(
  market: MarketState,
  { grid }: AuctionSale,
  pool: PoolState,
  fabric: string,
): Gpus[] {
  return bySlot(market, grid, (window) => roomInFabric(pool, fabric, window));
}

function freeInPool(market: MarketState, { grid, notice }: AuctionSale, pool: PoolState): Gpus[] {
  return bySlot(market, grid, (window) => roomForNotice(pool, notice, window));
}

/** Nothing is sold that has begun: an auction may be cleared late. Nor is there less than nothing. */
function bySlot({ now }: MarketState, grid: AuctionGrid, room: (window: Window) => Gpus): Gpus[] {
  return slotsIn(grid, grid.window).map((slot) => {
    const start = epochMs(grid.window.start + slot * grid.slot);
    const window = { start, end: epochMs(start + grid.slot) };
    return start < now ? NO_GPUS : room(window);
  });
}

function scheduleOf({ window, slot }: AuctionGrid, free: readonly Gpus[]) {
  const steps = free.map((gpus, index) => ({ at: epochMs(window.start + index * slot), gpus }));
  return fromSteps([...steps, { at: window.end, gpus: NO_GPUS }]);
}

/** The numbers of the slots that the window covers. */
function slotsIn({ window: { start }, slot }: AuctionGrid, window: Window): number[] {
  const first = (window.start - start) / slot;
  const count = (window.end - window.start) / slot;
  return Array.from({ length: count }, (_, index) => first + index);
}
