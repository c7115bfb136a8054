/**
 * The windows worth trying for an order whose start or duration has room to move.
 *
 * What an ask offers changes in steps, so it depends only on which steps a window touches; and which
 * rungs suit depends only on the duration. (A listing's longest duration is its own window: beyond it
 * nothing is offered anyway.) Take all windows that touch the same steps and suit the same rungs. Each
 * fills the same GPUs at the same price, so the best of them is the longest, and of those the earliest.
 * - If it ends at a change, it starts as early as its steps allow: at the range's start or at a change.
 * - Otherwise it lasts as long as the order or a rung allows, `D`, and starts as early as it can: at the
 *   range's start, at a change, or a minute after `change − D`, when its end just reaches the last step.
 *
 * So the two lists below suffice, whatever the prices are. All times are on the minute grid.
 */
import type { DurationMs, EpochMs, Window } from "../units.ts";
import { durationMs, earlier, elapsed, floorTo, later, latest, MINUTE_MS } from "../units.ts";
import type { Order } from "./order.ts";
import type { Ask } from "./supply.ts";

/** The order's room to move, from now on. Both ends of both ranges are included. */
export interface Room {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly shortest: DurationMs;
  readonly longest: DurationMs;
}

/** The first minute that does not lie before `now`. */
export function nextMinute(now: EpochMs): EpochMs {
  return floorTo(later(now, durationMs(MINUTE_MS - 1)), MINUTE_MS);
}

/** Null when the last start has passed. */
export function roomOf(order: Order, now: EpochMs): Room | null {
  const { start, duration } = order;
  const from = latest(nextMinute(now), start.earliest);
  if (from > start.latest) return null;
  return { from, to: start.latest, shortest: duration.min, longest: duration.max };
}

export function isFixed(room: Room): boolean {
  return room.from === room.to && room.shortest === room.longest;
}

/** Durations that the order or a rung ends, longest first. */
export function longestDurations(room: Room, asks: readonly Ask[]): DurationMs[] {
  const durations = new Set([room.longest]);
  for (const { source, maxDuration } of asks) {
    if (source.kind === "listing" || maxDuration >= room.longest) continue;
    const whole = durationMs(maxDuration - (maxDuration % MINUTE_MS));
    if (whole >= room.shortest) durations.add(whole);
  }
  return [...durations].toSorted((a, b) => b - a);
}

/** Times at which what the asks offer may change, from the first start to the last end. */
export function changesOf(room: Room, asks: readonly Ask[]): EpochMs[] {
  const window: Window = { start: room.from, end: later(room.to, room.longest) };
  return ascending(asks.flatMap((ask) => ask.changes(window)));
}

/** Where windows of `duration`, the longest possible, may best start. */
export function startsOf(
  room: Room,
  changes: readonly EpochMs[],
  duration: DurationMs,
): readonly EpochMs[] {
  if (room.from === room.to) return [room.from];
  const reach = durationMs(duration - MINUTE_MS);
  return inRoom(room, [...changes, ...changes.map((change) => earlier(change, reach))]);
}

/** Where windows that end at a change may best start. */
export function startsBeforeChanges(room: Room, changes: readonly EpochMs[]): readonly EpochMs[] {
  return room.shortest === room.longest ? [] : inRoom(room, changes);
}

/** The changes at which a window from `start` may end, last first. */
export function* endsOf(
  room: Room,
  changes: readonly EpochMs[],
  start: EpochMs,
): Generator<EpochMs, void, undefined> {
  for (let index = countBefore(changes, later(start, room.longest)); index > 0; index -= 1) {
    const end = changes[index - 1];
    if (end === undefined || elapsed(start, end) < room.shortest) return;
    yield end;
  }
}

function countBefore(times: readonly EpochMs[], time: EpochMs): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function inRoom(room: Room, times: readonly EpochMs[]): EpochMs[] {
  return ascending([room.from, ...times.filter((time) => time > room.from && time <= room.to)]);
}

function ascending(times: readonly EpochMs[]): EpochMs[] {
  return [...new Set(times)].toSorted((a, b) => a - b);
}
