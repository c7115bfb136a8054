import type { EpochMs, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import { DAY_MS, durationMs, earlier, elapsed, later, latest } from "../units.ts";
import { changesOf, nextMinute } from "./candidates.ts";
import type { Match, NoMatch } from "./match.ts";
import { findMatch, matchBuy } from "./match.ts";
import type { Offer } from "./offer.ts";
import { comparePrices, noticeOf, offerOf } from "./offer.ts";
import type { Order } from "./order.ts";
import { fixedTo } from "./order.ts";
import type { Supply } from "./supply.ts";

/** What an order would get, and what else is near. Nothing is reserved. */
export interface Quote {
  /** The match that {@link matchBuy} would make now, or why there is none. */
  readonly answer: Offer | NoMatch;
  /**
   * The nearest windows of the same duration, within 7 days, that are better: more GPUs, or as many
   * GPUs cheaper an hour, at the order's limit and notice. Without a match: any that fill the order.
   */
  readonly otherWindows: readonly Offer[];
  /**
   * Other notices for at least as many GPUs in the same window, cheapest first: longer ones, whatever
   * they cost, and shorter ones where that is better. Without a match: any that fill the order.
   */
  readonly otherNotices: readonly Offer[];
}

const ALTERNATIVES = 3;
const NEAR = durationMs(7 * DAY_MS);

/** A quote for a buy order that `checkOrder` accepts; at worst a match for every change within 14 days. */
export function quote(order: Order, supply: Supply, now: EpochMs): Quote {
  const found = matchBuy(order, supply, now);
  const [match, answer] =
    typeof found === "string" ? [null, found] : [found, offerOf(order, found)];
  return {
    answer,
    otherWindows: otherWindows(order, match, supply, now),
    otherNotices: otherNotices(order, match, supply, now),
  };
}

function isBetter(match: Match, than: Match | null): boolean {
  if (than === null || match.gpus > than.gpus) return true;
  return match.gpus === than.gpus && comparePrices(match, than) < 0;
}

function otherWindows(order: Order, match: Match | null, supply: Supply, now: EpochMs): Offer[] {
  const wanted = match?.window ?? firstWindow(order);
  const duration = elapsed(wanted.start, wanted.end);
  const offers: Offer[] = [];
  for (const start of startsNear(wanted, supply, now)) {
    if (offers.length === ALTERNATIVES) break;
    const moved = fixedTo(order, { start, end: later(start, duration) });
    const other = findMatch(moved, supply, now);
    if (other !== null && isBetter(other, match)) offers.push(offerOf(order, other));
  }
  return offers;
}

function firstWindow({ start, duration }: Order): Window {
  return { start: start.earliest, end: later(start.earliest, duration.min) };
}

/**
 * Starts near the wanted one, nearest first, the earlier of two. Moved to either side, a window gets
 * better only where it leaves a step behind: when it starts at a change, or ends at one.
 */
function startsNear(wanted: Window, supply: Supply, now: EpochMs): EpochMs[] {
  const duration = elapsed(wanted.start, wanted.end);
  const from = latest(nextMinute(now), earlier(wanted.start, NEAR));
  const to = later(wanted.start, NEAR);
  if (from > to) return [];
  const changes = changesOf({ from, to, shortest: duration, longest: duration }, supply.asks);
  const starts = new Set([from, ...changes, ...changes.map((end) => earlier(end, duration))]);
  const distance = (start: EpochMs) => Math.abs(start - wanted.start);
  return [...starts]
    .filter((start) => start >= from && start <= to && start !== wanted.start)
    .toSorted((a, b) => distance(a) - distance(b) || a - b);
}

function otherNotices(order: Order, match: Match | null, supply: Supply, now: EpochMs): Offer[] {
  const byNotice = new Map<Notice, Offer>();
  for (const notice of noticesOf(supply)) {
    const offer = offerAt(notice, order, match, supply, now);
    if (offer !== null && !byNotice.has(offer.notice)) byNotice.set(offer.notice, offer);
  }
  return [...byNotice.values()]
    .toSorted((a, b) => comparePrices(a.match, b.match))
    .slice(0, ALTERNATIVES);
}

/** What the order would get at another notice in the same window, if it is worth showing. */
function offerAt(
  noticeAtLeast: Notice,
  order: Order,
  match: Match | null,
  supply: Supply,
  now: EpochMs,
): Offer | null {
  const known = match === null ? order.noticeAtLeast : noticeOf(match);
  const isLonger = noticeAtLeast > known;
  const limit = isLonger ? dearestPrice(order, supply) : order.limit;
  const wanted = match === null ? order : fixedTo(order, match.window);
  const changed: Order = { ...wanted, noticeAtLeast, limit };
  const other = findMatch(changed, supply, now);
  if (other === null || noticeOf(other) === known) return null;
  const isWorth = isLonger ? other.gpus >= (match?.gpus ?? 0) : isBetter(other, match);
  return isWorth ? offerOf(changed, other) : null;
}

/** Longest first. */
function noticesOf(supply: Supply): Notice[] {
  return [...new Set(supply.asks.map(({ notice }) => notice))].toSorted((a, b) => (a > b ? -1 : 1));
}

function dearestPrice(order: Order, supply: Supply): MicroUsdPerGpuHour {
  return supply.asks.at(-1)?.price ?? order.limit;
}
