import type { AuctionGrid, AuctionOffer, AuctionOrder } from "./order.ts";
import { type Block, type Problem, formulate } from "./problem.ts";

/**
 * The most that any set of fills is worth, in points: every start, every split over the lanes and every number of
 * lots of every order is tried. For a handful of orders.
 */
export function optimum(
  grid: AuctionGrid,
  offers: readonly AuctionOffer[],
  orders: readonly AuctionOrder[],
): number {
  const problem = formulate(grid, offers, orders);
  const remaining = (index: number): number => {
    const block = problem.blocks[index];
    if (block === undefined) return 0;
    let best = remaining(index + 1);
    for (const group of block.groups) {
      for (let start = block.firstStart; start <= block.lastStart; start += 1) {
        forEachSplit(problem, block, group, start, block.lots, (worth, left) => {
          if (left === 0 || block.partial) best = Math.max(best, worth + remaining(index + 1));
        });
      }
    }
    return best;
  };
  return remaining(0);
}

/** Takes lots of the group's lanes in every way that leaves none below nothing, tells of each, and gives them back. */
function forEachSplit(
  problem: Problem,
  block: Block,
  group: readonly number[],
  start: number,
  lots: number,
  found: (worth: number, left: number) => void,
): void {
  const [lane, ...others] = group;
  if (lane === undefined) {
    found(0, lots);
    return;
  }
  const margin = block.limit - (problem.lanes[lane]?.reserve ?? 0);
  for (let taken = 0; taken <= lots; taken += 1) {
    add(problem, lane, start, block.slots, -taken);
    const worth = taken * block.slots * margin;
    if (isFree(problem, lane, start, block.slots)) {
      forEachSplit(problem, block, others, start, lots - taken, (more, left) => {
        found(worth + more, left);
      });
    }
    add(problem, lane, start, block.slots, taken);
  }
}

function add(problem: Problem, lane: number, start: number, slots: number, lots: number): void {
  const from = lane * problem.slots + start;
  for (let at = from; at < from + slots; at += 1) problem.free[at] = (problem.free[at] ?? 0) + lots;
}

function isFree(problem: Problem, lane: number, start: number, slots: number): boolean {
  const from = lane * problem.slots + start;
  return problem.free.subarray(from, from + slots).every((lots) => lots >= 0);
}
