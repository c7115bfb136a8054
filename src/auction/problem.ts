import { minOver } from "../schedule/schedule.ts";
import { type EpochMs, assert, epochMs, wholeLots } from "../units.ts";
import type { AuctionGrid, AuctionOffer, AuctionOrder } from "./order.ts";

/** An order in slots and lots. */
export interface Block {
  readonly order: AuctionOrder;
  readonly lots: number;
  /** How long it lasts. */
  readonly slots: number;
  readonly firstStart: number;
  readonly lastStart: number;
  /** Micro-dollars per GPU-hour, as a number: whole, and exact below 2^53. */
  readonly limit: number;
  readonly partial: boolean;
  /**
   * The sets of lanes, any of which may serve the block together: one a fabric, or one of all lanes. Lanes that the
   * buyer would pay too little for, or that are its own, are left out.
   */
  readonly groups: readonly (readonly number[])[];
  /** Of each lane, which of the groups it is in; −1 for none. */
  readonly groupOfLane: Int16Array;
}

/** An offer in slots and lots. Lane `l` has `free[l × slots + s]` lots in slot `s`. */
export interface Lane {
  readonly offer: AuctionOffer;
  readonly reserve: number;
}

/**
 * The auction as numbers. Blocks and lanes are in the order of their ids, whatever order they came in, so the
 * same orders always give the same answer.
 *
 * Values are counted in *points*: micro-dollars per GPU-hour × lots × slots.
 */
export interface Problem {
  readonly grid: AuctionGrid;
  readonly slots: number;
  readonly blocks: readonly Block[];
  /** How long each block lasts: read so often that it lies apart. */
  readonly lengths: Int32Array;
  readonly lanes: readonly Lane[];
  /** Of all lanes, lane after lane. */
  readonly free: Int32Array;
}

/** @param orders each accepted by `checkAuctionOrder` */
export function formulate(
  grid: AuctionGrid,
  offers: readonly AuctionOffer[],
  orders: readonly AuctionOrder[],
): Problem {
  const slots = (grid.window.end - grid.window.start) / grid.slot;
  assert(Number.isInteger(slots), "an auction's window is whole slots long");
  const lanes = offers
    .toSorted(byId)
    .map((offer): Lane => ({ offer, reserve: Number(offer.reserve) }));
  const blocks = orders.toSorted(byId).map((order) => blockOf(grid, lanes, order));
  const lengths = Int32Array.from(blocks, (block) => block.slots);
  return { grid, slots, blocks, lengths, lanes, free: freeLots(grid, slots, lanes) };
}

/** When slot `slot` begins. */
export function timeOf({ window, slot: length }: AuctionGrid, slot: number): EpochMs {
  return epochMs(window.start + slot * length);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function blockOf(grid: AuctionGrid, lanes: readonly Lane[], order: AuctionOrder): Block {
  const slotOf = (t: number): number => (t - grid.window.start) / grid.slot;
  const groups = groupsOf(lanes, order);
  return {
    order,
    lots: order.gpus / grid.lot,
    slots: order.duration / grid.slot,
    firstStart: slotOf(order.start.earliest),
    lastStart: slotOf(order.start.latest),
    limit: Number(order.limit),
    partial: order.fill === "partial",
    groups,
    groupOfLane: groupOfLane(lanes.length, groups),
  };
}

function groupsOf(lanes: readonly Lane[], order: AuctionOrder): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, { offer }] of lanes.entries()) {
    if (offer.reserve > order.limit || offer.account === order.account) continue;
    const group = order.fabric === "one" ? offer.fabric : "";
    groups.set(group, [...(groups.get(group) ?? []), index]);
  }
  return [...groups.values()];
}

function groupOfLane(lanes: number, groups: readonly (readonly number[])[]): Int16Array {
  const found = new Int16Array(lanes).fill(-1);
  for (const [index, group] of groups.entries()) for (const lane of group) found[lane] = index;
  return found;
}

/** A slot has what is free throughout it. */
function freeLots(grid: AuctionGrid, slots: number, lanes: readonly Lane[]): Int32Array {
  const free = new Int32Array(lanes.length * slots);
  for (const [lane, { offer }] of lanes.entries()) {
    for (let slot = 0; slot < slots; slot += 1) {
      const window = { start: timeOf(grid, slot), end: timeOf(grid, slot + 1) };
      free[lane * slots + slot] = wholeLots(minOver(offer.free, window), grid.lot) / grid.lot;
    }
  }
  return free;
}
