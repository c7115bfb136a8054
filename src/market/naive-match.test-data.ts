/**
 * The naive form of matching, kept as the oracle of `match.ts`: availability minute by minute, every start,
 * every duration, every fabric and every way to split the GPUs, lot by lot.
 */
import type { EpochMs, Gpus, Window } from "../units.ts";
import { durationMs, elapsed, epochMs, gpus, later, MINUTE_MS } from "../units.ts";
import type { Order } from "./order.ts";
import type { Ask } from "./supply.ts";

/** What an ask offers in each minute from `origin` on, by fabric and over all; nothing after the last. */
export interface Minutes {
  readonly origin: EpochMs;
  readonly byFabric: ReadonlyMap<string, readonly number[]>;
  readonly inAll: readonly number[];
}

export interface NaiveAsk extends Ask {
  readonly minutes: Minutes;
}

export interface NaiveMatch {
  readonly window: Window;
  readonly fabric: string | null;
  readonly gpus: number;
  /** Sum of price × GPUs. */
  readonly spend: bigint;
}

function minutesOf({ origin }: Minutes, { start, end }: Window): number[] {
  const first = Math.floor((start - origin) / MINUTE_MS);
  const length = Math.ceil((end - start) / MINUTE_MS);
  return Array.from({ length }, (_, minute) => first + minute);
}

function lowest(values: readonly number[], minutes: readonly number[]): number {
  return Math.min(...minutes.map((minute) => values[minute] ?? 0));
}

/** An ask that reads its minutes. */
export function naiveAsk(
  terms: Pick<Ask, "source" | "notice" | "price" | "maxDuration">,
  minutes: Minutes,
): NaiveAsk {
  const fabrics = [...minutes.byFabric.keys()];
  const available = (fabric: string, window: Window): Gpus =>
    gpus(lowest(minutes.byFabric.get(fabric) ?? [], minutesOf(minutes, window)));
  return {
    ...terms,
    minutes,
    fabrics,
    available,
    availableInAll: (window) => gpus(lowest(minutes.inAll, minutesOf(minutes, window))),
    changes({ start, end }) {
      return changesOf(minutes).filter((time) => start <= time && time < end);
    },
  };
}

function changesOf({ origin, byFabric, inAll }: Minutes): EpochMs[] {
  const all = [...byFabric.values(), inAll];
  const length = Math.max(...all.map((values) => values.length));
  return Array.from({ length: length + 1 }, (_, minute) => minute)
    .filter((minute) => all.some((values) => (values[minute] ?? 0) !== (values[minute - 1] ?? 0)))
    .map((minute) => later(origin, durationMs(minute * MINUTE_MS)));
}

/** Every window of the order from `now` on. */
function windowsOf({ start, duration }: Order, now: EpochMs): Window[] {
  const windows: Window[] = [];
  for (let from: number = start.earliest; from <= start.latest; from += MINUTE_MS) {
    if (from < now) continue;
    for (let length: number = duration.min; length <= duration.max; length += MINUTE_MS) {
      windows.push({ start: epochMs(from), end: epochMs(from + length) });
    }
  }
  return windows;
}

/** GPUs of one ask in one fabric, which may be taken or not. */
interface Slot {
  readonly ask: NaiveAsk;
  readonly fabric: string;
  readonly room: number;
}

function byRank<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameOf({ source }: Ask): string {
  return source.kind === "rung" ? source.pool : source.order;
}

/** Whose GPUs they are: asks of one owner share them. */
function ownerOf({ source }: Ask): string {
  return source.kind === "rung" ? `pool ${source.pool}` : `contract ${source.contract}`;
}

/** Slots of the asks that the order accepts; of a pool's rungs or a contract's listings, the first that has any. */
function slotsOf(
  order: Order,
  asks: readonly NaiveAsk[],
  window: Window,
  only: string | null,
): Slot[] {
  const shared = new Set<string>();
  const slots: Slot[] = [];
  const length = elapsed(window.start, window.end);
  const ranked = asks.toSorted(
    (a, b) =>
      Number(a.price - b.price) || byRank(b.notice, a.notice) || byRank(nameOf(a), nameOf(b)),
  );
  for (const ask of ranked) {
    if (ask.price > order.limit || ask.notice < order.noticeAtLeast) continue;
    if (length > ask.maxDuration) continue;
    const owner = ownerOf(ask);
    if (shared.has(owner)) continue;
    const fabrics = only === null ? ask.fabrics : ask.fabrics.filter((fabric) => fabric === only);
    const found = fabrics
      .map((fabric) => ({ ask, fabric, room: ask.available(fabric, window) }))
      .filter(({ room }) => room > 0);
    if (found.length === 0 || ask.availableInAll(window) === 0) continue;
    shared.add(owner);
    slots.push(...found);
  }
  return slots;
}

/** Every number of GPUs that may be taken from the slots together, with the least it costs. */
function splitsOf(order: Order, slots: readonly Slot[], window: Window, lot: number) {
  const cheapest = new Map<number, bigint>();
  const taken = new Map<NaiveAsk, number>();
  const choose = (index: number, gpus: number, spend: bigint): void => {
    const slot = slots[index];
    if (slot === undefined) {
      const known = cheapest.get(gpus);
      if (known === undefined || spend < known) cheapest.set(gpus, spend);
      return;
    }
    const { ask, room } = slot;
    const before = taken.get(ask) ?? 0;
    const cap = ask.availableInAll(window);
    for (
      let more = 0;
      more <= room && before + more <= cap && gpus + more <= order.gpus;
      more += lot
    ) {
      taken.set(ask, before + more);
      choose(index + 1, gpus + more, spend + ask.price * BigInt(more));
    }
    taken.set(ask, before);
  };
  choose(0, 0, 0n);
  return cheapest;
}

function isBetter(a: NaiveMatch, b: NaiveMatch): boolean {
  const length = ({ window }: NaiveMatch) => window.end - window.start;
  const gpuTime = a.gpus * length(a) - b.gpus * length(b);
  if (gpuTime !== 0) return gpuTime > 0;
  const price = a.spend * BigInt(b.gpus) - b.spend * BigInt(a.gpus);
  if (price !== 0n) return price < 0n;
  if (a.window.start !== b.window.start) return a.window.start < b.window.start;
  if (length(a) !== length(b)) return length(a) > length(b);
  return (a.fabric ?? "") < (b.fabric ?? "");
}

/** The best of all matches that there are, or null. */
export function naiveMatch(
  order: Order,
  asks: readonly NaiveAsk[],
  lot: number,
  now: EpochMs,
): NaiveMatch | null {
  let best: NaiveMatch | null = null;
  const fabrics = new Set(order.fabric === "any" ? [null] : asks.flatMap((ask) => ask.fabrics));
  for (const window of windowsOf(order, now)) {
    for (const fabric of fabrics) {
      const slots = slotsOf(order, asks, window, fabric);
      for (const [gpus, spend] of splitsOf(order, slots, window, lot)) {
        if (gpus === 0 || (order.fill === "all-or-none" && gpus < order.gpus)) continue;
        const match = { window, fabric, gpus, spend };
        if (best === null || isBetter(match, best)) best = match;
      }
    }
  }
  return best;
}
