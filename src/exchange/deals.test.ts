import { expect, test } from "vitest";
import { soldDeal } from "../billing/deal.ts";
import { heldByOf, TERMS } from "../billing/deals.test-data.ts";
import { StateHash } from "../state-hash.ts";
import { ppm } from "../units.ts";
import { Deals } from "./deals.ts";

function dealOf(id: string, holder: string) {
  return soldDeal(heldByOf(holder, { id }), { ...TERMS, cancellationRate: ppm(200_000) });
}

function contractsOf(deals: Deals, holder: string): string[] {
  return [...deals.of(holder)].map(({ contract }) => contract);
}

test("the deals of a holder are those that are open, as they are now", () => {
  const hash = new StateHash();
  const empty = hash.toString();
  const deals = new Deals(hash);
  for (const [id, holder] of [
    ["a", "x"],
    ["b", "y"],
    ["c", "x"],
  ] as const) {
    deals.set(id, dealOf(id, holder));
  }
  expect([contractsOf(deals, "x"), contractsOf(deals, "y")]).toEqual([["a", "c"], ["b"]]);
  const later = { ...dealOf("a", "x"), delivered: dealOf("a", "x").failed };
  deals.set("a", later);
  expect([...deals.of("x")][0]).toBe(later);
  deals.delete("a");
  deals.delete("a");
  expect([contractsOf(deals, "x"), deals.has("a"), deals.size]).toEqual([["c"], false, 2]);
  deals.delete("b");
  deals.delete("c");
  expect([contractsOf(deals, "x"), deals.size]).toEqual([[], 0]);
  expect(hash.toString()).toBe(empty);
});
