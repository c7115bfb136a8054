import { type Allocation, type Placement, place, placedIn, remove, roomIn } from "./allocation.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import type { Block } from "./problem.ts";
import { refill } from "./refill.ts";

/** The blocks that were touched, each once, and where they lay before. */
export interface Change {
  readonly blocks: number[];
  readonly before: (Placement | null)[];
}

/** How often a block without a place is drawn before all are taken to have one. */
const DRAWS = 32;
/** Places of a block that are compared for the one with most room. */
const PLACES = 3;
/** At most how many blocks are removed beyond what is needed, so that something new can come together. */
const MORE = 3;

/**
 * Makes room for a block that has no place by removing what lies there, then fills up what is left free: with what
 * was removed, and with others (Schrimpf et al., "Record breaking optimization results using the ruin and
 * recreate principle", 2000).
 */
export function ruinAndRecreate(
  allocation: Allocation,
  neighbourhood: Neighbourhood,
  change: Change,
): void {
  change.blocks.length = 0;
  change.before.length = 0;
  const index = unplaced(allocation, neighbourhood);
  const block = allocation.problem.blocks[index];
  if (block === undefined) return;
  const { lane, start } = placeFor(allocation, neighbourhood, index, block);
  const end = start + block.slots;
  clear(allocation, neighbourhood, change, { lane, start, end, lots: block.lots });
  if (roomIn(allocation, lane, start, end) >= block.lots) {
    touch(change, index, null);
    place(allocation, index, { start, lanes: [lane], lots: [block.lots] });
  }
  const slot = start + neighbourhood.random.below(block.slots);
  refill(allocation, neighbourhood, change.blocks, lane, slot, (found) => {
    touch(change, found, null);
  });
}

/** −1 where there seems to be none. */
function unplaced({ starts }: Allocation, { blocks, random }: Neighbourhood): number {
  if (blocks.length === 0) return -1;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const index = blocks[random.below(blocks.length)] ?? 0;
    if (starts[index] === -1) return index;
  }
  return -1;
}

function placeFor(
  allocation: Allocation,
  { options, random }: Neighbourhood,
  index: number,
  block: Block,
): { readonly lane: number; readonly start: number } {
  const first = options.first[index] ?? 0;
  const count = (options.first[index + 1] ?? 0) - first;
  let [most, best] = [-1, first];
  for (let draw = 0; draw < PLACES; draw += 1) {
    const option = first + random.below(count);
    const start = options.start[option] ?? 0;
    const room = roomIn(allocation, options.lane[option] ?? 0, start, start + block.slots);
    if (room > most) [most, best] = [room, option];
  }
  return { lane: options.lane[best] ?? 0, start: options.start[best] ?? 0 };
}

interface Room {
  readonly lane: number;
  readonly start: number;
  readonly end: number;
  readonly lots: number;
}

function clear(
  allocation: Allocation,
  { random }: Neighbourhood,
  change: Change,
  { lane, start, end, lots }: Room,
): void {
  const there = placedIn(allocation, lane, start, end);
  let more = random.below(MORE + 1);
  for (let left = there.length; left > 0; left -= 1) {
    if (roomIn(allocation, lane, start, end) >= lots) {
      if (more === 0) return;
      more -= 1;
    }
    const at = cheaperOfTwo(allocation, there, random.below(left), random.below(left));
    const index = there[at] ?? 0;
    there[at] = there[left - 1] ?? 0;
    touch(change, index, remove(allocation, index));
  }
}

function cheaperOfTwo(
  { problem }: Allocation,
  there: readonly number[],
  a: number,
  b: number,
): number {
  const limitAt = (at: number): number => problem.blocks[there[at] ?? -1]?.limit ?? 0;
  return limitAt(b) < limitAt(a) ? b : a;
}

function touch({ blocks, before }: Change, index: number, placement: Placement | null): void {
  blocks.push(index);
  before.push(placement);
}
