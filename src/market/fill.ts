import type { DurationMs, Gpus, Window } from "../units.ts";
import { addGpus, assert, elapsed, minGpus, NO_GPUS, subGpus } from "../units.ts";
import type { Order } from "./order.ts";
import type { Ask } from "./supply.ts";

/** GPUs of one ask in one fabric, through the whole window of the match. */
export interface Piece {
  readonly ask: Ask;
  readonly fabric: string;
  readonly gpus: Gpus;
}

/**
 * What one window would give an order. A search measures many windows into one `Fill` without `pieces`,
 * and lists the pieces of the winner only: measuring leaves no garbage but its bigints.
 */
export interface Fill {
  gpus: Gpus;
  /** Sum of price × GPUs over what is taken; kept only while measuring. */
  spend: bigint;
  /** Pools of which a rung has been taken, and contracts of which a listing has; null: none yet. */
  pools: Set<string> | null;
  contracts: Set<string> | null;
  readonly pieces: Piece[] | null;
}

export function emptyFill(pieces: Piece[] | null): Fill {
  return { gpus: NO_GPUS, spend: 0n, pools: null, contracts: null, pieces };
}

/** Whether the ask's notice and longest duration suit the order; its price is the caller's to compare. */
export function suits(order: Order, ask: Ask, duration: DurationMs): boolean {
  return ask.notice >= order.noticeAtLeast && ask.maxDuration >= duration;
}

/**
 * Fills `order` through `window`, cheapest asks first, from one fabric or (null) from all: one walk over
 * the asks, which ends at the limit or when the order is full.
 * Rungs of one pool sell the same GPUs, and so may listings of one contract: taking from one lowers the
 * others. So at most one rung of a pool and one listing of a contract are used, the first in the order of
 * asks that has supply in this window (and fabric).
 * @param asks sorted; for one fabric, those that reach into it
 */
export function fill(
  order: Order,
  asks: readonly Ask[],
  window: Window,
  fabric: string | null,
  into: Fill,
): void {
  const duration = elapsed(window.start, window.end);
  into.gpus = NO_GPUS;
  into.spend = 0n;
  into.pools?.clear();
  into.contracts?.clear();
  for (const ask of asks) {
    if (into.gpus >= order.gpus || ask.price > order.limit) break;
    if (!suits(order, ask, duration) || isSharedWithTaken(into, ask)) continue;
    const wanted = subGpus(order.gpus, into.gpus);
    const gpus =
      fabric === null ? offeredInAll(ask, window, wanted) : offeredIn(ask, fabric, window, wanted);
    if (gpus <= 0) continue;
    take(ask, gpus, window, fabric, into);
    if (gpus < wanted) remember(into, ask);
  }
}

/** Up to `wanted`; no more than all fabrics together have, nor than the ask offers over all. */
function offeredInAll(ask: Ask, window: Window, wanted: Gpus): Gpus {
  const cap = minGpus(ask.availableInAll(window), wanted);
  let sum = NO_GPUS;
  for (const fabric of ask.fabrics) {
    if (sum >= cap) return cap;
    sum = addGpus(sum, ask.available(fabric, window));
  }
  return minGpus(sum, cap);
}

function offeredIn(ask: Ask, fabric: string, window: Window, wanted: Gpus): Gpus {
  const gpus = minGpus(ask.available(fabric, window), wanted);
  return gpus > 0 ? minGpus(gpus, ask.availableInAll(window)) : gpus;
}

/** All the order's GPUs, or any at all where a part will do. */
export function isEnough(order: Order, gpus: Gpus): boolean {
  return order.fill === "partial" ? gpus > 0 : gpus === order.gpus;
}

function isSharedWithTaken({ pools, contracts }: Fill, { source }: Ask): boolean {
  if (source.kind === "rung") return pools !== null && pools.has(source.pool);
  return contracts !== null && contracts.has(source.contract);
}

function remember(into: Fill, { source }: Ask): void {
  if (source.kind === "rung") (into.pools ??= new Set()).add(source.pool);
  else (into.contracts ??= new Set()).add(source.contract);
}

function take(ask: Ask, gpus: Gpus, window: Window, fabric: string | null, into: Fill): void {
  into.gpus = addGpus(into.gpus, gpus);
  if (into.pieces === null) into.spend += ask.price * BigInt(gpus);
  else if (fabric === null) spread(ask, gpus, window, into.pieces);
  else into.pieces.push({ ask, fabric, gpus });
}

/**
 * Spreads GPUs over few fabrics: the smallest that holds all that is left, or else the largest. So a
 * block stays close together where it can, and large fabrics stay whole for those who ask for one.
 */
function spread(ask: Ask, gpus: Gpus, window: Window, pieces: Piece[]): void {
  const first = pieces.length;
  for (let left = gpus; left > 0;) {
    const piece = nextPiece(ask, left, window, pieces, first);
    pieces.push(piece);
    left = subGpus(left, piece.gpus);
  }
}

function nextPiece(ask: Ask, left: Gpus, window: Window, pieces: Piece[], first: number): Piece {
  let best: string | null = null;
  let room = NO_GPUS;
  for (const fabric of ask.fabrics) {
    const offered = ask.available(fabric, window);
    const better = room >= left ? offered >= left && offered < room : offered > room;
    if (!better || isFabricTaken(pieces, first, fabric)) continue;
    best = fabric;
    room = offered;
  }
  assert(best !== null, "an ask's fabrics hold together what is taken from it");
  return { ask, fabric: best, gpus: minGpus(room, left) };
}

function isFabricTaken(pieces: readonly Piece[], first: number, fabric: string): boolean {
  for (let i = first; i < pieces.length; i++) if (pieces[i]?.fabric === fabric) return true;
  return false;
}
