/** A candidate of which lots can be taken, as the search sees it. */
export interface Item {
  /** Place among the planner's candidates. */
  readonly candidate: number;
  readonly fabric: string;
  /** Whether it can be cut in part. */
  readonly divisible: boolean;
  readonly lots: number;
  readonly costPerLot: number;
}

/** One way to free lots, and what is taken for it: of one candidate, or all that two other ways take. */
export interface Way {
  /** Whole micro-dollars below 2^53, so that sums are exact. */
  readonly cost: number;
  readonly lots: number;
  /** How many candidates are cut. */
  readonly cuts: number;
  readonly taken: Taken;
}

type Taken = null | { readonly candidate: number } | readonly [Way, Way];

export const NOTHING: Way = { cost: 0, lots: 0, cuts: 0, taken: null };

/** The cheaper, then the one that takes less, then the one that cuts fewer contracts. */
function isBetter(cost: number, lots: number, cuts: number, than: Way): boolean {
  if (cost !== than.cost) return cost < than.cost;
  return lots === than.lots ? cuts < than.cuts : lots < than.lots;
}

function takeFrom({ candidate, costPerLot }: Item, lots: number): Way {
  return { cost: lots * costPerLot, lots, cuts: 1, taken: { candidate } };
}

function join(a: Way, b: Way): Way {
  if (a.taken === null) return b;
  if (b.taken === null) return a;
  return { cost: a.cost + b.cost, lots: a.lots + b.lots, cuts: a.cuts + b.cuts, taken: [a, b] };
}

/**
 * The best way for each number of lots up to `enough`, `enough` standing for itself and all above it, when
 * one way of each list is followed. Costs a.length × b.length.
 */
export function combine(a: readonly Way[], b: readonly Way[], enough: number): Way[] {
  const best: (Way | undefined)[] = [];
  for (const x of a) {
    for (const y of b) {
      const lots = x.lots + y.lots;
      const place = Math.min(lots, enough);
      const known = best[place];
      if (!known || isBetter(x.cost + y.cost, lots, x.cuts + y.cuts, known)) {
        best[place] = join(x, y);
      }
    }
  }
  return best.filter((way) => way !== undefined);
}

/** Cheapest lots first; of equally dear ones the largest contract first, for then the fewest are cut. */
function cheapestFirst(a: Item, b: Item): number {
  return a.costPerLot - b.costPerLot || b.lots - a.lots || a.candidate - b.candidate;
}

/**
 * The best way to take each number of lots up to `enough` (which stands for itself and all above it) from
 * these items: sorted prefixes of those that can be cut in part, a knapsack of those that cannot.
 */
export function waysToTake(items: readonly Item[], enough: number): Way[] {
  const choices = items
    .filter((item) => !item.divisible)
    .map((block) => [NOTHING, takeFrom(block, block.lots)]);
  const divisible = items.filter((item) => item.divisible);
  return choices.reduce(
    (ways, choice) => combine(ways, choice, enough),
    divisibleWays(divisible, enough),
  );
}

function divisibleWays(items: readonly Item[], enough: number): Way[] {
  const ways = [NOTHING];
  let before = NOTHING;
  for (const item of items.toSorted(cheapestFirst)) {
    const most = Math.min(item.lots, enough - before.lots);
    for (let lots = 1; lots <= most; lots++) ways.push(join(before, takeFrom(item, lots)));
    before = ways.at(-1) ?? NOTHING;
  }
  return ways;
}

export function takeAll(items: readonly Item[]): Way {
  return items.map((item) => takeFrom(item, item.lots)).reduce(join, NOTHING);
}

/** `way` at a higher cost, if it takes anything. */
export function withCost(way: Way, cost: number): Way {
  return way.taken === null ? way : { ...way, cost: way.cost + cost };
}

/** Lots taken of each candidate, in the order of the candidates. */
export function lotsTaken(way: Way): { candidate: number; lots: number }[] {
  const found: { candidate: number; lots: number }[] = [];
  const open = [way];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.taken === null) continue;
    if ("candidate" in next.taken) found.push({ ...next.taken, lots: next.lots });
    else open.push(...next.taken);
  }
  return found.toSorted((a, b) => a.candidate - b.candidate);
}
