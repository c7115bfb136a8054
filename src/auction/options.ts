import type { Block, Problem } from "./problem.ts";

/** Where a block's GPUs could lie if there were no other orders: pairs of lane and start, block after block. */
export interface Options {
  /** Block `b` has the pairs from `first[b]` up to `first[b + 1]`. */
  readonly first: Int32Array;
  readonly lane: Int32Array;
  readonly start: Int32Array;
}

export function optionsOf(problem: Problem): Options {
  const first = new Int32Array(problem.blocks.length + 1);
  const lanes: number[] = [];
  const starts: number[] = [];
  for (const [index, block] of problem.blocks.entries()) {
    for (const group of block.groups) {
      for (const lane of group) {
        const need = group.length === 1 && !block.partial ? block.lots : 1;
        forEachFit(problem, lane, block, need, (start) => {
          lanes.push(lane);
          starts.push(start);
        });
      }
    }
    first[index + 1] = lanes.length;
  }
  return { first, lane: Int32Array.from(lanes), start: Int32Array.from(starts) };
}

/** Each start at which the lane has `need` lots for the block's whole duration. */
function forEachFit(
  { free, slots }: Problem,
  lane: number,
  block: Block,
  need: number,
  found: (start: number) => void,
): void {
  const base = lane * slots;
  let run = 0;
  for (let slot = block.firstStart; slot < block.lastStart + block.slots; slot += 1) {
    run = (free[base + slot] ?? 0) >= need ? run + 1 : 0;
    if (run >= block.slots) found(slot + 1 - block.slots);
  }
}

/** Those of the options that are wanted. */
export function optionsWhere(
  options: Options,
  wanted: (block: number, option: number) => boolean,
): Options {
  const first = new Int32Array(options.first.length);
  const kept: number[] = [];
  for (let block = 0; block + 1 < first.length; block += 1) {
    const end = options.first[block + 1] ?? 0;
    for (let option = options.first[block] ?? 0; option < end; option += 1) {
      if (wanted(block, option)) kept.push(option);
    }
    first[block + 1] = kept.length;
  }
  return {
    first,
    lane: Int32Array.from(kept, (option) => options.lane[option] ?? 0),
    start: Int32Array.from(kept, (option) => options.start[option] ?? 0),
  };
}
