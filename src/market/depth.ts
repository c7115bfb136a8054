import type { DurationMs, Gpus, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import { addGpus, gpus, later, NO_GPUS } from "../units.ts";
import type { Order } from "./order.ts";
import type { Ask, Supply } from "./supply.ts";

/** GPUs at one price and notice. */
export interface Level {
  readonly price: MicroUsdPerGpuHour;
  readonly notice: Notice;
  readonly gpus: Gpus;
}

/** What is offered and wanted of a SKU through one window. */
export interface Depth {
  readonly window: Window;
  /** Cheapest first. Rungs of one pool sell the same GPUs, so levels do not add up. */
  readonly asks: readonly Level[];
  /** GPUs that could be bought through the whole window, if price and notice did not matter. */
  readonly offered: Gpus;
  /** Orders that wait and could use the window: dearest first. */
  readonly bids: readonly Level[];
}

/** The windows of this length, one after the other, from `start`. */
export function windowsFrom(start: Window["start"], step: DurationMs, count: number): Window[] {
  const windows: Window[] = [];
  for (let at = start; windows.length < count; at = later(at, step)) {
    windows.push({ start: at, end: later(at, step) });
  }
  return windows;
}

/** @param levels at most so many on each side */
export function depthOf(
  supply: Supply,
  buys: readonly Order[],
  window: Window,
  levels: number,
): Depth {
  const asks = supply.asks.map((ask) => ({ ask, gpus: ask.availableInAll(window) }));
  const open = asks.filter((each) => each.gpus > 0);
  return {
    window,
    asks: levelled(
      open.map(({ ask: { price, notice }, gpus: room }) => ({ price, notice, gpus: room })),
      levels,
    ),
    offered: together(open),
    bids: levelled(
      buys
        .filter((order) => reaches(order, window))
        .map(({ limit, noticeAtLeast, gpus: wanted }) => ({
          price: limit,
          notice: noticeAtLeast,
          gpus: wanted,
        })),
      levels,
    ),
  };
}

/** Of each pool the rung with most room, of each contract the listing: they sell the same GPUs. */
function together(open: readonly { readonly ask: Ask; readonly gpus: Gpus }[]): Gpus {
  const most = new Map<string, Gpus>();
  for (const { ask, gpus: room } of open) {
    const { source } = ask;
    const from = source.kind === "rung" ? `pool ${source.pool}` : `contract ${source.contract}`;
    most.set(from, gpus(Math.max(room, most.get(from) ?? 0)));
  }
  return [...most.values()].reduce(addGpus, NO_GPUS);
}

/** Neighbours at the same price and notice are one level. */
function levelled(each: readonly Level[], most: number): Level[] {
  const levels: Level[] = [];
  for (const level of each) {
    const last = levels.at(-1);
    if (last !== undefined && last.price === level.price && last.notice === level.notice) {
      levels[levels.length - 1] = { ...last, gpus: addGpus(last.gpus, level.gpus) };
    } else if (levels.length < most) levels.push(level);
    else break;
  }
  return levels;
}

function reaches({ start, duration }: Order, window: Window): boolean {
  return start.earliest < window.end && later(start.latest, duration.max) > window.start;
}
