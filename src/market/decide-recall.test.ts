import { describe, expect, test } from "vitest";
import { heldAt } from "../contracts/contract.ts";
import { at, HOUR_NOTICE, POLICY, QUARTER, span, SPOT } from "../recall/recall.test-data.ts";
import { durationMs, FIRM, gpus, later, NO_GPUS } from "../units.ts";
import type { MarketCommand, MarketRefusal, Taking } from "./commands.ts";
import { decide } from "./decide.ts";
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
  sellOf,
  takingOf,
} from "./market.test-data.ts";
import type { MarketState } from "./state.ts";

const CENT = 10_000n;

/** 16 GPUs at a quarter's notice, 8 firm, and a block of 16 on the spot, all in fabric a. */
function sold() {
  const state = marketOf({ fabrics: [64, 0] });
  return {
    state,
    quarter: buy(state, { id: "quarter", account: "seller", notice: QUARTER, gpus: 16 }),
    firm: buy(state, { id: "firm", notice: FIRM }),
    block: buy(state, {
      id: "block",
      gpus: 16,
      terms: { fabric: "one", fill: "all-or-none" },
    }),
  };
}

type Sold = ReturnType<typeof sold>;
type Takings = (ids: Sold) => readonly Taking[];

const GIVE = { type: "give_recall", recall: "r", pool: "p", now: at(0), reason: "owner" } as const;
const BREACH = { type: "breach", pool: "p", now: at(0) } as const;
const NOTHING: readonly Taking[] = [];
const OFF_MINUTE = later(at(30), durationMs(1));

function expectRefused(ids: Sold, command: MarketCommand, refusal: MarketRefusal): void {
  const before = ids.state.hash.toString();
  expect(decide(ids.state, command)).toEqual({ refusal });
  expect(ids.state.hash.toString()).toBe(before);
}

describe("a recall", () => {
  test.each<[MarketRefusal, Partial<typeof GIVE>, Takings, number?]>([
    ["pool_unknown", { pool: "q" as "p" }, () => NOTHING],
    ["nothing_taken", {}, () => NOTHING, OFF_MINUTE],
    ["time_not_minute_aligned", {}, () => [takingOf("nothing")], OFF_MINUTE],
    ["contract_unknown", {}, () => [takingOf("nothing", { gpus: 0 })]],
    ["gpus_not_positive", {}, ({ firm }) => [takingOf(firm, { gpus: 0 })]],
    ["gpus_not_positive", {}, ({ quarter }) => [takingOf(quarter, { gpus: -8 })]],
    ["gpus_not_whole_lots", {}, ({ firm }) => [takingOf(firm, { gpus: 12 })]],
    [
      "time_not_minute_aligned",
      {},
      ({ firm }) => [{ ...takingOf(firm), until: later(at(239), durationMs(1)) }],
    ],
    ["notice_too_short", {}, ({ firm }) => [takingOf(firm, { gpus: 64 })]],
    ["notice_too_short", {}, ({ quarter }) => [takingOf(quarter, { gpus: 64 })], at(14)],
    ["contract_holds_less", {}, ({ quarter }) => [takingOf(quarter, { gpus: 24 })]],
    ["contract_holds_less", {}, ({ quarter }) => [takingOf(quarter, { fabric: "b" })]],
    ["contract_holds_less", {}, ({ quarter }) => [takingOf(quarter, { until: 241 })]],
    ["contract_holds_less", {}, ({ quarter }) => [takingOf(quarter)], at(240)],
    [
      "contract_holds_less",
      {},
      ({ quarter }) => [takingOf(quarter, { gpus: 16 }), takingOf(quarter)],
    ],
    ["block_taken_in_part", {}, ({ block }) => [takingOf(block)]],
    ["nothing_taken", {}, () => NOTHING],
  ])("is refused: %s", (refusal, changes, takings, due = at(30)) => {
    const ids = sold();
    const command = { ...GIVE, ...changes, takings: takings(ids), due: due as typeof GIVE.now };
    expectRefused(ids, command, refusal);
  });

  test("is refused while another of its id is pending", () => {
    const ids = sold();
    recall(ids.state, "r", 30, [takingOf(ids.quarter)]);
    expectRefused(ids, { ...GIVE, due: at(30), takings: NOTHING }, "recall_id_repeated");
  });

  test("of a contract of another pool is refused", () => {
    const ids = sold();
    const pool = { id: "q", sku: "A100", site: "", fabrics: [{ id: "a", gpus: gpus(64) }] };
    carryOut(ids.state, { type: "open_pool", pool, policy: POLICY });
    const command = { ...GIVE, pool: "q" as "p", due: at(30), takings: [takingOf(ids.quarter)] };
    expectRefused(ids, command, "contract_unknown");
    const early = { ...BREACH, pool: "q" as "p", at: at(30), takings: [takingOf(ids.quarter)] };
    expectRefused(ids, early, "contract_unknown");
  });

  test("gives the whole notice, to the minute, and owes what is undelivered", () => {
    const { state, quarter } = sold();
    expect(recall(state, "r", 15, [takingOf(quarter)])).toMatchObject([
      // 8 GPUs × 225 min × $0.60 = $18, a tenth of it.
      { recall: { due: at(15), noticed: at(0), cuts: [{ owed: 1_800_000n, until: at(240) }] } },
    ]);
    const contract = contractIn(state, quarter);
    expect([0, 14, 15, 239].map((minute) => heldAt(contract, at(minute)))).toEqual([16, 16, 8, 8]);
  });

  test("of several contracts and fabrics takes each part", () => {
    const state = marketOf({ fabrics: [16, 16] });
    const wide = buy(state, { id: "wide", notice: QUARTER, gpus: 24 });
    const other = buy(state, { id: "other", notice: SPOT });
    const inB = contractIn(state, other).placements[0]?.fabric === "b" ? "b" : "a";
    const takings = [
      takingOf(wide, { fabric: "a" }),
      takingOf(wide, { fabric: "b" }),
      takingOf(other, { fabric: inB }),
    ];
    expect(recall(state, "r", 20, takings)).toHaveLength(1);
    expect(heldAt(contractIn(state, wide), at(20))).toBe(8);
    expect(heldAt(contractIn(state, other), at(20))).toBe(0);
    expect(state.pools.get("p")?.holdings.heldInAll(span(20, 240))).toBe(8);
  });

  test("of a contract that has not begun is due at its start at the earliest, and owes all of it", () => {
    const state = marketOf();
    const future = buy(state, { id: "future", notice: QUARTER, from: 60, to: 120 });
    expect(recall(state, "r", 30, [takingOf(future, { until: 120 })])).toBe("contract_holds_less");
    expect(recall(state, "r", 60, [takingOf(future, { until: 120 })])).toMatchObject([
      { recall: { cuts: [{ owed: 480_000n }] } },
    ]);
    expect(advance(state, 120).map(({ type }) => type)).toEqual([
      "recall_handed_over",
      "contract_ended",
      "time_advanced",
    ]);
  });

  test("reaches GPUs whose tail was resold", () => {
    const { state, quarter } = sold();
    place(state, sellOf(quarter, { id: "l", account: "seller", gpus: 16 }));
    buy(state, { id: "tail", from: 200, gpus: 16, notice: QUARTER, limit: CENT });
    expect(recall(state, "all", 15, [takingOf(quarter)])).toBe("contract_holds_less");
    expect(recall(state, "r", 15, [takingOf(quarter, { until: 200 })])).toMatchObject([
      // 8 GPUs × 185 min × $0.60 = $14.80, a tenth of it.
      { recall: { cuts: [{ owed: 1_480_000n }] } },
    ]);
  });

  test("sooner than a pending one takes the same GPUs for the time until then", () => {
    const { state, quarter } = sold();
    recall(state, "late", 120, [takingOf(quarter)]);
    expect(recall(state, "soon", 15, [takingOf(quarter, { until: 120 })])).toHaveLength(1);
    expect(heldAt(contractIn(state, quarter), at(15))).toBe(8);
    expect(heldAt(contractIn(state, quarter), at(120))).toBe(8);
  });
});

function withdraw(state: MarketState, id: string) {
  return carryOut(state, { type: "withdraw_recall", recall: id, now: state.now });
}

describe("a withdrawal", () => {
  test("gives back exactly what the recall took", () => {
    const { state, quarter, block } = sold();
    const before = state.hash.toString();
    const contracts = [quarter, block].map((id) => contractIn(state, id));
    recall(state, "r", 30, [takingOf(quarter), takingOf(block, { gpus: 16 })]);
    expect(state.hash.toString()).not.toBe(before);
    const events = carryOut(state, { type: "withdraw_recall", recall: "r", now: at(0) });
    expect(events).toEqual([{ type: "recall_withdrawn", recall: "r", at: at(0) }]);
    expect([quarter, block].map((id) => contractIn(state, id))).toEqual(contracts);
    expect(state.hash.toString()).toBe(before);
    expect(state.recalls.size).toBe(0);
    expect(advance(state, 31)).toEqual([{ type: "time_advanced", now: at(31) }]);
  });

  test("is refused once the recall is handed over, or is none", () => {
    const { state, quarter } = sold();
    recall(state, "r", 30, [takingOf(quarter)]);
    expect(withdraw(state, "other")).toBe("recall_unknown");
    advance(state, 30);
    expect(withdraw(state, "r")).toBe("recall_unknown");
  });

  test("is refused where the room was sold, and only while it would be needed", () => {
    const state = marketOf({ fabrics: [16, 0] });
    const short = buy(state, { id: "short", notice: QUARTER, to: 60 });
    const long = buy(state, { id: "long", notice: QUARTER, to: 120 });
    const takings = [takingOf(short, { until: 60 }), takingOf(long, { until: 120 })];
    recall(state, "r", 30, takings);
    buy(state, { id: "between", from: 60, to: 120 });
    const before = state.hash.toString();
    recall(state, "again", 90, [takingOf("between.3", { until: 120 })]);
    carryOut(state, { type: "withdraw_recall", recall: "again", now: state.now });
    expect(state.hash.toString()).toBe(before);
    expect(withdraw(state, "r")).toMatchObject([{ type: "recall_withdrawn" }]);
    recall(state, "r", 30, takings);
    buy(state, { id: "over", from: 30, to: 60, gpus: 16 });
    expect(withdraw(state, "r")).toBe("room_was_sold");
  });

  test("is refused where capacity was lost", () => {
    const { state, quarter } = sold();
    recall(state, "r", 30, [takingOf(quarter)]);
    const fabrics = [
      { id: "a", gpus: gpus(32) },
      { id: "b", gpus: NO_GPUS },
    ];
    const reading = { at: at(0), demand: NO_GPUS, fabrics };
    carryOut(state, { type: "read_owner", pool: "p", reading });
    expect(withdraw(state, "r")).toBe("room_was_sold");
  });

  test("after a resale gives back to the seller what the seller lost", () => {
    const { state, quarter } = sold();
    recall(state, "r", 60, [takingOf(quarter)]);
    place(state, sellOf(quarter, { id: "l", account: "seller" }));
    buy(state, { id: "o", gpus: 8, notice: QUARTER, limit: CENT });
    expect(heldAt(contractIn(state, quarter), at(60))).toBe(0);
    expect(withdraw(state, "r")).toHaveLength(1);
    expect([0, 60].map((minute) => heldAt(contractIn(state, quarter), at(minute)))).toEqual([8, 8]);
  });
});

describe("a breach", () => {
  test.each<[MarketRefusal, object, Takings, number?]>([
    ["pool_unknown", { pool: "q" }, () => NOTHING],
    ["nothing_taken", {}, () => NOTHING, OFF_MINUTE],
    ["time_not_minute_aligned", {}, () => [takingOf("nothing")], OFF_MINUTE],
    ["taken_in_the_past", {}, () => [takingOf("nothing")], at(-1)],
    ["contract_unknown", {}, () => [takingOf("nothing", { gpus: 0 })]],
    ["gpus_not_positive", {}, ({ firm }) => [takingOf(firm, { gpus: -8 })]],
    ["gpus_not_whole_lots", {}, ({ firm }) => [takingOf(firm, { gpus: 4 })]],
    ["contract_holds_less", {}, ({ firm }) => [takingOf(firm, { gpus: 16 })]],
    ["contract_holds_less", {}, ({ firm }) => [takingOf(firm), takingOf(firm)]],
    ["contract_holds_less", {}, ({ firm }) => [takingOf(firm, { until: 30 })]],
    ["block_taken_in_part", {}, ({ block }) => [takingOf(block)]],
  ])("is refused: %s", (refusal, changes, takings, minute = at(30)) => {
    const ids = sold();
    const command = { ...BREACH, ...changes, at: minute, takings: takings(ids) };
    expectRefused(ids, command as MarketCommand, refusal);
  });

  test("of a firm contract breaks all that is left of it", () => {
    const { state, firm } = sold();
    expect(breach(state, 60, [takingOf(firm)])).toMatchObject([
      // 8 GPUs × 3 h × $1.
      { at: at(60), broken: 8 * 180 * 60_000, cut: { owed: 24_000_000n, until: at(240) } },
    ]);
    expect(heldAt(contractIn(state, firm), at(60))).toBe(0);
  });

  test("breaks no more than the notice would have left, but credits all that was promised", () => {
    const { state, quarter } = sold();
    expect(breach(state, 60, [takingOf(quarter)])).toMatchObject([
      // Lawfully gone after a quarter of an hour; 8 GPUs × 3 h × $0.60 are credited.
      { broken: 8 * 15 * 60_000, cut: { owed: 14_400_000n } },
    ]);
  });

  test("of GPUs that a recall takes soon breaks the time until its due", () => {
    const { state, quarter } = sold();
    recall(state, "r", 20, [takingOf(quarter)]);
    expect(breach(state, 10, [takingOf(quarter, { until: 20 })])).toMatchObject([
      { broken: 8 * 10 * 60_000, cut: { owed: 800_000n, until: at(20) } },
    ]);
    const contract = contractIn(state, quarter);
    expect([9, 10, 20].map((minute) => heldAt(contract, at(minute)))).toEqual([16, 8, 8]);
    // The recall's own compensation is for the time from its due on, and stands.
    expect(advance(state, 20)).toMatchObject([
      { type: "recall_handed_over", recall: { cuts: [{ owed: 1_760_000n }] } },
      { type: "time_advanced" },
    ]);
  });

  test("in the future is known at once to whoever would buy there", () => {
    const { state, quarter } = sold();
    const full = buyOf({ id: "o", from: 60, gpus: 32 });
    breach(state, 60, [takingOf(quarter, { gpus: 16 })]);
    expect(place(state, { ...full, fill: "all-or-none" })).toMatchObject([
      { type: "contract_sold", contract: { soldGpus: 32 } },
    ]);
  });
});

test("a recall of an hour's contract within its minimum run pays the missing run in full", () => {
  const state = marketOf();
  const hour = buy(state, { id: "hour", notice: HOUR_NOTICE });
  expect(recall(state, "r", 60, [takingOf(hour)])).toMatchObject([
    // $0.80 × 8: 3 h undelivered, $19.20, a tenth of it; half an hour missing, $3.20, the other nine tenths.
    { recall: { cuts: [{ owed: 1_920_000n + 2_880_000n }] } },
  ]);
});
