import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gpus, microUsd } from "../units.ts";
import { type RecallCandidate, type RecallPlan, planRecall } from "./planner.ts";

const CASES = 10_000;
const LOT = gpus(8);
const NONE: ReadonlySet<string> = new Set();

type Plan = typeof planRecall;
type Problem = Parameters<Plan>;

const candidate = fc.record({
  fabric: fc.constantFrom("a", "b", "c"),
  lots: fc.integer({ min: 1, max: 3 }),
  divisible: fc.boolean(),
  cost: fc.nat(4),
});
const problems: fc.Arbitrary<Problem> = fc
  .record({
    drawn: fc.array(candidate, { maxLength: 5, size: "max" }),
    need: fc.integer({ min: -8, max: 72 }),
    fabric: fc.option(fc.constantFrom("a", "b", "c"), { freq: 3 }),
    fragmentation: fc.constantFrom(0n, 0n, 1n, 3n, 20n),
    heldBesides: fc.constantFrom(NONE, NONE, new Set(["a"])),
  })
  .map(({ drawn, need, fabric, fragmentation, heldBesides }) => [
    drawn.map(({ fabric, lots, divisible, cost }, i) =>
      candidateOf(i, fabric, lots, divisible, cost),
    ),
    { gpus: gpus(need), fabric },
    LOT,
    microUsd(fragmentation),
    heldBesides,
  ]);

function candidateOf(
  i: number,
  fabric: string,
  lots: number,
  divisible: boolean,
  costPerLot: number,
): RecallCandidate {
  const cost = microUsd(BigInt(costPerLot));
  return { contract: `c${i}`, fabric, gpus: gpus(8 * lots), divisible, costPerLot: cost };
}

/** What a plan is judged by, most important first. */
type Merit = readonly [cost: number, lots: number, cuts: number];

function isBetter(a: Merit, b: Merit): boolean {
  const i = a.findIndex((value, place) => value !== b[place]);
  return i >= 0 && (a[i] ?? 0) < (b[i] ?? 0);
}

/** All choices of lots from each candidate. */
function choices(candidates: readonly RecallCandidate[]): number[][] {
  return candidates.reduce<number[][]>(
    (all, { gpus, divisible }) => {
      const lots = gpus / LOT;
      const options = divisible ? Array.from({ length: lots + 1 }, (_, n) => n) : [0, lots];
      return all.flatMap((chosen) => options.map((option) => chosen.concat(option)));
    },
    [[]],
  );
}

function meritOf(taken: readonly number[], [candidates, , , broken, besides]: Problem): Merit {
  let cost = 0;
  for (const fabric of new Set(candidates.map((c) => c.fabric))) {
    const here = candidates.flatMap((c, i) =>
      c.fabric === fabric ? [[c, taken[i] ?? 0] as const] : [],
    );
    const some = here.some(([, lots]) => lots > 0);
    const all = here.every(([c, lots]) => lots === c.gpus / LOT) && besides?.has(fabric) !== true;
    if (some && !all) cost += Number(broken);
    for (const [c, lots] of here) cost += lots * Number(c.costPerLot);
  }
  const lots = taken.reduce((sum, n) => sum + n, 0);
  return [cost, lots, taken.filter((n) => n > 0).length];
}

/** The merit of the best of all choices; null: none frees enough. */
function bruteForce(problem: Problem): Merit | null {
  const [candidates, need] = problem;
  const from = candidates.map((c) => need.fabric === null || c.fabric === need.fabric);
  let best: Merit | null = null;
  for (const taken of choices(candidates)) {
    if (taken.some((n, i) => n > 0 && from[i] !== true)) continue;
    const merit = meritOf(taken, problem);
    if (merit[1] * LOT < need.gpus) continue;
    if (best === null || isBetter(merit, best)) best = merit;
  }
  return best;
}

function expectLawful(plan: RecallPlan, [candidates, need]: Problem): void {
  expect(plan.gpus).toBeGreaterThanOrEqual(need.gpus);
  expect(plan.cuts.reduce((sum, cut) => sum + cut.gpus, 0)).toBe(plan.gpus);
  expect(new Set(plan.cuts.map((cut) => cut.candidate)).size).toBe(plan.cuts.length);
  for (const cut of plan.cuts) {
    const from = candidates[cut.candidate];
    expect(cut).toMatchObject({ contract: from?.contract, fabric: need.fabric ?? from?.fabric });
    expect(cut.gpus > 0 && cut.gpus % LOT === 0 && cut.gpus <= (from?.gpus ?? 0)).toBe(true);
    if (from?.divisible === false) expect(cut.gpus).toBe(from.gpus);
  }
}

function checkPlanner(planner: Plan): void {
  const property = fc.property(problems, (problem) => {
    const [plan, best] = [planner(...problem), bruteForce(problem)];
    if (plan === "not_enough" || best === null) {
      expect([plan, best]).toEqual(["not_enough", null]);
      return;
    }
    expectLawful(plan, problem);
    expect([Number(plan.cost), plan.gpus / LOT, plan.cuts.length]).toEqual(best);
    const taken = problem[0].map((_, i) => plan.cuts.find((cut) => cut.candidate === i)?.gpus ?? 0);
    expect(
      meritOf(
        taken.map((gpus) => gpus / LOT),
        problem,
      ),
    ).toEqual(best);
  });
  fc.assert(property, { numRuns: CASES });
}

test("a plan is lawful and as cheap, small and whole as the best of all choices", () => {
  checkPlanner(planRecall);
}, 60_000);

const withoutFragmentation: Plan = (candidates, need, lot) =>
  planRecall(candidates, need, lot, microUsd(0n));
const cuttingBlocks: Plan = (candidates, ...rest) =>
  planRecall(
    candidates.map((c, i) => candidateOf(i, c.fabric, c.gpus / LOT, true, Number(c.costPerLot))),
    ...rest,
  );

test.each([
  ["forgets fragmentation", withoutFragmentation],
  ["cuts blocks", cuttingBlocks],
])("the brute force would catch a planner that %s", (_, planner) => {
  expect(() => checkPlanner(planner)).toThrow("Property failed");
});

const plan = (candidates: RecallCandidate[], lots: number, fragmentation: bigint) => {
  const found = planRecall(
    candidates,
    { gpus: gpus(8 * lots), fabric: null },
    LOT,
    microUsd(fragmentation),
  );
  if (found === "not_enough") throw new Error("the tests below ask for less than there is");
  return found.cuts.map((cut) => `${cut.gpus / LOT} of ${cut.contract}`);
};

test("it empties a dearer fabric rather than break one up, if breaking costs more", () => {
  const small = candidateOf(0, "a", 3, true, 4);
  const large = candidateOf(0, "a", 9, true, 4);
  const other = candidateOf(1, "b", 2, true, 7);
  expect(plan([small, other], 2, 1n)).toEqual(["2 of c0"]);
  expect(plan([small, other], 2, 5n)).toEqual(["3 of c0"]);
  expect(plan([large, other], 2, 7n)).toEqual(["2 of c1"]);
});

test("among equally dear contracts it cuts the fewest, the largest and then the earliest", () => {
  const candidates = [1, 3, 3, 2].map((lots, i) => candidateOf(i, "a", lots, true, 1));
  expect(plan(candidates, 3, 0n)).toEqual(["3 of c1"]);
  expect(plan(candidates, 4, 0n)).toEqual(["3 of c1", "1 of c2"]);
});

test("a block is taken whole where that is cheapest", () => {
  const candidates = [candidateOf(0, "a", 4, false, 1), candidateOf(1, "a", 4, true, 3)];
  expect(plan(candidates, 2, 0n)).toEqual(["4 of c0"]);
  expect(plan(candidates, 1, 0n)).toEqual(["1 of c1"]);
});

test("candidates that cannot be are a bug", () => {
  const need = { gpus: LOT, fabric: null };
  const block = candidateOf(0, "a", 1, false, 1);
  const part = { ...block, gpus: gpus(12) };
  const dear = { ...block, costPerLot: microUsd(9_007_199_254_740_992n) };
  const run = (candidates: RecallCandidate[]) => () =>
    planRecall(candidates, need, LOT, microUsd(0n));
  expect(run([part])).toThrow("whole lots");
  expect(run([{ ...block, costPerLot: microUsd(-1n) }])).toThrow("nobody pays");
  expect(run([block, { ...block, fabric: "b" }])).toThrow("a block lies in one fabric");
  expect(run([dear])).toThrow("below 2^53");
});
