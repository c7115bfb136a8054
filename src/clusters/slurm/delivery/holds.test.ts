import { expect, test } from "vitest";
import { allotment, at, recallDue } from "./delivery.test-data.ts";
import { holdsOf } from "./holds.ts";

const NOW = at(100);
const BUSY = new Set(["a", "b"]);

test("a contract's nodes are in one reservation of the holder's account, in whole seconds", () => {
  const held = allotment({ b: [50.2, 900.3], a: [50.2, 900.3] });
  expect(holdsOf("p", [held], BUSY, NOW)).toEqual([
    {
      reservation: "spw-p_ctr_1",
      contract: "ctr_1",
      account: "spw-acme",
      nodes: ["a", "b"],
      start: at(51),
      end: at(901),
    },
  ]);
});

test("one contract's end and the next one's start on a node are the same second", () => {
  const first = allotment({ a: [50, 900.3] });
  const next = allotment({ a: [900.3, 999] }, { contract: "ctr_2" });
  const [before, after] = holdsOf("p", [first, next], BUSY, NOW);
  expect(before?.end).toBe(after?.start);
});

test.each<[string, Parameters<typeof allotment>[0], number[], object[]]>([
  [
    "a recalled node leaves",
    { a: [0, 900], b: [0, 300.5] },
    [300.5],
    [{ nodes: ["a"], end: at(900) }],
  ],
  [
    "a full recall ends it just after it is due",
    { a: [0, 300.5], b: [0, 300.5] },
    [300.5],
    [{ nodes: ["a", "b"], end: at(303) }],
  ],
  [
    "of two recalls that leave nothing, the later one's nodes stay",
    { a: [0, 200], b: [0, 300] },
    [200, 300],
    [{ nodes: ["b"], end: at(302) }],
  ],
  [
    "an end that is no recall's keeps its node until then",
    { a: [0, 900], b: [0, 300] },
    [250],
    [{ nodes: ["a", "b"], end: at(900) }],
  ],
  [
    "a node that comes later is held apart",
    { a: [0, 900], b: [200, 900] },
    [],
    [
      { reservation: "spw-p_ctr_1", nodes: ["a"] },
      { reservation: "spw-p_ctr_1+200000", nodes: ["b"], start: at(200) },
    ],
  ],
  ["and joins once it has come", { a: [0, 900], b: [90, 900] }, [], [{ nodes: ["a", "b"] }]],
  ["a node that was given back is in none", { a: [0, 900], b: [0, 100] }, [], [{ nodes: ["a"] }]],
])("%s", (_, nodes, dues, expected) => {
  const held = allotment(nodes, { recalls: dues.map(recallDue) });
  const holds = holdsOf("p", [held], BUSY, NOW);
  expect(holds).toHaveLength(expected.length);
  expect(holds).toMatchObject(expected);
});

test("a node whose recall is due much later stays until a quarter of an hour before", () => {
  const held = allotment({ a: [0, 9_000], b: [0, 2_000] }, { recalls: [recallDue(2_000)] });
  expect(holdsOf("p", [held], BUSY, at(1_000))).toMatchObject([{ nodes: ["a", "b"] }]);
  expect(holdsOf("p", [held], BUSY, at(1_100))).toMatchObject([{ nodes: ["a"], end: at(9_000) }]);
});

test("who leaves early after a full recall hands over early", () => {
  const held = allotment({ a: [0, 300], b: [0, 300] }, { recalls: [recallDue(300)] });
  expect(holdsOf("p", [held], new Set(["b"]), NOW)).toMatchObject([{ nodes: ["a", "b"] }]);
  expect(holdsOf("p", [held], new Set(["c"]), NOW)).toEqual([]);
});
