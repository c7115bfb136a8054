import { expect, test } from "vitest";
import { valueAt } from "../schedule/schedule.ts";
import type { Window } from "../units.ts";
import { DAY_MS, epochMs, later, MINUTE_MS } from "../units.ts";
import { hour, node, others } from "./delivery.test-data.ts";
import { FAR, type SeenNode } from "./seen-node.ts";
import { usedByOthers } from "./used-by-others.ts";

const NOW = hour(10);

/** Of fabric a: the hours at which it changes, and to what. */
function used(...nodes: readonly SeenNode[]): readonly (readonly [number, number])[] {
  const { steps } = usedByOthers(nodes, NOW).get("a") ?? { steps: [] };
  return steps.map(({ at, gpus }) => [at / hour(1), gpus]);
}

function has(name: string, ...windows: readonly Window[]): SeenNode {
  return node(name, { others: windows });
}

test("nodes that others have count whole and add up, by fabric", () => {
  const elsewhere = node("n3", { fabric: "b", others: others(10, 14) });
  const all = [has("n1", ...others(10, 12)), has("n2", ...others(10, 13)), elsewhere, node("n4")];
  expect(used(...all)).toEqual([
    [10, 16],
    [12, 8],
    [13, 0],
  ]);
  expect(valueAt(usedByOthers(all, NOW).get("b") ?? { steps: [] }, hour(13))).toBe(8);
});

test("several jobs on one node count once, with a reservation to come after them", () => {
  const windows = [...others(20, 22), ...others(10, 12), ...others(11, 13), ...others(12, 13)];
  expect(used(has("n1", ...windows))).toEqual([
    [10, 8],
    [13, 0],
    [20, 8],
    [22, 0],
  ]);
});

test("what has no end in sight is used without end", () => {
  expect(used(has("n1", { start: NOW, end: FAR }, ...others(10, 12)))).toEqual([[10, 8]]);
});

test("a node that is down is nobody's, for it is no capacity", () => {
  expect(used(node("n1", { isUp: false, others: others(10, 12) }))).toEqual([]);
});

test("ends are rounded up: to the hour, and to the day beyond two days", () => {
  const soon = later(hour(12), MINUTE_MS);
  const late = epochMs(5 * DAY_MS + 1);
  const now = later(NOW, 1_000 as typeof MINUTE_MS);
  expect(used(has("n1", { start: now, end: soon }))).toEqual([
    [10, 8],
    [13, 0],
  ]);
  expect(used(has("n1", { start: now, end: late }))).toEqual([
    [10, 8],
    [6 * 24, 0],
  ]);
});
