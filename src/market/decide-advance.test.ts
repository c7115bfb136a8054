import { expect, test } from "vitest";
import { heldAt } from "../contracts/contract.ts";
import { at, minutes, QUARTER, SPOT } from "../recall/recall.test-data.ts";
import { FIRM } from "../units.ts";
import {
  advance,
  breach,
  buy,
  buyOf,
  carryOut,
  contractIn,
  marketOf,
  place,
  recall,
  takingOf,
} from "./market.test-data.ts";
import type { MarketState } from "./state.ts";

function withdraw(state: MarketState, id: string): void {
  carryOut(state, { type: "withdraw_recall", recall: id, now: state.now });
}

function handedOver(state: MarketState, minute: number): [string, number][] {
  return advance(state, minute).flatMap((event) =>
    event.type === "recall_handed_over" ? [[event.recall.id, event.recall.cuts.length]] : [],
  );
}

test("time brings expiries, then hand-overs and ends in order of time, up to and including now", () => {
  const state = marketOf();
  const short = buy(state, { id: "short", notice: SPOT, to: 30 });
  const long = buy(state, { id: "long", notice: SPOT, to: 60 });
  buy(state, { id: "later", notice: FIRM, to: 61 });
  const order = buyOf({ id: "o", limit: 1n, from: 100, to: 200 });
  place(state, { ...order, lifetime: "standing", expires: at(60) });
  recall(state, "second", 30, [takingOf(long, { until: 60 })]);
  recall(state, "first", 20, [takingOf(short, { until: 30 })]);
  expect(advance(state, 60)).toMatchObject([
    { type: "order_left", order: "o", why: "expired" },
    { type: "recall_handed_over", recall: { id: "first" } },
    { type: "recall_handed_over", recall: { id: "second" } },
    { type: "contract_ended", contract: short, at: at(30) },
    { type: "contract_ended", contract: long, at: at(60) },
    { type: "time_advanced", now: at(60) },
  ]);
  expect([...state.contracts.keys()]).toEqual(["later.3"]);
  expect(state.tallies.size).toBe(1);
});

test("what was delivered is the integral of what was held, paid for rounded down", () => {
  const state = marketOf();
  const spot = buy(state, { id: "spot", gpus: 16, to: 61 });
  recall(state, "r", 30, [takingOf(spot, { until: 61 })]);
  breach(state, 60, [takingOf(spot, { until: 61 })]);
  const delivered = 16 * minutes(30) + 8 * minutes(30);
  expect(advance(state, 61)).toMatchObject([
    { type: "recall_handed_over" },
    // 12 GPU-hours at $0.50.
    { type: "contract_ended", delivered, revenue: 6_000_000n },
    { type: "time_advanced" },
  ]);
});

test("a recall that was withdrawn is not handed over, nor is a later one of its id before its own due", () => {
  const state = marketOf();
  const spot = buy(state, { id: "spot", notice: SPOT });
  recall(state, "r", 10, [takingOf(spot)]);
  withdraw(state, "r");
  recall(state, "r", 20, [takingOf(spot)]);
  expect(handedOver(state, 10)).toEqual([]);
  expect(handedOver(state, 20)).toEqual([["r", 1]]);
});

test("a recall that is withdrawn and given again for the same minute is handed over once", () => {
  const state = marketOf();
  const spot = buy(state, { id: "spot", notice: SPOT });
  recall(state, "r", 10, [takingOf(spot)]);
  withdraw(state, "r");
  recall(state, "r", 10, [takingOf(spot)]);
  expect(handedOver(state, 10)).toEqual([["r", 1]]);
});

test("an outage leaves nothing to hand over, and nothing to be paid for", () => {
  const state = marketOf();
  const down = buy(state, { id: "down", notice: QUARTER });
  const future = buy(state, { id: "future", notice: QUARTER, from: 20 });
  recall(state, "alone", 15, [takingOf(down)]);
  const both = buy(state, { id: "both", notice: QUARTER });
  recall(state, "mixed", 30, [takingOf(both), takingOf(future)]);
  carryOut(state, { type: "interrupt", pool: "p", now: state.now });
  expect(handedOver(state, 60)).toEqual([
    ["alone", 0],
    ["mixed", 1],
  ]);
});

test("a recall that an outage has emptied gives nothing back when it is withdrawn", () => {
  const state = marketOf();
  const down = buy(state, { id: "down", notice: QUARTER });
  recall(state, "r", 15, [takingOf(down)]);
  carryOut(state, { type: "interrupt", pool: "p", now: state.now });
  withdraw(state, "r");
  expect([0, 15, 100].map((minute) => heldAt(contractIn(state, down), at(minute)))).toEqual([
    0, 0, 0,
  ]);
});

test("an outage after the hand-over takes away no compensation, and one that was recalled whole is not interrupted", () => {
  const state = marketOf();
  const spot = buy(state, { id: "spot", notice: SPOT });
  recall(state, "r", 15, [takingOf(spot)]);
  expect(handedOver(state, 15)).toEqual([["r", 1]]);
  const events = carryOut(state, { type: "interrupt", pool: "p", now: state.now });
  expect(events).not.toContainEqual(expect.objectContaining({ contract: spot }));
  expect(state.tallies.get(spot)).toMatchObject({ recalled: 8, interrupted: false });
});

/** The chance of recall that is stated after five contracts on the spot have ended, each in its way. */
function statedAfter(end: (state: MarketState, id: string, from: number) => void): number {
  const state = marketOf();
  for (let round = 0; round < 5; round++) {
    const from = round * 100;
    end(state, buy(state, { id: `o${round}`, notice: SPOT, from, to: from + 90, gpus: 32 }), from);
    advance(state, from + 100);
  }
  const last = buy(state, { id: "last", notice: SPOT, from: 500, to: 590 });
  return contractIn(state, last).promise.statedRecallChance;
}

test("outcomes teach the rung: recalls raise what is stated next, outages teach nothing", () => {
  const kept = statedAfter(() => {});
  const recalled = statedAfter((state, id, from) => {
    recall(state, `r${id}`, from + 10, [takingOf(id, { gpus: 32, until: from + 90 })]);
  });
  const interrupted = statedAfter((state) => {
    carryOut(state, { type: "interrupt", pool: "p", now: state.now });
  });
  expect(recalled).toBeGreaterThan(kept + 0.1);
  expect(interrupted).toBeGreaterThan(kept);
  expect(interrupted).toBeLessThan(recalled);
});

test("what has passed is forgotten", () => {
  const state = marketOf();
  buy(state, { id: "o" });
  advance(state, 100);
  expect(() => state.pools.get("p")?.holdings.heldInAll({ start: at(99), end: at(101) })).toThrow(
    "what is forgotten is not read",
  );
});
