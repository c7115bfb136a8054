import { expect, test } from "vitest";
import { heldAt } from "../contracts/contract.ts";
import { at, QUARTER } from "../recall/recall.test-data.ts";
import { epochMs, FIRM, later, microUsdPerGpuHour, MINUTE_MS } from "../units.ts";
import { apply } from "./apply.ts";
import type { MarketEvent } from "./events.ts";
import {
  advance,
  buy,
  buyOf,
  carryOut,
  contractIn,
  marketOf,
  place,
  recall,
  sellOf,
  soldIn,
  takingOf,
} from "./market.test-data.ts";
import type { MarketState } from "./state.ts";
import { findContract, poolOf } from "./state.ts";

const LIMIT = microUsdPerGpuHour(1_000_000n);

function cancel(state: MarketState, contract: string, account = "buyer") {
  return carryOut(state, { type: "cancel_contract", contract, account, now: state.now });
}

function extend(state: MarketState, contract: string, until: number, terms: object = {}) {
  const asked = { account: "buyer", order: "x", until: at(until), limit: LIMIT, now: state.now };
  return carryOut(state, { type: "extend_contract", contract, ...asked, ...terms });
}

function soldBy(events: readonly MarketEvent[] | string) {
  const [contract] = typeof events === "string" ? [] : events.flatMap(soldIn);
  if (contract === undefined) throw new Error("nothing was sold");
  return contract;
}

test("what a cancelled contract held is the pool's again from the next minute on", () => {
  const state = marketOf({ fabrics: [8, 0] });
  const id = buy(state, { id: "o" });
  carryOut(state, { type: "advance", now: epochMs(at(10) + 1) });
  expect(place(state, buyOf({ id: "q", from: 11 }))).toBe("no_supply");
  cancel(state, id);
  expect(heldAt(contractIn(state, id), at(10))).toBe(8);
  expect(heldAt(contractIn(state, id), at(11))).toBe(0);
  expect(buy(state, { id: "p", from: 11 })).toMatch(/^p\./);
});

test("a cancelled contract teaches nothing of recalls", () => {
  const state = marketOf();
  const id = buy(state, { id: "o", notice: QUARTER, to: 60 });
  const { notice } = contractIn(state, id).promise;
  const before = poolOf(state, "p").chances.get(notice);
  cancel(state, id);
  advance(state, 60);
  const after = poolOf(state, "p").chances.get(notice);
  expect(after?.weights).toEqual(before?.weights);
  expect(after?.openLots).toBe(0);
});

test("a cancellation is refused for the first of its reasons", () => {
  const state = marketOf();
  const id = buy(state, { id: "o", notice: QUARTER, gpus: 16, terms: { fabric: "one" } });
  expect(cancel(state, "nobody's")).toBe("contract_unknown");
  expect(cancel(state, id, "another")).toBe("contract_unknown");
  place(state, sellOf(id, { id: "s", terms: { noticeAtLeast: QUARTER } }));
  recall(state, "r", 200, [takingOf(id, { fabric: contractIn(state, id).placements[0]!.fabric })]);
  expect(state.recalls.size).toBe(1);
  expect(cancel(state, id)).toBe("contract_listed");
  carryOut(state, { type: "cancel_order", order: "s" });
  expect(cancel(state, id)).toBe("recall_pending");
  advance(state, 200);
  expect(cancel(state, id)).not.toBeTypeOf("string");
  expect(cancel(state, id)).toBe("nothing_left");
});

test("an extension is of the same GPUs, at no shorter notice and no worse a price", () => {
  const state = marketOf();
  buy(state, { id: "beside", to: 60 });
  const id = buy(state, { id: "o", notice: QUARTER, to: 60, gpus: 32 });
  const first = contractIn(state, id);
  const next = soldBy(extend(state, id, 90));
  expect(next.window).toEqual({ start: at(60), end: at(90) });
  expect(next.placements.map(({ fabric }) => fabric)).toEqual(
    first.placements.map(({ fabric }) => fabric),
  );
  expect(next.soldGpus).toBe(32);
  expect(next.promise.notice).toBeGreaterThanOrEqual(QUARTER);
  expect(next.price).toBeLessThanOrEqual(LIMIT);
});

test("an extension is refused for the first of its reasons", () => {
  const state = marketOf({ fabrics: [8, 0] });
  const id = buy(state, { id: "o", notice: FIRM, to: 60 });
  expect(extend(state, "none", 90)).toBe("contract_unknown");
  expect(extend(state, id, 90, { account: "another" })).toBe("contract_unknown");
  expect(extend(state, id, 90, { until: epochMs(at(90) + 1) })).toBe("time_not_minute_aligned");
  expect(extend(state, id, 60)).toBe("duration_not_positive");
  expect(extend(state, id, 90, { limit: microUsdPerGpuHour(0n) })).toBe("limit_not_positive");
  expect(extend(state, id, 90, { limit: microUsdPerGpuHour(1n) })).toBe("no_supply_at_this_price");
  buy(state, { id: "next", from: 60, to: 90 });
  expect(extend(state, id, 90)).toBe("not_enough_gpus");
});

test("a contract that goes on does not end when it once would have", () => {
  const state = marketOf();
  const id = buy(state, { id: "o", to: 2 });
  const goOn = { type: "contract_extended", pool: "p", contract: id } as const;
  apply(state, { ...goOn, until: at(4), gpus: contractIn(state, id).soldGpus });
  advance(state, 3);
  expect(heldAt(contractIn(state, id), at(3))).toBe(8);
  const later4 = later(at(3), MINUTE_MS);
  const ended = carryOut(state, { type: "advance", now: later4 });
  expect(ended).toContainEqual(
    expect.objectContaining({ type: "contract_ended", at: at(4), delivered: 8 * 4 * MINUTE_MS }),
  );
  expect(findContract(state, id)).toBeNull();
});
