import * as fc from "fast-check";
import loadHighs from "highs";
import { expect, test } from "vitest";
import { gpus, microUsd } from "../units.ts";
import { type RecallCandidate, planRecall } from "./planner.ts";

/** The package types its CommonJS form; the default of its ES module is the loader itself. */
const highs = await (loadHighs as unknown as typeof loadHighs.default)();
const LOT = gpus(8);

/**
 * The same problem as an integer program. `x` lots of a candidate, `b` whether a block is taken, and for each
 * fabric `e` whether it is emptied and `p` whether it is broken up, one of which must hold if anything is taken.
 */
function leastCost(candidates: readonly RecallCandidate[], lots: number, broken: number): number {
  const all = candidates.map((c, i) => ({ ...c, x: `x${i}`, b: `b${i}`, lots: c.gpus / LOT }));
  const blocks = all.filter((c) => !c.divisible);
  const fabrics = [...Map.groupBy(all, (c) => c.fabric)];
  const costs = all.filter((c) => c.costPerLot > 0n).map((c) => `${c.costPerLot} ${c.x}`);
  const emptied = fabrics.map(([fabric, held]) => {
    const total = held.reduce((sum, c) => sum + c.lots, 0);
    return `${held.map((c) => c.x).join(" + ")} - ${total} e${fabric} >= 0`;
  });
  const text = [
    "Minimize",
    ` cost: ${[...costs, ...fabrics.map(([fabric]) => `${broken} p${fabric}`)].join(" + ")}`,
    "Subject To",
    ` need: ${all.map((c) => c.x).join(" + ")} >= ${lots}`,
    ...all.map((c) => `${c.x} - ${c.lots} p${c.fabric} - ${c.lots} e${c.fabric} <= 0`),
    ...blocks.map((c) => `${c.x} - ${c.lots} ${c.b} = 0`),
    ...emptied,
    "Bounds",
    ...all.map((c) => `0 <= ${c.x} <= ${c.lots}`),
    `General\n${all.map((c) => c.x).join(" ")}`,
    `Binary\n${[...fabrics.map(([f]) => `p${f} e${f}`), ...blocks.map((c) => c.b)].join(" ")}`,
    "End",
  ].join("\n");
  const solution = highs.solve(text, { output_flag: false, mip_rel_gap: 0 });
  expect(solution.Status).toBe("Optimal");
  return Math.round(solution.ObjectiveValue);
}

const candidates = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(200), fc.nat(3), fc.boolean()), {
    minLength: 14,
    maxLength: 14,
  })
  .map((drawn) =>
    drawn.map(([lots, cost, fabric, divisible], i) => ({
      contract: `c${i}`,
      fabric: `f${fabric}`,
      gpus: gpus(8 * lots),
      divisible,
      costPerLot: microUsd(BigInt(cost)),
    })),
  );

test("a dozen contracts of many lots are planned as cheaply as an integer program says", () => {
  const [lots, broken] = [fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 3_000 })];
  const property = fc.property(candidates, lots, broken, (all, lots, broken) => {
    const need = { gpus: gpus(8 * lots), fabric: null };
    const available = all.reduce((sum, c) => sum + c.gpus / LOT, 0);
    const plan = planRecall(all, need, LOT, microUsd(BigInt(broken)));
    const cost = plan === "not_enough" ? plan : Number(plan.cost);
    expect(cost).toBe(available < lots ? "not_enough" : leastCost(all, lots, broken));
  });
  // Always the same cases, because some integer programs take long.
  fc.assert(property, { numRuns: 8, seed: 1 });
}, 60_000);
