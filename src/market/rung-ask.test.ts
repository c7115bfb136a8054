import { expect, test } from "vitest";
import { at, HOUR_NOTICE, ladderOf, QUARTER, span, SPOT } from "../recall/recall.test-data.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { EMPTY, rectangle } from "../schedule/schedule.ts";
import { durationMs, FIRM, gpus, later } from "../units.ts";
import { buy, carryOut, marketOf } from "./market.test-data.ts";
import { roomForNotice } from "./rung-ask.ts";
import type { MarketState, PoolState } from "./state.ts";
import { poolOf } from "./state.ts";
import type { Ask } from "./supply.ts";

const ALL = span(0, 240);
const NESTED = new Map([
  [FIRM, [[10_000, 16, 8]]],
  [HOUR_NOTICE, [[10_000, 24, 24]]],
  [QUARTER, [[10_000, 40, 16]]],
  [SPOT, [[10_000, 48, 40]]],
] as const);
const NOTICES = [FIRM, HOUR_NOTICE, QUARTER, SPOT] as const;

function pool(state: MarketState): PoolState {
  return poolOf(state, "p");
}

function rooms(state: MarketState, window = ALL): number[] {
  return NOTICES.map((notice) => roomForNotice(pool(state), notice, window));
}

function askOf(state: MarketState, notice: (typeof NOTICES)[number]): Ask {
  const ask = pool(state).asks.get(notice);
  if (ask === undefined) throw new Error("a rung has an ask");
  return ask;
}

test("a rung sells what its own promise allows and what is safe at every shorter notice", () => {
  const state = marketOf({ bounds: NESTED });
  expect(rooms(state)).toEqual([8, 24, 16, 40]);
});

test("what is sold at a notice counts at every shorter one, and at no longer one", () => {
  const state = marketOf({ bounds: NESTED });
  buy(state, { id: "h", notice: HOUR_NOTICE, gpus: 8 });
  expect(rooms(state)).toEqual([8, 16, 8, 32]);
  buy(state, { id: "s", notice: 0 as typeof SPOT, gpus: 32, limit: 500_000n });
  // Eight GPUs are left below what is safe on the spot, and that binds every rung.
  expect(rooms(state)).toEqual([8, 8, 8, 0]);
});

test("room is the least over the window: pieces of the ladder, contracts of others, and nothing beyond", () => {
  const bounds = new Map([
    [
      SPOT,
      [
        [60, 48],
        [120, 24],
        [240, 32],
      ],
    ],
  ] as const);
  const state = marketOf({ bounds });
  const room = (from: number, to: number) => roomForNotice(pool(state), SPOT, span(from, to));
  expect([room(0, 60), room(0, 61), room(120, 240), room(120, 241)]).toEqual([48, 24, 32, 0]);
  buy(state, { id: "o", from: 130, to: 140 });
  expect([room(120, 130), room(120, 240), room(140, 240)]).toEqual([32, 24, 32]);
  expect(
    askOf(state, SPOT)
      .changes(span(10, 240))
      .map((time) => time - at(0)),
  ).toEqual([10, 60, 120, 130, 140].map((minute) => minute * 60_000));
});

test("room is whole lots, and never more than the capacity that was read", () => {
  const state = marketOf({ fabrics: [20, 12], bounds: new Map([[SPOT, [[10_000, 64]]]]) });
  expect(roomForNotice(pool(state), SPOT, ALL)).toBe(32);
  expect(askOf(state, SPOT).available("a", ALL)).toBe(16);
  expect(askOf(state, SPOT).available("b", ALL)).toBe(8);
  buy(state, { id: "o", gpus: 16 });
  expect(askOf(state, SPOT).available("a", ALL)).toBe(0);
  expect(askOf(state, SPOT).available("b", ALL)).toBe(8);
});

test("capacity that shrinks leaves no room, and none is owed", () => {
  const state = marketOf({ fabrics: [32, 0] });
  buy(state, { id: "o", gpus: 24 });
  const fabrics = [
    { id: "b", gpus: gpus(0) },
    { id: "a", gpus: gpus(16) },
  ];
  const reading = { at: at(0), demand: gpus(0), fabrics };
  carryOut(state, { type: "read_owner", pool: "p", reading });
  expect(rooms(state)).toEqual([0, 0, 0, 0]);
  expect(askOf(state, SPOT).available("a", ALL)).toBe(0);
});

test("an ask is a live view, and is replaced only when its price or duration changes", () => {
  const state = marketOf({ bounds: NESTED });
  const before = askOf(state, SPOT);
  carryOut(state, {
    type: "publish_ladder",
    pool: "p",
    ladder: ladderOf(0, new Map([[SPOT, [[9, 8]]]])),
  });
  expect(askOf(state, SPOT)).toBe(before);
  expect(before.availableInAll(span(0, 9))).toBe(8);
  const ladder = ladderOf(0, NESTED);
  const rungs = ladder.rungs.map((rung) => ({
    ...rung,
    price: (rung.price + 1n) as typeof rung.price,
  }));
  carryOut(state, { type: "publish_ladder", pool: "p", ladder: { ...ladder, rungs } });
  expect(askOf(state, SPOT)).not.toBe(before);
  expect(state.supplies.get("H100")?.asks).toHaveLength(4);
});

test("a ladder of any millisecond offers starts on the minute", () => {
  const state = marketOf();
  const ladder = ladderOf(0, new Map([[SPOT, [[30, 8]]]]));
  const [rung] = ladder.rungs;
  if (rung === undefined) throw new Error("a ladder has a rung");
  const pieces = [
    { until: later(at(10), durationMs(20_000)), safe: gpus(16), sellable: gpus(16) },
    ...rung.pieces,
  ];
  const rungs = [{ ...rung, pieces }];
  carryOut(state, { type: "publish_ladder", pool: "p", ladder: { ...ladder, rungs } });
  expect(askOf(state, SPOT).changes(span(0, 30))).toEqual([at(0), at(10), at(11)]);
});

test("without a ladder nothing is for sale", () => {
  const state = marketOf();
  pool(state).ladder = null;
  expect(rooms(state)).toEqual([0, 0, 0, 0]);
});

/** As the owner's work is seen in fabric a. */
function readUsed(state: MarketState, used: Schedule): void {
  const fabrics = [
    { id: "a", gpus: gpus(32), used },
    { id: "b", gpus: gpus(32) },
  ];
  carryOut(state, {
    type: "read_owner",
    pool: "p",
    reading: { at: at(0), demand: gpus(24), fabrics },
  });
}

test("a fabric has room beside its owner's work while that lasts, and nothing where they fill it together", () => {
  const state = marketOf();
  readUsed(state, rectangle(span(0, 120), gpus(24)));
  const ask = askOf(state, SPOT);
  expect(ask.available("a", span(0, 60))).toBe(8);
  expect(ask.available("a", span(119, 180))).toBe(8);
  expect(ask.available("a", span(120, 180))).toBe(32);
  expect(ask.available("b", span(0, 60))).toBe(32);
  expect(ask.changes(ALL)).toContain(at(120));
  readUsed(state, rectangle(span(0, 240), gpus(32)));
  expect(ask.available("a", span(0, 60))).toBe(0);
  buy(state, { id: "one", gpus: 32 });
  readUsed(state, rectangle(span(0, 240), gpus(8)));
  expect(ask.available("b", span(0, 60))).toBe(0);
  expect(ask.available("a", span(0, 60))).toBe(24);
});

test("who buys gets the fabric that the owner has left free, though another's name sorts first", () => {
  const state = marketOf();
  readUsed(state, rectangle(span(0, 240), gpus(24)));
  buy(state, { id: "two", gpus: 16 });
  const [contract] = pool(state).holdings.all();
  expect(contract?.placements.map(({ fabric }) => fabric)).toEqual(["b"]);
});

test("what the owner has in a fabric is part of the state's hash", () => {
  const [free, used] = [marketOf(), marketOf()];
  readUsed(free, EMPTY);
  readUsed(used, rectangle(span(0, 240), gpus(8)));
  expect(used.hash.toString()).not.toBe(free.hash.toString());
});
