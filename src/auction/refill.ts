import { type Allocation, place } from "./allocation.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { bestInGroup } from "./search-place.ts";

/** Blocks that are tried beside those that were removed, and how many are looked at to find them. */
const TRIES = 12;
const LOOKS = 40;

/**
 * Fills a lane up around a slot: with the blocks that were removed from there and some that have no place, in one
 * of the orders of the ranks.
 *
 * @param added is told of each block that is placed and was not removed before
 */
export function refill(
  allocation: Allocation,
  neighbourhood: Neighbourhood,
  removed: readonly number[],
  lane: number,
  slot: number,
  added: (index: number) => void,
): void {
  const { ranks, random, sums } = neighbourhood;
  const count = removed.length;
  const tried = candidates(allocation, neighbourhood, slot);
  for (let i = 0; i < count; i += 1) tried.push(removed[i] ?? 0);
  sortBy(tried, ranks[random.below(ranks.length)]);
  for (const index of tried) {
    const block = allocation.problem.blocks[index];
    const group = block?.groups[block.groupOfLane[lane] ?? -1];
    if (block === undefined || group === undefined || allocation.starts[index] !== -1) continue;
    const found = bestInGroup(allocation, block, group, sums, -Infinity);
    if (found === null) continue;
    if (!within(removed, count, index)) added(index);
    place(allocation, index, found.placement);
  }
}

/** Blocks without a place that could cover the slot. */
function candidates(
  { starts }: Allocation,
  { bySlot, random }: Neighbourhood,
  slot: number,
): number[] {
  const found: number[] = [];
  const all = bySlot[slot];
  if (all === undefined || all.length === 0) return found;
  let at = random.below(all.length);
  for (let look = Math.min(LOOKS, all.length); look > 0 && found.length < TRIES; look -= 1) {
    const index = all[at] ?? 0;
    if (starts[index] === -1) found.push(index);
    at = at + 1 === all.length ? 0 : at + 1;
  }
  return found;
}

/** Sorts a short list in place, by insertion. */
function sortBy(list: number[], rank: Float64Array | undefined): void {
  for (let i = 1; i < list.length; i += 1) {
    const moving = list[i] ?? 0;
    const own = rank?.[moving] ?? 0;
    let to = i;
    for (; to > 0 && (rank?.[list[to - 1] ?? 0] ?? 0) > own; to -= 1) list[to] = list[to - 1] ?? 0;
    list[to] = moving;
  }
}

function within(list: readonly number[], count: number, wanted: number): boolean {
  for (let i = 0; i < count; i += 1) if (list[i] === wanted) return true;
  return false;
}
