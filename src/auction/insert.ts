import { type Allocation, place, remove } from "./allocation.ts";
import { bestPlace } from "./search-place.ts";

/** Places each block that fits, in this order, where it gains most at the shadow prices. */
export function insertAll(
  allocation: Allocation,
  order: readonly number[],
  sums: Float64Array,
): void {
  for (const index of order) {
    const block = allocation.problem.blocks[index];
    if (block === undefined || allocation.starts[index] !== -1) continue;
    const found = bestPlace(allocation, block, sums);
    if (found !== null) place(allocation, index, found);
  }
}

/** Lets each block that was placed in part grow, or move to where it can; none is made to shrink. */
export function growAll(
  allocation: Allocation,
  order: readonly number[],
  sums: Float64Array,
): void {
  for (const index of order) {
    const block = allocation.problem.blocks[index];
    if (block === undefined || !block.partial) continue;
    const worth = allocation.worth;
    const before = remove(allocation, index);
    if (before === null) continue;
    const found = bestPlace(allocation, block, sums) ?? before;
    place(allocation, index, found);
    if (allocation.worth >= worth) continue;
    remove(allocation, index);
    place(allocation, index, before);
  }
}
