import type { DurationMs, EpochMs, Gpus, GpuMs, MicroUsdPerGpuHour, Window } from "../units.ts";
import { addGpus, elapsed, gpusOver, later, NO_GPUS, subGpus } from "../units.ts";
import type { Room } from "./candidates.ts";
import {
  changesOf,
  endsOf,
  isFixed,
  longestDurations,
  startsBeforeChanges,
  startsOf,
} from "./candidates.ts";
import type { Fill } from "./fill.ts";
import { emptyFill, fill, isEnough, suits } from "./fill.ts";
import type { Order } from "./order.ts";
import type { Ask, Supply } from "./supply.ts";

/** A window that fills the order, and what it is compared by. */
interface Choice {
  readonly window: Window;
  /** The one fabric that all GPUs come from; null: any. */
  readonly fabric: string | null;
  readonly gpus: Gpus;
  readonly gpuTime: GpuMs;
  /** Sum of price × GPUs: divided by the GPUs, the cost per GPU-hour before rounding. */
  readonly spend: bigint;
}

interface Search {
  readonly order: Order;
  readonly supply: Supply;
  /** The lowest price at which the order may have anything; null: it may not. */
  readonly cheapest: MicroUsdPerGpuHour | null;
  /** Where each window is measured, one after the other. */
  readonly trial: Fill;
  best: Choice | null;
}

/** The best window, and for one fabric the best fabric, by the order given in `match.ts`. */
export function bestWindow(order: Order, supply: Supply, room: Room): Choice | null {
  const cheapest = supply.asks.find((ask) => isEligible(order, ask, room))?.price ?? null;
  const search: Search = { order, supply, cheapest, trial: emptyFill(null), best: null };
  tryWindow(search, room.from, room.longest);
  if (isFixed(room) || isUnbeatable(search, room.longest)) return search.best;
  const asks = supply.asks.filter((ask) => isEligible(order, ask, room));
  const durations = longestDurations(room, asks);
  const changes = changesOf(room, asks);
  for (const duration of durations)
    tryDuration(search, startsOf(room, changes, duration), duration);
  for (const start of startsBeforeChanges(room, changes)) {
    tryEnds(search, asks, room, changes, start);
  }
  return search.best;
}

function isEligible(order: Order, ask: Ask, room: Room): boolean {
  return ask.price <= order.limit && suits(order, ask, room.shortest);
}

function tryDuration(search: Search, starts: readonly EpochMs[], duration: DurationMs): void {
  for (const start of starts) {
    tryWindow(search, start, duration);
    if (isUnbeatable(search, duration)) return;
  }
}

/** Ends come last first, so that the first window too short to be the best ends the walk. */
function tryEnds(
  search: Search,
  asks: readonly Ask[],
  room: Room,
  changes: readonly EpochMs[],
  start: EpochMs,
): void {
  const most = mostGpus(search.order, asks, { start, end: later(start, room.shortest) });
  if (!isEnough(search.order, most)) return;
  for (const end of endsOf(room, changes, start)) {
    const duration = elapsed(start, end);
    if (search.best !== null && gpusOver(most, duration) < search.best.gpuTime) return;
    tryWindow(search, start, duration);
  }
}

/** No window that contains this one fills more: of each pool the rung that offers most, and all listings. */
function mostGpus(order: Order, asks: readonly Ask[], window: Window): Gpus {
  const byPool = new Map<string, Gpus>();
  let most = NO_GPUS;
  for (const ask of asks) {
    const offered = ask.availableInAll(window);
    const before = ask.source.kind === "rung" ? (byPool.get(ask.source.pool) ?? NO_GPUS) : NO_GPUS;
    if (offered <= before) continue;
    if (ask.source.kind === "rung") byPool.set(ask.source.pool, offered);
    most = addGpus(most, subGpus(offered, before));
    if (most >= order.gpus) return order.gpus;
  }
  return most;
}

/** Full, all of it at the cheapest ask's price: neither a later start nor another fabric can be better. */
function isUnbeatable({ order, cheapest, best }: Search, duration: DurationMs): boolean {
  if (best === null || cheapest === null) return false;
  return (
    best.gpuTime === gpusOver(order.gpus, duration) && best.spend === cheapest * BigInt(best.gpus)
  );
}

function tryWindow(search: Search, start: EpochMs, duration: DurationMs): void {
  const { order, supply, trial, best } = search;
  if (best !== null && gpusOver(order.gpus, duration) < best.gpuTime) return;
  const window = { start, end: later(start, duration) };
  if (order.fabric === "any") {
    fill(order, supply.asks, window, null, trial);
    keepBetter(search, window, null);
    return;
  }
  for (const fabric of supply.fabrics) {
    fill(order, supply.asksIn(fabric), window, fabric, trial);
    keepBetter(search, window, fabric);
    if (search.best?.window === window && isUnbeatable(search, duration)) return;
  }
}

/** Fabrics are tried in the order of their names, so that an equal one never replaces the best. */
function keepBetter(search: Search, window: Window, fabric: string | null): void {
  const { order, trial, best } = search;
  if (!isEnough(order, trial.gpus)) return;
  const gpuTime = gpusOver(trial.gpus, elapsed(window.start, window.end));
  if (best !== null && !isBetter(trial, gpuTime, window, best)) return;
  search.best = { window, fabric, gpus: trial.gpus, gpuTime, spend: trial.spend };
}

function isBetter(trial: Fill, gpuTime: GpuMs, window: Window, best: Choice): boolean {
  if (gpuTime !== best.gpuTime) return gpuTime > best.gpuTime;
  const [ours, theirs] = [trial.spend * BigInt(best.gpus), best.spend * BigInt(trial.gpus)];
  if (ours !== theirs) return ours < theirs;
  if (window.start !== best.window.start) return window.start < best.window.start;
  return window.end > best.window.end;
}
