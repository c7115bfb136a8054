import type { Contract, ContractPromise, Placement } from "../contracts/contract.ts";
import { heldThroughout } from "../contracts/contract.ts";
import { rectangle } from "../schedule/schedule.ts";
import { chanceOfNeed } from "../surplus/ladder.ts";
import type { ChanceBasis } from "../surplus/recall-chance.ts";
import { stated } from "../surplus/recall-chance.ts";
import type { EpochMs, Gpus, Notice, Window } from "../units.ts";
import { addGpus, assert, durationMs, earliest, isFirm, NO_GPUS, subGpus } from "../units.ts";
import { checkOrder } from "./check-order.ts";
import type { Decision } from "./commands.ts";
import { refuse } from "./commands.ts";
import type { MarketEvent } from "./events.ts";
import type { Piece } from "./fill.ts";
import type { Match } from "./match.ts";
import { matchBuy } from "./match.ts";
import { listedWindow } from "./listing-ask.ts";
import type { Order } from "./order.ts";
import type { MarketState, PoolState } from "./state.ts";
import { chanceModel, findContract, poolOf, rungOf, supplyFor } from "./state.ts";

/** A new order: refused, filled, rested in the book, or filled in part and rested. */
export function decidePlacement(state: MarketState, order: Order, now: EpochMs): Decision {
  const known = (sku: string): boolean => state.supplies.has(sku);
  const lot = lotOf(state, order.sku);
  const refusal = checkOrder(order, { now, lot, knows: known });
  if (refusal !== null) return refuse(refusal);
  if (state.book.get(order.id) !== undefined) return refuse("order_id_repeated");
  return order.side === "sell" ? decideListing(state, order) : decideBuy(state, order, now);
}

/** A standing buy order tries again, after the supply has changed. */
export function decideMatch(state: MarketState, id: string, now: EpochMs): Decision {
  const order = state.book.get(id);
  if (order === undefined || order.side !== "buy") return refuse("order_unknown");
  const match = matchBuy(order, supplyFor(state, order.sku, order.account), now);
  if (typeof match === "string") return refuse(match);
  return { events: [...fillEvents(state, order, match), ...restOfStanding(order, match)] };
}

function decideBuy(state: MarketState, order: Order, now: EpochMs): Decision {
  const match = matchBuy(order, supplyFor(state, order.sku, order.account), now);
  const standing = order.lifetime === "standing";
  if (typeof match === "string") {
    return standing ? { events: [{ type: "order_rested", order }] } : refuse(match);
  }
  const events = fillEvents(state, order, match);
  const rest = subGpus(order.gpus, match.gpus);
  if (standing && rest > 0) events.push({ type: "order_rested", order: { ...order, gpus: rest } });
  return { events };
}

/** Nothing is left to sell when the listed time is over: the listing leaves the book by then. */
function decideListing(state: MarketState, order: Order): Decision {
  if (order.lifetime !== "standing") return refuse("sell_not_standing");
  const found = findContract(state, order.contract ?? "");
  const isTheirs = found?.contract.holder === order.account && found.pool.config.sku === order.sku;
  if (!isTheirs) return refuse("contract_unknown");
  const listed = listedWindow(order);
  if (heldThroughout(found.contract, listed) < order.gpus) return refuse("contract_holds_less");
  const expires = earliest(order.expires ?? listed.end, listed.end);
  return { events: [{ type: "order_rested", order: { ...order, expires } }] };
}

function restOfStanding(order: Order, match: Match): MarketEvent[] {
  const rest = subGpus(order.gpus, match.gpus);
  return rest > 0
    ? [{ type: "order_reduced", order: { ...order, gpus: rest } }]
    : [{ type: "order_left", order: order.id, why: "filled" }];
}

/**
 * One contract for each ask that the match takes from, and what becomes of the listings among them. Contracts are
 * numbered through the market, so that an order that is filled bit by bit never names two of them the same.
 */
function fillEvents(state: MarketState, order: Order, match: Match): MarketEvent[] {
  return byAsk(match.pieces).flatMap((pieces, index) => {
    const id = `${order.id}.${state.sales + index + 1}`;
    const [first] = pieces;
    assert(first !== undefined, "an ask in a match gives something");
    return first.ask.source.kind === "rung"
      ? [sale(state, order, id, match.window, pieces)]
      : resale(state, order, id, match.window, pieces);
  });
}

function byAsk(pieces: readonly Piece[]): Piece[][] {
  const groups = new Map<Piece["ask"], Piece[]>();
  for (const piece of pieces) {
    const group = groups.get(piece.ask);
    if (group) group.push(piece);
    else groups.set(piece.ask, [piece]);
  }
  return [...groups.values()];
}

function sale(
  state: MarketState,
  order: Order,
  id: string,
  window: Window,
  pieces: readonly Piece[],
): MarketEvent {
  const ask = pieces[0]?.ask;
  assert(ask?.source.kind === "rung", "a sale is from a rung");
  const pool = poolOf(state, ask.source.pool);
  const { compensation } = pool.policy;
  const gpus = totalOf(pieces);
  const basis = basisOf(pool, ask.notice, window, gpus);
  const contract: Contract = {
    id,
    holder: order.account,
    pool: pool.config.id,
    window,
    price: ask.price,
    promise: {
      notice: ask.notice,
      minimumRun: rungOf(pool.policy, ask.notice).minimumRun,
      recallCompensation: compensation.recall,
      breachCompensation: compensation.breach,
      statedRecallChance: isFirm(ask.notice) ? 0 : stated(chanceModel(pool, ask.notice), basis),
    },
    soldGpus: gpus,
    block: order.fabric === "one" && order.fill === "all-or-none",
    placements: placementsOf(pieces, window),
  };
  return { type: "contract_sold", order: order.id, contract, basis };
}

function resale(
  state: MarketState,
  order: Order,
  id: string,
  window: Window,
  pieces: readonly Piece[],
): MarketEvent[] {
  const ask = pieces[0]?.ask;
  assert(ask?.source.kind === "listing", "a resale is from a listing");
  const { contract: from, order: listing } = ask.source;
  const old = findContract(state, from)?.contract;
  assert(old !== undefined, "what is bought from a listing is held");
  const gpus = totalOf(pieces);
  const contract: Contract = {
    ...old,
    id,
    holder: order.account,
    window,
    promise: resoldPromise(old, window),
    soldGpus: gpus,
    placements: placementsOf(pieces, window),
  };
  const listed = state.book.get(listing);
  assert(listed !== undefined, "what is bought from a listing is in the book");
  const rest = subGpus(listed.gpus, gpus);
  return [
    { type: "contract_resold", order: order.id, listing, from, price: ask.price, contract },
    rest > 0
      ? { type: "order_reduced", order: { ...listed, gpus: rest } }
      : { type: "order_left", order: listing, why: "filled" },
  ];
}

/** The promise as it stands: of the minimum run, what is left of it when the part begins. */
function resoldPromise({ window, promise }: Contract, part: Window): ContractPromise {
  const left = Math.max(0, window.start + promise.minimumRun - part.start);
  return { ...promise, minimumRun: durationMs(left) };
}

function placementsOf(pieces: readonly Piece[], window: Window): Placement[] {
  return pieces.map((piece) => ({ fabric: piece.fabric, held: rectangle(window, piece.gpus) }));
}

function totalOf(pieces: readonly Piece[]): Gpus {
  return pieces.reduce((sum, piece) => addGpus(sum, piece.gpus), NO_GPUS);
}

/**
 * The forecast's chance that the middle lot of this sale will be needed before its end. Contracts of a rung that end
 * sooner are taken back first, so what counts is demand beyond all that is sold at this notice or longer.
 */
function basisOf(pool: PoolState, notice: Notice, window: Window, gpus: Gpus): ChanceBasis {
  const { ladder, holdings } = pool;
  assert(ladder !== null, "what is sold is on the ladder");
  const beside = holdings.heldAtLeast(notice, window) + gpus / 2;
  const rung = ladder.rungs.find((candidate) => candidate.notice === notice);
  assert(rung !== undefined, `notice ${notice} is on the ladder`);
  return { forecast: chanceOfNeed(ladder, rung, beside, window.end), end: window.end };
}

function lotOf(state: MarketState, sku: string): Gpus {
  for (const pool of state.pools.values()) if (pool.config.sku === sku) return pool.policy.lot;
  return 1 as Gpus;
}
