import { expect, test } from "vitest";
import { at, contractOf, minutes, span } from "../recall/recall.test-data.ts";
import { add, rectangle } from "../schedule/schedule.ts";
import { gpus } from "../units.ts";
import { heldAt, heldInFabric, heldOver, heldThroughout, without } from "./contract.ts";
import type { Contract } from "./contract.ts";

/** Sixteen GPUs in a, eight in b. */
const TWO_FABRICS: Contract = {
  ...contractOf({ id: "c" }),
  soldGpus: gpus(24),
  placements: [
    { fabric: "a", held: rectangle(span(0, 240), gpus(16)) },
    { fabric: "b", held: rectangle(span(0, 240), gpus(8)) },
  ],
};

test("what is held counts all fabrics, or one", () => {
  expect(heldAt(TWO_FABRICS, at(0))).toBe(24);
  expect(heldAt(TWO_FABRICS, at(240))).toBe(0);
  expect(heldThroughout(TWO_FABRICS, span(10, 240))).toBe(24);
  expect(heldThroughout(TWO_FABRICS, span(10, 241))).toBe(0);
  expect(heldInFabric(TWO_FABRICS, "b", span(0, 240))).toBe(8);
  expect(heldInFabric(TWO_FABRICS, "elsewhere", span(0, 240))).toBe(0);
  expect(heldOver(TWO_FABRICS, span(-60, 60))).toBe(24 * minutes(60));
});

test("held throughout needs no GPU to stay in its fabric", () => {
  const [a, b] = [rectangle(span(0, 60), gpus(8)), rectangle(span(60, 120), gpus(8))];
  const placements = [
    { fabric: "a", held: add(a, b) },
    { fabric: "b", held: rectangle(span(60, 120), gpus(8)) },
  ];
  expect(heldThroughout({ ...TWO_FABRICS, placements }, span(0, 120))).toBe(8);
});

test("a cut takes from one fabric and one window, and giving back undoes it", () => {
  const cut = without(TWO_FABRICS, "a", span(60, 120), gpus(8));
  expect([59, 60, 119, 120].map((minute) => heldAt(cut, at(minute)))).toEqual([24, 16, 16, 24]);
  expect(heldOver(cut, span(0, 240))).toBe(24 * minutes(240) - 8 * minutes(60));
  expect(without(cut, "a", span(60, 120), gpus(-8))).toEqual(TWO_FABRICS);
});

test("a contract cannot give more than it holds", () => {
  expect(() => without(TWO_FABRICS, "b", span(60, 120), gpus(16))).toThrow("no more than it holds");
  expect(() => without(TWO_FABRICS, "a", span(200, 241), gpus(8))).toThrow("no more than it holds");
  expect(() => without(TWO_FABRICS, "elsewhere", span(0, 10), gpus(8))).toThrow("than it holds");
});
