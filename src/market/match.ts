/**
 * Matching one buy order with the asks for its SKU.
 *
 * **What may match.** All pieces share one window `[s, s + d)` on the minute grid, with `s` in the order's
 * start range and not before `now`, and `d` in its duration range and no longer than any used ask sells.
 * An ask is used only at a price ≤ the limit and a notice ≥ the order's. `one` fabric: every GPU comes
 * from the same fabric, from whichever asks reach into it. `all-or-none`: the order's GPUs or nothing.
 * `partial`: as many whole lots as there are, up to the order's GPUs.
 *
 * **Within a window** the cheapest asks go first (see `compareAsks`), at most one rung of each pool and one
 * listing of each contract (see `fill`). Prices are the asks' own: a buyer never pays more than was asked,
 * whatever the limit.
 *
 * **Among windows** (and fabrics) the best is the one with, in this order: the most GPU-time filled; the
 * lowest cost per GPU-hour, compared exactly and before rounding; the earliest start; the longest
 * duration; the fabric whose name sorts first. No two differ in none of these, so the match is unique
 * and the same whatever order the asks came in.
 *
 * **Which windows are tried.** See `candidates.ts`: finitely many suffice.
 */
import type { EpochMs, Gpus, MicroUsd, Window } from "../units.ts";
import { addMoney, assert, charge, elapsed, gpusOver, later, NO_MONEY, notice } from "../units.ts";
import { isFixed, roomOf } from "./candidates.ts";
import type { Piece } from "./fill.ts";
import { emptyFill, fill, isEnough } from "./fill.ts";
import type { Order } from "./order.ts";
import { bestWindow } from "./search.ts";
import type { Supply } from "./supply.ts";

export interface Match {
  readonly window: Window;
  /** In the order in which the asks were taken; one for each ask and fabric. */
  readonly pieces: readonly Piece[];
  readonly gpus: Gpus;
  /** For the whole window; each piece rounded up once to a micro-dollar. */
  readonly cost: MicroUsd;
}

/**
 * Why an order has no match now. The first of these that is true:
 * - `start_passed`: every start in its range lies before now;
 * - `not_enough_in_one_fabric`: the GPUs are there, within the limit, but spread over fabrics;
 * - `not_enough_gpus`: all-or-none, and some GPUs are there, but fewer;
 * - `no_supply_at_this_price`: nothing within the limit, something above it;
 * - `no_supply_at_this_notice`: nothing at the order's notice, something at a shorter one;
 * - `no_supply`: nothing at all in any of its windows.
 */
export type NoMatch =
  | "start_passed"
  | "not_enough_in_one_fabric"
  | "not_enough_gpus"
  | "no_supply_at_this_price"
  | "no_supply_at_this_notice"
  | "no_supply";

/** The best match of a buy order (checked by `checkOrder`) with the supply of its SKU, or why none. */
export function matchBuy(order: Order, supply: Supply, now: EpochMs): Match | NoMatch {
  return findMatch(order, supply, now) ?? whyNot(order, supply, now);
}

/** As {@link matchBuy}, for those who need no reason: a miss costs one search, not up to five. */
export function findMatch(order: Order, supply: Supply, now: EpochMs): Match | null {
  assert(order.side === "buy", "only buy orders are matched with asks");
  const room = roomOf(order, now);
  if (room === null) return null;
  if (order.fabric === "any" && isFixed(room)) {
    const window = { start: room.from, end: later(room.from, room.longest) };
    return assemble(order, supply, window, null);
  }
  const best = bestWindow(order, supply, room);
  return best && assemble(order, supply, best.window, best.fabric);
}

function assemble(
  order: Order,
  supply: Supply,
  window: Window,
  fabric: string | null,
): Match | null {
  const pieces: Piece[] = [];
  const filled = emptyFill(pieces);
  fill(order, fabric === null ? supply.asks : supply.asksIn(fabric), window, fabric, filled);
  if (!isEnough(order, filled.gpus)) return null;
  return { window, pieces, gpus: filled.gpus, cost: costOf(pieces, window) };
}

/** What the pieces cost through `window`, each rounded up to a micro-dollar. */
export function costOf(pieces: readonly Piece[], window: Window): MicroUsd {
  const duration = elapsed(window.start, window.end);
  let cost = NO_MONEY;
  for (const { ask, gpus } of pieces) {
    cost = addMoney(cost, charge(ask.price, gpusOver(gpus, duration), "ceil"));
  }
  return cost;
}

/** Lifts the order's conditions one after the other until something matches. */
function whyNot(order: Order, supply: Supply, now: EpochMs): NoMatch {
  if (roomOf(order, now) === null) return "start_passed";
  const matches = (lifted: Order) => findMatch(lifted, supply, now) !== null;
  const anyFabric: Order = { ...order, fabric: "any" };
  if (order.fabric === "one" && matches(anyFabric)) return "not_enough_in_one_fabric";
  const partial: Order = { ...anyFabric, fill: "partial" };
  if (order.fill === "all-or-none" && matches(partial)) return "not_enough_gpus";
  const anyPrice: Order = { ...partial, limit: supply.asks.at(-1)?.price ?? order.limit };
  if (matches(anyPrice)) return "no_supply_at_this_price";
  const anyNotice: Order = { ...anyPrice, noticeAtLeast: notice(0) };
  return matches(anyNotice) ? "no_supply_at_this_notice" : "no_supply";
}
