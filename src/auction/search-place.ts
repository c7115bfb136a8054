import { type Allocation, type Placement, roomIn } from "./allocation.ts";
import type { Block, Problem } from "./problem.ts";

/**
 * The free place that is worth most to the block after what its slots are worth to others, even where that
 * is less than nothing: a block that fits is worth placing. Null where it does not fit.
 *
 * @param sums shadow prices as `cumulative` gives them
 */
export function bestPlace(
  allocation: Allocation,
  block: Block,
  sums: Float64Array,
): Placement | null {
  let [best, gain]: [Placement | null, number] = [null, -Infinity];
  for (const group of block.groups) {
    const found = bestInGroup(allocation, block, group, sums, gain);
    if (found !== null) [best, gain] = [found.placement, found.gain];
  }
  return best;
}

/** The best free place in one group of lanes, if it gains more than `gain`. */
export function bestInGroup(
  allocation: Allocation,
  block: Block,
  group: readonly number[],
  sums: Float64Array,
  gain: number,
): Found | null {
  const [lane] = group;
  if (group.length > 1 || lane === undefined || block.partial) {
    return inLanes(allocation, block, group, sums, gain);
  }
  return inOneLane(allocation, block, lane, sums, gain);
}

export interface Found {
  readonly placement: Placement;
  readonly gain: number;
}

/** The best start in one lane, if it is better than `gain`: one pass over the slots. */
function inOneLane(
  { problem, free }: Allocation,
  block: Block,
  lane: number,
  sums: Float64Array,
  gain: number,
): Found | null {
  const { slots, lots } = block;
  const [base, sumBase] = [lane * problem.slots, lane * (problem.slots + 1)];
  const most = slots * (block.limit - (problem.lanes[lane]?.reserve ?? 0));
  let [start, cheapest, run] = [-1, most - gain / lots, 0];
  const end = block.lastStart + slots;
  for (let slot = block.firstStart; slot < end; slot += 1) {
    if ((free[base + slot] ?? 0) < lots) {
      run = 0;
      // No start is left from which the block would still end in time.
      if (slot >= block.lastStart) break;
      continue;
    }
    run += 1;
    if (run < slots) continue;
    const cost = (sums[sumBase + slot + 1] ?? 0) - (sums[sumBase + slot + 1 - slots] ?? 0);
    if (cost < cheapest) [start, cheapest] = [slot + 1 - slots, cost];
  }
  if (start < 0) return null;
  return { placement: { start, lanes: [lane], lots: [lots] }, gain: lots * (most - cheapest) };
}

/** The best start in several lanes together, if it is better than `gain`. */
function inLanes(
  allocation: Allocation,
  block: Block,
  group: readonly number[],
  sums: Float64Array,
  gain: number,
): Found | null {
  let best: Found | null = null;
  for (let start = block.firstStart; start <= block.lastStart; start += 1) {
    const found = spread(allocation, block, group, sums, start);
    if (found !== null && found.gain > (best?.gain ?? gain)) best = found;
  }
  return best;
}

/** Fills the lanes one after the other, the one that gains most by the lot first. */
function spread(
  allocation: Allocation,
  block: Block,
  group: readonly number[],
  sums: Float64Array,
  start: number,
): Found | null {
  const found = group
    .map((lane) => ({
      lane,
      room: roomIn(allocation, lane, start, start + block.slots),
      gain: gainByLot(allocation.problem, block, lane, sums, start),
    }))
    .filter(({ room }) => room > 0)
    .sort((a, b) => b.gain - a.gain || a.lane - b.lane);
  const [lanes, lots]: [number[], number[]] = [[], []];
  let [left, gain] = [block.lots, 0];
  for (const each of found) {
    const taken = Math.min(left, each.room);
    if (taken === 0) break;
    lanes.push(each.lane);
    lots.push(taken);
    left -= taken;
    gain += taken * each.gain;
  }
  if (lanes.length === 0 || (left > 0 && !block.partial)) return null;
  return { placement: { start, lanes, lots }, gain };
}

function gainByLot(
  problem: Problem,
  block: Block,
  lane: number,
  sums: Float64Array,
  start: number,
): number {
  const from = lane * (problem.slots + 1) + start;
  const cost = (sums[from + block.slots] ?? 0) - (sums[from] ?? 0);
  return block.slots * (block.limit - (problem.lanes[lane]?.reserve ?? 0)) - cost;
}
