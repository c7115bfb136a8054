import type { Options } from "./options.ts";
import type { Problem } from "./problem.ts";

/** What the blocks would do at some prices, if each could have what it likes best. */
export interface Response {
  /** See `ShadowPrices`. */
  readonly bound: number;
  /** Lots that the blocks would take beyond what is free; less than 0 where some would stay free. */
  readonly excess: Float64Array;
}

/** What every block would choose at these prices, if it could have it. */
export function respond(problem: Problem, options: Options, prices: Float64Array): Response {
  const { slots, blocks, lanes, free } = problem;
  const sums = cumulative(problem, prices);
  const change = new Float64Array(lanes.length * (slots + 1));
  let bound = 0;
  for (let at = 0; at < free.length; at += 1) bound += (free[at] ?? 0) * (prices[at] ?? 0);
  for (const [index, block] of blocks.entries()) {
    const { gain, option } = bestOption(problem, options, sums, index);
    if (option < 0) continue;
    bound += gain * block.lots;
    const from = (options.lane[option] ?? 0) * (slots + 1) + (options.start[option] ?? 0);
    change[from] = (change[from] ?? 0) + block.lots;
    change[from + block.slots] = (change[from + block.slots] ?? 0) - block.lots;
  }
  return { bound, excess: excessOf(problem, change) };
}

/** What a lot of block `index` would gain in this place, in points, if its slots cost their shadow prices. */
export function gainOf(
  { slots, blocks, lanes }: Problem,
  options: Options,
  sums: Float64Array,
  index: number,
  option: number,
): number {
  const block = blocks[index];
  if (block === undefined) return 0;
  const lane = options.lane[option] ?? 0;
  const from = lane * (slots + 1) + (options.start[option] ?? 0);
  const cost = (sums[from + block.slots] ?? 0) - (sums[from] ?? 0);
  return block.slots * (block.limit - (lanes[lane]?.reserve ?? 0)) - cost;
}

/** Where the block gains most; option −1 where it gains nothing anywhere. */
function bestOption(
  problem: Problem,
  options: Options,
  sums: Float64Array,
  index: number,
): { readonly gain: number; readonly option: number } {
  let [gain, best] = [0, -1];
  const first = options.first[index] ?? 0;
  const count = (options.first[index + 1] ?? 0) - first;
  // Equal options are tried from different ends, so that blocks with the same choice do not all make the same.
  let option = first + ((index * 7_919) % Math.max(1, count));
  for (let left = count; left > 0; left -= 1) {
    const gained = gainOf(problem, options, sums, index, option);
    if (gained > gain) [gain, best] = [gained, option];
    option = option + 1 === first + count ? first : option + 1;
  }
  return { gain, option: best };
}

/** Prices summed from each lane's first slot on: `slots + 1` numbers a lane. */
export function cumulative({ slots, lanes }: Problem, prices: Float64Array): Float64Array {
  const sums = new Float64Array(lanes.length * (slots + 1));
  for (let lane = 0; lane < lanes.length; lane += 1) {
    for (let slot = 0; slot < slots; slot += 1) {
      const at = lane * (slots + 1) + slot;
      sums[at + 1] = (sums[at] ?? 0) + (prices[lane * slots + slot] ?? 0);
    }
  }
  return sums;
}

function excessOf({ slots, lanes, free }: Problem, change: Float64Array): Float64Array {
  const excess = new Float64Array(free.length);
  for (let lane = 0; lane < lanes.length; lane += 1) {
    let wanted = 0;
    for (let slot = 0; slot < slots; slot += 1) {
      wanted += change[lane * (slots + 1) + slot] ?? 0;
      excess[lane * slots + slot] = wanted - (free[lane * slots + slot] ?? 0);
    }
  }
  return excess;
}
