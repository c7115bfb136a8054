import type { Contract } from "../contracts/contract.ts";
import { lastPlaces } from "../contracts/contract.ts";
import { hasAll, matchOf } from "../market/match-places.ts";
import type { Match } from "../market/match.ts";
import { findMatch } from "../market/match.ts";
import type { MarketState, PoolState } from "../market/state.ts";
import { findContract } from "../market/state.ts";
import type { Ask } from "../market/supply.ts";
import { Supply } from "../market/supply.ts";
import type { Window } from "../units.ts";
import { addGpus, assert, elapsed, NO_GPUS, notice } from "../units.ts";
import type { RentedSale } from "./rented.ts";
import { rentalOrder, shortSale } from "./rented.ts";
import type { Taken } from "./room.ts";
import { beside, take } from "./room.ts";
import type { Served } from "./spot-line.ts";
import type { SpotBid } from "./state.ts";

/** What is cleared: an interval that begins its notice from now, so that whoever loses has been told in time. */
export interface Interval {
  readonly pool: PoolState;
  readonly ask: Ask;
  readonly window: Window;
}

export interface Placed {
  readonly bid: SpotBid;
  readonly sale: RentedSale;
}

/** Who has GPUs already stays where they are, if they are there; then the others are placed. */
export function place(market: MarketState, interval: Interval, { won, price }: Served): Placed[] {
  const { pool, window } = interval;
  const taken: Taken = new Map();
  const asked = { ...interval.ask, price };
  const matches = new Map<SpotBid, Match>();
  const settle = (bid: SpotBid, match: Match | null): void => {
    if (match === null) return;
    matches.set(bid, match);
    take(taken, pool.config.id, match.pieces, window);
  };
  for (const bid of won) settle(bid, whereItIs(market, bid, beside(asked, taken), window));
  for (const bid of won) {
    if (!matches.has(bid)) settle(bid, anywhere(market, interval, bid, beside(asked, taken)));
  }
  return won.map((bid) => {
    const match = matches.get(bid);
    assert(match !== undefined, "who is served fits into the room");
    return { bid, sale: shortSale(market, orderOf(pool, bid, window), match) };
  });
}

function whereItIs(
  market: MarketState,
  { contract: id, until, gpus }: SpotBid,
  ask: Ask,
  window: Window,
): Match | null {
  if (id === null || until !== window.start) return null;
  const contract: Contract | undefined = findContract(market, id)?.contract;
  const places = contract === undefined ? [] : lastPlaces(contract);
  const held = places.reduce((sum, each) => addGpus(sum, each.gpus), NO_GPUS);
  return held === gpus && hasAll(ask, places, window) ? matchOf(ask, places, window) : null;
}

function anywhere(
  market: MarketState,
  { pool, window }: Interval,
  bid: SpotBid,
  ask: Ask,
): Match | null {
  return findMatch(orderOf(pool, bid, window), new Supply([ask]), market.now);
}

function orderOf({ config }: PoolState, { id, account, gpus, limit }: SpotBid, window: Window) {
  const duration = elapsed(window.start, window.end);
  const what = { id, account, gpus, limit, sku: config.sku, fabric: "any" } as const;
  return rentalOrder({ ...what, noticeAtLeast: notice(0), start: window.start, duration });
}
