import { type Options, optionsWhere } from "./options.ts";
import type { ShadowPrices } from "./prices.ts";
import type { Problem } from "./problem.ts";
import type { Xorshift } from "./random.ts";
import { cumulative, gainOf } from "./response.ts";

/** What the search knows beside the allocation; none of it changes but the generator. */
export interface Neighbourhood {
  /** Those that may lie in a good allocation, going by the shadow prices. */
  readonly options: Options;
  /** The shadow prices, as `cumulative` gives them. */
  readonly sums: Float64Array;
  /** Orders in which blocks are tried: a rank for each block, the lowest first. */
  readonly ranks: readonly Float64Array[];
  /** Blocks with an option. */
  readonly blocks: Int32Array;
  /** Of each slot, the blocks with an option that could cover it. */
  readonly bySlot: readonly Int32Array[];
  readonly random: Xorshift;
}

/** @param loss how much less than in its best place a block may gain for an option to be kept, in points */
export function neighbourhoodOf(
  problem: Problem,
  all: Options,
  prices: ShadowPrices,
  random: Xorshift,
  loss: number,
): Neighbourhood {
  const sums = cumulative(problem, prices.extra);
  const gains = Float64Array.from(problem.blocks.keys(), (i) => bestGain(problem, all, sums, i));
  const options = optionsWhere(all, (index, option) => {
    const lost = Math.max(0, gains[index] ?? 0) - gainOf(problem, all, sums, index, option);
    return lost * (problem.blocks[index]?.lots ?? 0) <= loss;
  });
  const kept = [...problem.blocks.keys()].filter((i) => options.first[i] !== options.first[i + 1]);
  const blocks = Int32Array.from(kept);
  const ranks = ranksOf(problem, gains);
  return { options, sums, ranks, blocks, bySlot: coverOf(problem, kept), random };
}

function bestGain(problem: Problem, options: Options, sums: Float64Array, index: number): number {
  let gain = -Infinity;
  const end = options.first[index + 1] ?? 0;
  for (let option = options.first[index] ?? 0; option < end; option += 1) {
    gain = Math.max(gain, gainOf(problem, options, sums, index, option));
  }
  return gain;
}

/** No order is right for all auctions: by price, by what is paid beyond the shadow prices, and by size. */
function ranksOf(problem: Problem, gains: Float64Array): Float64Array[] {
  const { blocks } = problem;
  const rank = (key: (margin: number, index: number) => number): Float64Array =>
    Float64Array.from(blocks.keys(), (index) => -key(marginOf(problem, index), index));
  const slots = (index: number): number => blocks[index]?.slots ?? 1;
  const lots = (index: number): number => blocks[index]?.lots ?? 1;
  const gain = (index: number): number => gains[index] ?? 0;
  return [
    rank((margin) => margin),
    rank((margin, i) => margin / Math.max(1, margin - gain(i) / slots(i))),
    rank((margin, i) => margin * slots(i) * lots(i)),
    rank((_, i) => gain(i) * lots(i)),
    rank((_, i) => lots(i)),
  ];
}

/** The limit beyond the lowest reserve that the block could be sold at. */
function marginOf({ blocks, lanes }: Problem, index: number): number {
  const block = blocks[index];
  const reserves = block?.groups.flat().map((lane) => lanes[lane]?.reserve ?? 0) ?? [];
  return reserves.length === 0 ? 0 : (block?.limit ?? 0) - Math.min(...reserves);
}

function coverOf({ slots, blocks }: Problem, kept: readonly number[]): Int32Array[] {
  const lists = Array.from({ length: slots }, (): number[] => []);
  for (const index of kept) {
    const { firstStart = 0, lastStart = 0, slots: length = 0 } = blocks[index] ?? {};
    for (let slot = firstStart; slot < lastStart + length; slot += 1) lists[slot]?.push(index);
  }
  return lists.map((list) => Int32Array.from(list));
}
