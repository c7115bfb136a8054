import { expect, test } from "vitest";
import { MOST_NODES, nodesOf, planOf } from "./plan.ts";

const namesOf = (dir: string): string[] =>
  nodesOf(planOf(dir, 4, "cgroup")).map(({ name }) => name);

test("a folder gives its nodes the same names each time, and others than another folder", () => {
  expect(namesOf("/tmp/a")).toEqual(namesOf("/tmp/a"));
  expect(namesOf("/tmp/a").filter((name) => namesOf("/tmp/b").includes(name))).toEqual([]);
});

test.each([
  [2, [1, 1]],
  [5, [3, 2]],
  [MOST_NODES, [500, 500]],
])("%d nodes are divided evenly", (nodes, sizes) => {
  const plan = planOf("/tmp/a", nodes, "cgroup");
  expect(plan.fabrics.map((fabric) => fabric.nodes.length)).toEqual(sizes);
  expect(new Set(nodesOf(plan).map(({ port }) => port)).size).toBe(nodes);
  expect(Math.max(...nodesOf(plan).map(({ port }) => port))).toBeLessThan(32_768);
});
