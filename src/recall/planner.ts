import { type Gpus, type MicroUsd, assert, gpus, microUsd } from "../units.ts";
import {
  type Item,
  type Way,
  NOTHING,
  combine,
  lotsTaken,
  takeAll,
  waysToTake,
  withCost,
} from "./planner-ways.ts";

/** GPUs of one contract in one fabric that may be taken back. */
export interface RecallCandidate {
  readonly contract: string;
  readonly fabric: string;
  /** Whole lots, at least one. */
  readonly gpus: Gpus;
  /** False: a block that is taken whole or not at all. It lies in one fabric, so it is one candidate. */
  readonly divisible: boolean;
  /** Compensation and lost minimum run for each lot taken; not negative. */
  readonly costPerLot: MicroUsd;
}

export interface RecallNeed {
  /** At least so many; rounded up to whole lots. */
  readonly gpus: Gpus;
  /** Where they must come from; null: from anywhere. */
  readonly fabric: string | null;
}

export interface RecallCut {
  /** Place among the candidates. */
  readonly candidate: number;
  readonly contract: string;
  readonly fabric: string;
  readonly gpus: Gpus;
}

export interface RecallPlan {
  /** In the order of the candidates. */
  readonly cuts: readonly RecallCut[];
  readonly gpus: Gpus;
  readonly cost: MicroUsd;
}

/**
 * The cheapest set of candidates that frees what is needed. Which of them may lawfully be taken by when is the
 * caller's to filter.
 *
 * Exact: for each fabric the best way to free each number of lots (sorted prefixes for what is divisible, a
 * knapsack for blocks), then fabric by fabric the best sum. Without blocks and without a cost of fragmentation
 * that is one sort; otherwise (lots needed)² for each fabric at most.
 *
 * Equally cheap plans: the one that takes fewer GPUs, then the one with fewer cuts; lots are taken from the larger
 * contract first, then from the earlier candidate. The same input always gives the same plan.
 *
 * @param lot GPUs of a lot
 * @param fragmentationCost for each fabric from which some but not all sold GPUs are taken: it stays broken up
 * @param heldBesides fabrics where GPUs are sold that are no candidates; whoever takes from them leaves them broken up
 */
export function planRecall(
  candidates: readonly RecallCandidate[],
  need: RecallNeed,
  lot: Gpus,
  fragmentationCost: MicroUsd,
  heldBesides: ReadonlySet<string> = new Set(),
): RecallPlan | "not_enough" {
  assertPlannable(candidates, lot, fragmentationCost);
  const items = candidates
    .map((candidate, i) => itemOf(candidate, i, lot))
    .filter((item) => need.fabric === null || item.fabric === need.fabric);
  const enough = Math.max(0, Math.ceil(need.gpus / lot));
  if (items.reduce((sum, item) => sum + item.lots, 0) < enough) return "not_enough";
  const fragmentation = Number(fragmentationCost);
  const ways = groupsOf(items, fragmentation > 0)
    .map((group) => groupWays(group, enough, fragmentation, heldBesides))
    .reduce((all, group) => combine(all, group, enough), [NOTHING]);
  return planOf(candidates, ways.at(-1) ?? NOTHING, lot);
}

function itemOf(of: RecallCandidate, candidate: number, lot: Gpus): Item {
  const { fabric, divisible } = of;
  return { candidate, fabric, divisible, lots: of.gpus / lot, costPerLot: Number(of.costPerLot) };
}

function assertPlannable(
  candidates: readonly RecallCandidate[],
  lot: Gpus,
  fragmentationCost: MicroUsd,
): void {
  assert(fragmentationCost >= 0n, "fragmentation costs nothing or something");
  let most = fragmentationCost * BigInt(candidates.length);
  const blocks = new Set<string>();
  for (const { contract, gpus, divisible, costPerLot } of candidates) {
    assert(gpus > 0 && gpus % lot === 0, "a candidate has whole lots");
    assert(costPerLot >= 0n, "nobody pays to be recalled");
    assert(divisible || !blocks.has(contract), "a block lies in one fabric");
    if (!divisible) blocks.add(contract);
    most += costPerLot * BigInt(gpus / lot);
  }
  assert(most <= Number.MAX_SAFE_INTEGER, "what a recall can cost is below 2^53 micro-dollars");
}

/** Fabrics matter only where breaking one up costs something; otherwise all items are one group. */
function groupsOf(items: readonly Item[], byFabric: boolean): Item[][] {
  return [...Map.groupBy(items, (item) => (byFabric ? item.fabric : null)).values()];
}

function groupWays(
  group: readonly Item[],
  enough: number,
  fragmentation: number,
  heldBesides: ReadonlySet<string>,
): Way[] {
  const ways = waysToTake(group, enough);
  if (fragmentation === 0) return ways;
  const partly = ways.map((way) => withCost(way, fragmentation));
  const canBeEmptied = group.every((item) => !heldBesides.has(item.fabric));
  return canBeEmptied ? [...partly, takeAll(group)] : partly;
}

function planOf(candidates: readonly RecallCandidate[], way: Way, lot: Gpus): RecallPlan {
  const cuts = lotsTaken(way).map(({ candidate, lots }) => {
    const cut = candidates[candidate];
    assert(cut !== undefined, "a plan takes from its candidates");
    return { candidate, contract: cut.contract, fabric: cut.fabric, gpus: gpus(lots * lot) };
  });
  return { cuts, gpus: gpus(way.lots * lot), cost: microUsd(BigInt(way.cost)) };
}
