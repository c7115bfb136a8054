import { expect, test } from "vitest";
import { at, ladderOf, POLICY } from "../recall/recall.test-data.ts";
import { gpus, later, durationMs } from "../units.ts";
import { apply } from "./apply.ts";
import type { MarketCommand, MarketRefusal } from "./commands.ts";
import { decide } from "./decide.ts";
import { advance, buy, buyOf, carryOut, contractIn, marketOf } from "./market.test-data.ts";
import type { MarketState } from "./state.ts";
import { emptyMarket } from "./state.ts";

const FABRICS = [{ id: "c", gpus: gpus(8) }];
const POOL = { id: "q", sku: "A100", site: "", fabrics: FABRICS };
const READING = { at: at(0), demand: gpus(0), fabrics: FABRICS };
const coarse = { ...POLICY, lot: gpus(16) };

test.each<[MarketRefusal, MarketCommand]>([
  ["pool_already_open", { type: "open_pool", pool: { ...POOL, id: "p" }, policy: POLICY }],
  // Both faults: the earlier one is named.
  ["pool_already_open", { type: "open_pool", pool: { ...POOL, id: "p" }, policy: coarse }],
  ["lot_differs", { type: "open_pool", pool: { ...POOL, sku: "H100" }, policy: coarse }],
  ["pool_unknown", { type: "change_policy", pool: "q", policy: POLICY }],
  ["lot_differs", { type: "change_policy", pool: "p", policy: { ...coarse, rungs: [] } }],
  ["notices_differ", { type: "change_policy", pool: "p", policy: { ...POLICY, rungs: [] } }],
  ["pool_unknown", { type: "read_owner", pool: "q", reading: READING }],
  ["fabrics_differ", { type: "read_owner", pool: "p", reading: READING }],
  ["fabrics_differ", { type: "read_owner", pool: "p", reading: { ...READING, fabrics: [] } }],
  ["pool_unknown", { type: "publish_ladder", pool: "q", ladder: ladderOf(0, new Map()) }],
  ["pool_unknown", { type: "interrupt", pool: "q", now: at(0) }],
  ["order_unknown", { type: "cancel_order", order: "o" }],
  ["order_unknown", { type: "match_order", order: "o", now: at(0) }],
])("%s is refused, and nothing changes", (refusal, command) => {
  const state = marketOf();
  const before = state.hash.toString();
  expect(decide(state, command)).toEqual({ refusal });
  expect(state.hash.toString()).toBe(before);
});

test("pools of other SKUs may have other lots", () => {
  const events = carryOut(marketOf(), { type: "open_pool", pool: POOL, policy: coarse });
  expect(events).toMatchObject([{ type: "pool_opened" }]);
});

test("a policy changes what is sold from now on, and back again leaves no trace", () => {
  const state = marketOf();
  const before = state.hash.toString();
  carryOut(state, { type: "change_policy", pool: "p", policy: { ...POLICY, reserve: gpus(8) } });
  expect(state.pools.get("p")?.policy.reserve).toBe(8);
  expect(state.hash.toString()).not.toBe(before);
  carryOut(state, { type: "change_policy", pool: "p", policy: POLICY });
  expect(state.hash.toString()).toBe(before);
});

test("a pool may open at any millisecond", () => {
  const state = emptyMarket(later(at(0), durationMs(1_234)));
  carryOut(state, { type: "open_pool", pool: POOL, policy: POLICY });
  expect(state.pools.has("q")).toBe(true);
});

test.each<MarketCommand>([
  { type: "place_order", order: buyOf({ id: "o" }), now: at(9) },
  { type: "place_order", order: buyOf({ id: "o" }), now: at(11) },
  { type: "interrupt", pool: "p", now: at(11) },
  { type: "advance", now: at(9) },
])("a command of another time is a bug: $type at $now", (command) => {
  const state = marketOf();
  advance(state, 10);
  expect(() => decide(state, command)).toThrow("time is advanced");
});

test("time may stand still", () => {
  const state = marketOf();
  expect(advance(state, 0)).toEqual([{ type: "time_advanced", now: at(0) }]);
});

function stateWithTime(state: MarketState, ms: number): void {
  carryOut(state, { type: "advance", now: later(at(0), durationMs(ms)) });
}

test("an outage ends on the next minute what is held, without blame", () => {
  const state = marketOf();
  const running = buy(state, { id: "running" });
  const future = buy(state, { id: "future", from: 60, to: 120 });
  const over = buy(state, { id: "over", from: 0, to: 2 });
  stateWithTime(state, 90_000);
  const events = carryOut(state, { type: "interrupt", pool: "p", now: state.now });
  expect(events).toContainEqual({
    type: "contract_interrupted",
    pool: "p",
    contract: running,
    at: at(2),
  });
  expect(events).not.toContainEqual(expect.objectContaining({ contract: over }));
  expect(contractIn(state, running).placements[0]?.held.steps).toEqual([
    { at: at(0), gpus: 8 },
    { at: at(2), gpus: 0 },
  ]);
  expect(contractIn(state, future).placements[0]?.held.steps).toHaveLength(2);
});

test("replaying the events gives the same hash", () => {
  const state = marketOf();
  const replayed = marketOf();
  for (const command of [
    { type: "place_order", order: buyOf({ id: "o1", gpus: 24 }), now: at(0) },
    { type: "advance", now: at(1) },
    { type: "interrupt", pool: "p", now: at(1) },
  ] as const) {
    const events = carryOut(state, command);
    if (typeof events !== "string") for (const event of events) apply(replayed, event);
  }
  expect(replayed.hash.toString()).toBe(state.hash.toString());
  expect(replayed.hash.toString()).not.toBe(marketOf().hash.toString());
});
