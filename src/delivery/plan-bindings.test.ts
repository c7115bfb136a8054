import { expect, test } from "vitest";
import type { Contract } from "../contracts/contract.ts";
import { add, rectangle, subtract } from "../schedule/schedule.ts";
import type { EpochMs } from "../units.ts";
import { durationMs, gpus, HOUR_MS, later } from "../units.ts";
import type { Binding } from "./binding.ts";
import { contractOf, hour, LOT, lots, node, others } from "./delivery.test-data.ts";
import type { BindingPlan } from "./plan-bindings.ts";
import type { SeenNode } from "./seen-node.ts";
import { planBindings } from "./plan-bindings.ts";
import { FAR } from "./seen-node.ts";

interface Given {
  readonly contracts: readonly Contract[];
  readonly nodes: readonly SeenNode[];
  readonly bindings?: readonly Binding[];
  readonly now?: EpochMs;
}

function plan({ contracts, nodes, bindings = [], now = hour(0) }: Given): BindingPlan {
  return planBindings({ pool: "p", now, ahead: HOUR_MS, contracts, bindings, nodes });
}

/** What is bound once the plan is carried out. */
function after(given: Given): Binding[] {
  const bound = new Map((given.bindings ?? []).map((each) => [each.contract, each]));
  for (const binding of plan(given).bindings) bound.set(binding.contract, binding);
  return [...bound.values()];
}

/** Who has which node from when until when, in hours. */
function shown(bindings: readonly Binding[]): string[] {
  return bindings.flatMap(({ contract, nodes }) =>
    nodes.map(({ node: name, start, end }) => {
      return `${contract} ${name} ${start / HOUR_MS}–${end / HOUR_MS}`;
    }),
  );
}

const [A, B, C] = [node("a1"), node("a2"), node("a3")];

test("a contract gets its nodes shortly before it starts, and only once", () => {
  const contracts = [lots("one", 2, 1, 5), lots("late", 1, 3, 5)];
  const bindings = after({ contracts, nodes: [A, B, C] });
  expect(shown(bindings)).toEqual(["one a1 1–5", "one a2 1–5"]);
  expect(plan({ contracts, nodes: [A, B, C], bindings })).toEqual({ bindings: [], lacking: [] });
});

test("a node goes to the next contract when the one before is over", () => {
  const contracts = [lots("one", 2, 0, 1), lots("next", 2, 1, 2)];
  expect(shown(after({ contracts, nodes: [A, B] }))).toEqual([
    "one a1 0–1",
    "one a2 0–1",
    "next a1 1–2",
    "next a2 1–2",
  ]);
});

test("what is recalled leaves idle nodes first, at its time, and comes back where the recall is withdrawn", () => {
  const whole = lots("one", 3, 0, 6);
  const bindings = after({ contracts: [whole], nodes: [A, B, C] });
  const cut = rectangle({ start: hour(2), end: hour(6) }, LOT);
  const placements = [{ fabric: "a", held: subtract(whole.placements[0]?.held ?? cut, cut) }];
  const less = { ...whole, placements };
  const busy = [node("a1", { inUse: gpus(8) }), node("a2"), node("a3", { inUse: gpus(4) })];
  const noticed = after({ contracts: [less], nodes: busy, bindings, now: hour(1) });
  expect(shown(noticed)).toEqual(["one a1 0–6", "one a2 0–2", "one a3 0–6"]);
  const back = after({ contracts: [whole], nodes: busy, bindings: noticed, now: hour(1) });
  expect(shown(back)).toEqual(shown(bindings));
});

test("a part that is sold on takes a node along, which nobody has twice", () => {
  const whole = lots("one", 2, 0, 6);
  const bindings = after({ contracts: [whole], nodes: [A, B] });
  const part = lots("part", 1, 2, 4);
  const held = subtract(
    whole.placements[0]?.held ?? { steps: [] },
    part.placements[0]?.held ?? { steps: [] },
  );
  const rest = { ...whole, placements: [{ fabric: "a", held }] };
  const given = { contracts: [rest, part], nodes: [A, B], bindings, now: hour(1) };
  expect(shown(after(given)).toSorted()).toEqual([
    "one a1 0–6",
    "one a2 0–2",
    "one a2 4–6",
    "part a2 2–4",
  ]);
});

test("a node that fails is replaced where one is free, and serves again where none is", () => {
  const contracts = [lots("one", 2, 0, 6)];
  const bindings = after({ contracts, nodes: [A, B] });
  const failed = [A, node("a2", { isUp: false })];
  const now = hour(1);
  const replaced = plan({ contracts, nodes: [...failed, C], bindings, now });
  expect(shown(replaced.bindings)).toEqual([
    "one a1 0–6",
    "one a2 0–1",
    "one a1 0–6",
    "one a2 0–1",
    "one a3 1–6",
  ]);
  const kept = plan({ contracts, nodes: failed, bindings, now });
  expect(kept.lacking).toMatchObject([{ contract: "one", fabric: "a", gpus: 8 }]);
  expect(kept.bindings).toEqual([]);
  const still = after({ contracts, nodes: failed, bindings, now });
  expect(shown(still)).toEqual(shown(bindings));
  expect(after({ contracts, nodes: [A, B], bindings: still, now: hour(2) })).toEqual(bindings);
});

test("nodes that others have, are down, or lie in another fabric are not chosen", () => {
  const nodes = [
    node("down", { isUp: false }),
    node("owner's", { others: [{ start: hour(0), end: FAR }] }),
    node("owner's until three", { others: others(0, 3) }),
    node("elsewhere", { fabric: "b" }),
  ];
  const given = { contracts: [lots("one", 1, 1, 5)], nodes };
  expect(plan(given).bindings).toEqual([]);
  expect(plan(given).lacking).toMatchObject([{ start: hour(1), end: hour(5) }]);
  const free = node("free at one", { others: others(0, 1) });
  expect(shown(after({ ...given, nodes: [...nodes, free] }))).toEqual(["one free at one 1–5"]);
});

test("a node that others have reserved serves until they need it", () => {
  const reserved = node("a1", { others: others(5, 9) });
  const given = { contracts: [lots("one", 1, 1, 5), lots("two", 1, 1, 6)], nodes: [reserved, B] };
  expect(shown(after(given))).toEqual(["one a1 1–5", "two a2 1–6"]);
});

test("what grows beyond its end keeps its node", () => {
  const bindings = after({ contracts: [lots("one", 1, 0, 2)], nodes: [A, B] });
  const longer = after({
    contracts: [lots("one", 1, 0, 4)],
    nodes: [A, B],
    bindings,
    now: hour(1),
  });
  expect(shown(longer)).toEqual(["one a1 0–4"]);
  const taken = [
    ...bindings,
    {
      contract: "x",
      pool: "p",
      nodes: [{ node: "a1", fabric: "a", gpus: LOT, start: hour(3), end: hour(5) }],
    },
  ];
  const contracts = [lots("one", 1, 0, 4), lots("x", 1, 3, 5)];
  const moved = after({ contracts, nodes: [A, B], bindings: taken, now: hour(1) });
  expect(shown(moved)).toEqual(["one a1 0–1", "one a2 1–4", "x a1 3–5"]);
});

test("two fabrics are two matters", () => {
  const window = { start: hour(0), end: hour(2) };
  const both = contractOf("one", window, {
    a: rectangle(window, LOT),
    b: add(rectangle(window, LOT), rectangle({ ...window, start: hour(1) }, LOT)),
  });
  const nodes = [A, node("b1", { fabric: "b" }), node("b2", { fabric: "b" })];
  expect(
    shown(after({ contracts: [both], nodes, now: later(hour(0), durationMs(1)) })).toSorted(),
  ).toEqual([
    expect.stringMatching(/^one a1 .*–2$/),
    expect.stringMatching(/^one b1 .*–2$/),
    "one b2 1–2",
  ]);
});

test("a node on which somebody else works is replaced, and stays where nothing else is free", () => {
  const contracts = [lots("one", 1, 0, 5)];
  const bindings = after({ contracts, nodes: [A, B] });
  const taken = node("a1", { others: others(0, 3) });
  const now = hour(1);
  const nodes = [taken, B];
  expect(shown(after({ contracts, bindings, nodes, now }))).toEqual(["one a1 0–1", "one a2 1–5"]);
  const alone = plan({ contracts, bindings, nodes: [taken], now });
  expect(alone).toMatchObject({ bindings: [], lacking: [{ contract: "one" }] });
  const shared = node("a1", { others: others(0, 3), inUse: gpus(4) });
  expect(plan({ contracts, bindings, nodes: [shared, B], now }).bindings).toEqual([]);
});

test("a recalled node that its holder has left for the owner is not replaced", () => {
  const whole = lots("one", 1, 0, 5);
  const bindings = after({ contracts: [whole], nodes: [A, B] });
  const held = rectangle({ start: hour(0), end: hour(2) }, LOT);
  const recalled = { ...whole, placements: [{ fabric: "a", held }] };
  const taken = node("a1", { others: others(0, 3) });
  const given = { contracts: [recalled], bindings, nodes: [taken, B], now: hour(1) };
  expect(shown(after(given))).toEqual(["one a1 0–2"]);
});
