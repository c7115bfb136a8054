import type { MicroUsd, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import {
  charge,
  earliest,
  elapsed,
  FIRM,
  floorTo,
  gpusOver,
  HOUR_MS,
  later,
  microUsdPerGpuHour,
  mulDiv,
  subMoney,
} from "../units.ts";
import type { Piece } from "./fill.ts";
import type { Match } from "./match.ts";
import type { Order } from "./order.ts";
import { fixedTo } from "./order.ts";

/** A match that could be had now, and the order that gets it while the asks stay as they are. */
export interface Offer {
  readonly match: Match;
  /** What a GPU-hour costs on average, rounded up to a micro-dollar. */
  readonly averagePrice: MicroUsdPerGpuHour;
  /** The shortest notice among the pieces: what the buyer can rely on for all of them. */
  readonly notice: Notice;
  /**
   * Ready to send: fixed to the match's window, and limited to its dearest piece. (A limit is kept by
   * every piece: one at the average would turn the dearer half away.)
   */
  readonly order: Order;
}

export function offerOf(order: Order, match: Match): Offer {
  const averagePrice = microUsdPerGpuHour(mulDiv(spendOf(match), 1n, BigInt(match.gpus), "ceil"));
  const limit = match.pieces.reduce<MicroUsdPerGpuHour>(
    (dearest, { ask }) => (ask.price > dearest ? ask.price : dearest),
    microUsdPerGpuHour(0n),
  );
  return {
    match,
    averagePrice,
    notice: noticeOf(match),
    order: { ...fixedTo(order, match.window), limit },
  };
}

/** The shortest notice among the pieces. */
export function noticeOf({ pieces }: Match): Notice {
  return pieces.reduce<Notice>(
    (shortest, { ask }) => (ask.notice < shortest ? ask.notice : shortest),
    FIRM,
  );
}

function spendOf({ pieces }: Match): bigint {
  return pieces.reduce((sum, { ask, gpus }) => sum + ask.price * BigInt(gpus), 0n);
}

/** Below 0 where `a` is cheaper a GPU-hour than `b`, compared exactly. */
export function comparePrices(a: Match, b: Match): number {
  const [ours, theirs] = [spendOf(a) * BigInt(b.gpus), spendOf(b) * BigInt(a.gpus)];
  return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

/** What one piece costs through one hour of the clock, or the part of it that lies in the match's window. */
export interface HourLine {
  readonly window: Window;
  readonly piece: Piece;
  readonly cost: MicroUsd;
}

/** The match's cost, hour by hour and piece by piece; the lines sum exactly to the match's cost. */
export function hourLines({ window, pieces }: Match): HourLine[] {
  const hours = hoursOf(window);
  return hours.flatMap((hour) => pieces.map((piece) => lineOf(piece, window, hour)));
}

/** Rounded so that all lines up to each hour's end together are rounded up once. */
function lineOf(piece: Piece, window: Window, hour: Window): HourLine {
  const costUntil = (end: Window["end"]): MicroUsd =>
    charge(piece.ask.price, gpusOver(piece.gpus, elapsed(window.start, end)), "ceil");
  return { window: hour, piece, cost: subMoney(costUntil(hour.end), costUntil(hour.start)) };
}

function hoursOf(window: Window): Window[] {
  const hours: Window[] = [];
  for (let start = window.start; start < window.end;) {
    const end = earliest(later(floorTo(start, HOUR_MS), HOUR_MS), window.end);
    hours.push({ start, end });
    start = end;
  }
  return hours;
}
