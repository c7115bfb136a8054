import { type Allocation, type Placement, emptyAllocation, place, remove } from "./allocation.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { type Change, ruinAndRecreate } from "./ruin.ts";

/**
 * Threshold accepting (Dueck and Scheuer, 1990): changes that lose a little are kept as well, and what counts as
 * little falls to nothing in equal steps.
 *
 * @param allocation is changed
 * @param loss the most that a change may lose at first, in points
 * @param bound what no allocation can exceed: where it is reached, the search ends
 * @returns the best allocation that was seen
 */
export function improve(
  allocation: Allocation,
  neighbourhood: Neighbourhood,
  rounds: number,
  loss: number,
  bound: number,
): Allocation {
  const { worth, placements } = allocation;
  const best: Best = { worth, placements: placements.slice(), moved: new Set() };
  const change: Change = { blocks: [], before: [] };
  for (let left = rounds; left > 0 && best.worth < bound; left -= 1) {
    const before = allocation.worth;
    ruinAndRecreate(allocation, neighbourhood, change);
    if (allocation.worth < before - (loss * left) / rounds) revert(allocation, change);
    else note(best, allocation, change);
  }
  return allocationOf(allocation, best);
}

/** The best placements, and which blocks may have moved since. */
interface Best {
  worth: number;
  readonly placements: (Placement | null)[];
  readonly moved: Set<number>;
}

function note(best: Best, { worth, placements }: Allocation, { blocks }: Change): void {
  for (const index of blocks) best.moved.add(index);
  if (worth <= best.worth) return;
  for (const index of best.moved) best.placements[index] = placements[index] ?? null;
  best.moved.clear();
  best.worth = worth;
}

function revert(allocation: Allocation, { blocks, before }: Change): void {
  for (const index of blocks) remove(allocation, index);
  for (const [i, placement] of before.entries()) {
    if (placement !== null) place(allocation, blocks[i] ?? 0, placement);
  }
}

function allocationOf({ problem }: Allocation, { placements }: Best): Allocation {
  const allocation = emptyAllocation(problem);
  for (const [index, placement] of placements.entries()) {
    if (placement !== null) place(allocation, index, placement);
  }
  return allocation;
}
