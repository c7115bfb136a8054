import type { Contract, Placement } from "../contracts/contract.ts";
import { heldThroughout } from "../contracts/contract.ts";
import { rectangle } from "../schedule/schedule.ts";
import { chanceOfNeed } from "../surplus/ladder.ts";
import type { ChanceBasis } from "../surplus/recall-chance.ts";
import { stated } from "../surplus/recall-chance.ts";
import type { EpochMs, Gpus, Notice, Window } from "../units.ts";
import { addGpus, assert, isFirm, NO_GPUS, subGpus } from "../units.ts";
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
import { chanceModel, findContract, poolOf, rungOf } from "./state.ts";
import { Supply } from "./supply.ts";

const NO_SUPPLY = new Supply();

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
  const match = matchBuy(order, supplyOf(state, order.sku), now);
  if (typeof match === "string") return refuse(match);
  return { events: [...fillEvents(state, order, match), ...restOfStanding(order, match)] };
}

function decideBuy(state: MarketState, order: Order, now: EpochMs): Decision {
  const match = matchBuy(order, supplyOf(state, order.sku), now);
  const standing = order.lifetime === "standing";
  if (typeof match === "string") {
    return standing ? { events: [{ type: "order_rested", order }] } : refuse(match);
  }
  const events = fillEvents(state, order, match);
  const rest = subGpus(order.gpus, match.gpus);
  if (standing && rest > 0) events.push({ type: "order_rested", order: { ...order, gpus: rest } });
  return { events };
}

function decideListing(state: MarketState, order: Order): Decision {
  const found = findContract(state, order.contract ?? "");
  if (found === null || found.contract.holder !== order.account) return refuse("contract_unknown");
  const held = heldThroughout(found.contract, listedWindow(order));
  if (held < order.gpus) return refuse("contract_holds_less");
  return { events: [{ type: "order_rested", order }] };
}

function restOfStanding(order: Order, match: Match): MarketEvent[] {
  const rest = subGpus(order.gpus, match.gpus);
  return rest > 0
    ? [{ type: "order_reduced", order: { ...order, gpus: rest } }]
    : [{ type: "order_left", order: order.id, why: "filled" }];
}

/** One contract for each ask that the match takes from, and what becomes of the listings among them. */
function fillEvents(state: MarketState, order: Order, match: Match): MarketEvent[] {
  return byAsk(match.pieces).flatMap((pieces, index) => {
    const id = `${order.id}/${index + 1}`;
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
    soldGpus: gpus,
    placements: placementsOf(pieces, window),
  };
  const listed = state.book.get(listing);
  assert(listed !== undefined, "what is bought from a listing is in the book");
  const rest = subGpus(listed.gpus, gpus);
  return [
    { type: "contract_resold", order: order.id, listing, from, window, contract },
    rest > 0
      ? { type: "order_reduced", order: { ...listed, gpus: rest } }
      : { type: "order_left", order: listing, why: "filled" },
  ];
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

function supplyOf(state: MarketState, sku: string): Supply {
  return state.supplies.get(sku) ?? NO_SUPPLY;
}

function lotOf(state: MarketState, sku: string): Gpus {
  for (const pool of state.pools.values()) if (pool.config.sku === sku) return pool.policy.lot;
  return 1 as Gpus;
}
