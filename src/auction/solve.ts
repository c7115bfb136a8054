import { type Allocation, emptyAllocation } from "./allocation.ts";
import { improve } from "./improve.ts";
import { growAll, insertAll } from "./insert.ts";
import { neighbourhoodOf } from "./neighbourhood.ts";
import { optionsOf } from "./options.ts";
import { type ShadowPrices, shadowPrices } from "./prices.ts";
import type { Problem } from "./problem.ts";
import { Xorshift } from "./random.ts";
import { cumulative } from "./response.ts";

/** How long to search. The same auction, effort and seed give the same answer on every machine. */
export interface Effort {
  /** Steps towards the shadow prices. */
  readonly priceRounds: number;
  /** Changes that are tried by the local search. */
  readonly changes: number;
  readonly seed: number;
}

/** What a change may lose at first, as a share of what a block is worth on average. */
const LOSS = 1;
/** What a place may gain less than the block's best place for it to be considered at all, as the same share. */
const KEPT = 0.2;
const CHANGES_PER_BLOCK = 200;
/** About 30 s on one core, where there are 5,000 orders. */
const MOST_CHANGES = 500_000;

export interface Solution {
  readonly allocation: Allocation;
  readonly prices: ShadowPrices;
}

/** Enough for a good answer: beyond it, twice the time brings less than one part in two hundred. */
export function effortFor(orders: number): Effort {
  const changes = Math.min(MOST_CHANGES, CHANGES_PER_BLOCK * orders);
  return { priceRounds: 100, changes, seed: 1 };
}

/**
 * A set of placements that is worth much, and prices that say how much it could be worth at most.
 *
 * Placing by price alone gives a first answer; shadow prices tell which slots others need; placing in several
 * orders at those prices gives a second; and removing and placing again, over and over, gives the last.
 */
export function solve(problem: Problem, { priceRounds, changes, seed }: Effort): Solution {
  const options = optionsOf(problem);
  const plain = greedy(problem);
  const prices = shadowPrices(problem, options, plain.worth, priceRounds);
  const mean = plain.worth / Math.max(1, plain.starts.filter((start) => start >= 0).length);
  const random = new Xorshift(seed);
  const neighbourhood = neighbourhoodOf(problem, options, prices, random, KEPT * mean);
  const { ranks, sums } = neighbourhood;
  const first = ranks.map((rank) => inserted(problem, inOrder(rank), sums));
  const start = first.reduce((best, each) => (each.worth > best.worth ? each : best), plain);
  const allocation = improve(start, neighbourhood, changes, LOSS * mean, prices.bound);
  const order = inOrder(ranks[0] ?? new Float64Array(0));
  insertAll(allocation, order, sums);
  growAll(allocation, order, sums);
  return { allocation, prices };
}

/** Dearest limit first, each where it fits first. */
export function greedy(problem: Problem): Allocation {
  const rank = Float64Array.from(problem.blocks, (block) => -block.limit);
  return inserted(
    problem,
    inOrder(rank),
    cumulative(problem, new Float64Array(problem.free.length)),
  );
}

function inserted(problem: Problem, order: readonly number[], sums: Float64Array): Allocation {
  const allocation = emptyAllocation(problem);
  insertAll(allocation, order, sums);
  return allocation;
}

function inOrder(rank: Float64Array): number[] {
  return [...rank.keys()].sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b);
}
