import type { Contract, ContractPromise, Placement } from "../contracts/contract.ts";
import { rectangle } from "../schedule/schedule.ts";
import { chanceOfNeed } from "../surplus/ladder.ts";
import type { ChanceBasis } from "../surplus/recall-chance.ts";
import { stated } from "../surplus/recall-chance.ts";
import type { Gpus, Notice, Window } from "../units.ts";
import { addGpus, assert, durationMs, isFirm, NO_GPUS, subGpus } from "../units.ts";
import type { MarketEvent } from "./events.ts";
import type { Piece } from "./fill.ts";
import type { Match } from "./match.ts";
import type { Order } from "./order.ts";
import type { MarketState, PoolState } from "./state.ts";
import { chanceModel, findContract, poolOf, rungOf } from "./state.ts";

/**
 * One contract for each ask that the match takes from, and what becomes of the listings among them. Contracts are
 * numbered through the market, so that an order that is filled bit by bit never names two of them the same.
 */
export function fillEvents(state: MarketState, order: Order, match: Match): MarketEvent[] {
  return byAsk(match.pieces).flatMap((pieces, index) => {
    const id = `${order.id}.${state.sales + index + 1}`;
    const [first] = pieces;
    assert(first !== undefined, "an ask in a match gives something");
    return first.ask.source.kind === "rung"
      ? [saleFromRung(state, order, id, match.window, pieces)]
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

/**
 * One contract from one rung of a pool.
 * @param before GPUs of this rung's pool that the same decision has sold through the window already
 */
export function saleFromRung(
  state: MarketState,
  order: Pick<Order, "id" | "account" | "fabric" | "fill">,
  id: string,
  window: Window,
  pieces: readonly Piece[],
  before: Gpus = NO_GPUS,
): Extract<MarketEvent, { type: "contract_sold" }> {
  const ask = pieces[0]?.ask;
  assert(ask?.source.kind === "rung", "a sale is from a rung");
  const pool = poolOf(state, ask.source.pool);
  const { compensation } = pool.policy;
  const gpus = totalOf(pieces);
  const basis = basisOf(pool, ask.notice, window, gpus, before);
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
      statedRecallChance: chanceOn(pool, ask.notice, basis),
    },
    soldGpus: gpus,
    block: order.fabric === "one" && order.fill === "all-or-none",
    placements: placementsOf(pieces, window),
  };
  return { type: "contract_sold", order: order.id, contract, basis };
}

/** The chance of recall that a contract would state, were these GPUs sold now from the pool's ladder. */
export function statedChance(pool: PoolState, notice: Notice, window: Window, gpus: Gpus): number {
  return chanceOn(pool, notice, basisOf(pool, notice, window, gpus));
}

function chanceOn(pool: PoolState, notice: Notice, basis: ChanceBasis): number {
  return isFirm(notice) ? 0 : stated(chanceModel(pool, notice), basis);
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
  const contract = resoldPart(old, { id, holder: order.account, window, pieces });
  const listed = state.book.get(listing);
  assert(listed !== undefined, "what is bought from a listing is in the book");
  const rest = subGpus(listed.gpus, contract.soldGpus);
  return [
    { type: "contract_resold", order: order.id, listing, from, price: ask.price, contract },
    rest > 0
      ? { type: "order_reduced", order: { ...listed, gpus: rest } }
      : { type: "order_left", order: listing, why: "filled" },
  ];
}

/** The part of a contract that its buyer gets. */
export function resoldPart(
  old: Contract,
  bought: Pick<Contract, "id" | "holder" | "window"> & { readonly pieces: readonly Piece[] },
): Contract {
  const { id, holder, window, pieces } = bought;
  return {
    ...old,
    id,
    holder,
    window,
    promise: resoldPromise(old, window),
    soldGpus: totalOf(pieces),
    placements: placementsOf(pieces, window),
  };
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
function basisOf(
  pool: PoolState,
  notice: Notice,
  window: Window,
  gpus: Gpus,
  before: Gpus = NO_GPUS,
): ChanceBasis {
  const { ladder, holdings } = pool;
  assert(ladder !== null, "what is sold is on the ladder");
  const beside = holdings.heldAtLeast(notice, window) + before + gpus / 2;
  const rung = ladder.rungs.find((candidate) => candidate.notice === notice);
  assert(rung !== undefined, `notice ${notice} is on the ladder`);
  return { forecast: chanceOfNeed(ladder, rung, beside, window.end), end: window.end };
}
