import type { Block, Problem } from "./problem.ts";

/** Where a block lies: `lots[i]` of `lanes[i]` from slot `start` on, for its whole duration. */
export interface Placement {
  readonly start: number;
  readonly lanes: readonly number[];
  readonly lots: readonly number[];
}

/** Which blocks are placed where, changed in place; nothing is ever placed where it does not fit. */
export interface Allocation {
  readonly problem: Problem;
  readonly placements: (Placement | null)[];
  /** Where each block starts; −1 while it has no place. */
  readonly starts: Int32Array;
  /** What is still free, lane after lane. */
  readonly free: Int32Array;
  /** Blocks with at least a lot in the lane, in no order that matters. */
  readonly inLane: readonly number[][];
  /** In points. */
  worth: number;
}

export function emptyAllocation(problem: Problem): Allocation {
  return {
    problem,
    placements: problem.blocks.map(() => null),
    starts: new Int32Array(problem.blocks.length).fill(-1),
    free: problem.free.slice(),
    inLane: problem.lanes.map(() => []),
    worth: 0,
  };
}

/** @param index of a block without a place @param placement what is free, as `search-place.ts` finds it */
export function place(allocation: Allocation, index: number, placement: Placement): void {
  take(allocation, index, placement, 1);
  for (const lane of placement.lanes) allocation.inLane[lane]?.push(index);
  allocation.placements[index] = placement;
  allocation.starts[index] = placement.start;
}

/** @returns where it lay */
export function remove(allocation: Allocation, index: number): Placement | null {
  const placement = allocation.placements[index] ?? null;
  if (placement === null) return null;
  take(allocation, index, placement, -1);
  for (const lane of placement.lanes) dropFrom(allocation.inLane[lane] ?? [], index);
  allocation.placements[index] = null;
  allocation.starts[index] = -1;
  return placement;
}

/** In points. */
export function worthOf({ lanes }: Problem, block: Block, placement: Placement): number {
  let worth = 0;
  for (let i = 0; i < placement.lanes.length; i += 1) {
    const reserve = lanes[placement.lanes[i] ?? -1]?.reserve ?? 0;
    worth += (placement.lots[i] ?? 0) * block.slots * (block.limit - reserve);
  }
  return worth;
}

/** The blocks that have GPUs of the lane at some time in `[start, end)`. */
export function placedIn(
  allocation: Allocation,
  lane: number,
  start: number,
  end: number,
): number[] {
  const { problem, starts, inLane } = allocation;
  const found: number[] = [];
  for (const index of inLane[lane] ?? []) {
    const from = starts[index] ?? end;
    if (from < end && from + (problem.lengths[index] ?? 0) > start) found.push(index);
  }
  return found;
}

/** Lots that are free in the lane throughout `[start, end)`. */
export function roomIn(allocation: Allocation, lane: number, start: number, end: number): number {
  const { problem, free } = allocation;
  const base = lane * problem.slots;
  let room = Infinity;
  for (let at = base + start; at < base + end; at += 1) {
    const there = free[at] ?? 0;
    if (there < room) room = there;
  }
  return room;
}

function take(allocation: Allocation, index: number, placement: Placement, sign: 1 | -1): void {
  const { problem, free } = allocation;
  const block = problem.blocks[index];
  if (block === undefined) return;
  for (let i = 0; i < placement.lanes.length; i += 1) {
    const from = (placement.lanes[i] ?? 0) * problem.slots + placement.start;
    const lots = sign * (placement.lots[i] ?? 0);
    for (let at = from; at < from + block.slots; at += 1) free[at] = (free[at] ?? 0) - lots;
  }
  allocation.worth += sign * worthOf(problem, block, placement);
}

function dropFrom(list: number[], index: number): void {
  const at = list.indexOf(index);
  const last = list.pop();
  if (last !== undefined && at < list.length) list[at] = last;
}
