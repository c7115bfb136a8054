import { expect, test } from "vitest";
import {
  at,
  HOUR_NOTICE,
  minutes,
  POLICY,
  QUARTER,
  span,
  SPOT,
} from "../recall/recall.test-data.ts";
import { valueAt } from "../schedule/schedule.ts";
import { FIRM, gpus, NO_GPUS } from "../units.ts";
import { heldAt } from "../contracts/contract.ts";
import type { MarketRefusal } from "./commands.ts";
import { decide } from "./decide.ts";
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
import type { OrderDraft } from "./market.test-data.ts";
import type { Order } from "./order.ts";
import type { MarketState } from "./state.ts";

const CENT = 10_000n;

function standing(order: Order): Order {
  return { ...order, lifetime: "standing", expires: at(1_000) };
}

/** Buyer "seller" holds 16 GPUs at a quarter's notice from minute 0 to 240. */
function withSeller(): { state: MarketState; held: string } {
  const state = marketOf();
  const held = buy(state, { id: "first", account: "seller", notice: QUARTER, gpus: 16 });
  return { state, held };
}

test.each<[MarketRefusal, (held: string) => Order]>([
  // In their order: each of these orders has the faults of those below it as well, where it can.
  ["sku_unknown", () => buyOf({ id: "standing", terms: { sku: "B300", gpus: NO_GPUS } })],
  ["gpus_not_whole_lots", () => buyOf({ id: "standing", gpus: 12 })],
  ["order_id_repeated", () => sellOf("nothing", { id: "standing" })],
  [
    "sell_not_standing",
    () => sellOf("nothing", { id: "o", terms: { lifetime: "immediate", expires: null } }),
  ],
  ["contract_unknown", () => sellOf("nothing", { id: "o", gpus: 64 })],
  ["contract_unknown", (held) => sellOf(held, { id: "o", account: "thief", gpus: 64 })],
  ["contract_holds_less", (held) => sellOf(held, { id: "o", account: "seller", gpus: 24 })],
  ["contract_holds_less", (held) => sellOf(held, { id: "o", account: "seller", to: 241 })],
  ["no_supply_at_this_price", () => buyOf({ id: "o", limit: 1n })],
  ["not_enough_gpus", () => buyOf({ id: "o", gpus: 56, terms: { fill: "all-or-none" } })],
])("%s is refused, and nothing changes", (refusal, orderOf) => {
  const { state, held } = withSeller();
  place(state, standing(buyOf({ id: "standing", limit: 1n })));
  const before = state.hash.toString();
  expect(place(state, orderOf(held))).toBe(refusal);
  expect(state.hash.toString()).toBe(before);
  expect(state.book.size).toBe(1);
});

test("listings of a contract together are no more than it holds, whichever hours each is for", () => {
  const { state, held } = withSeller();
  const list = (id: string, draft: Partial<OrderDraft>) =>
    place(state, sellOf(held, { id, account: "seller", gpus: 8, ...draft }));
  expect(list("morning", { to: 120 })).toHaveLength(1);
  expect(list("noon", { from: 60, to: 180 })).toHaveLength(1);
  expect(list("again", { from: 100, to: 240 })).toBe("contract_holds_less");
  expect(list("evening", { from: 120, to: 240 })).toHaveLength(1);
  const wider = sellOf(held, { id: "wider", account: "seller", gpus: 8, to: 180 });
  expect(place(state, wider)).toBe("contract_holds_less");
  const command = { type: "place_order", order: wider, now: state.now, replaces: "noon" } as const;
  expect(decide(state, command)).toHaveProperty("events");
});

test("a contract has no more than a hundred listings, and one of them may be replaced", () => {
  const { state, held } = withSeller();
  const listing = (minute: number) =>
    sellOf(held, { id: `l${minute}`, account: "seller", gpus: 8, from: minute, to: minute + 1 });
  for (let minute = 10; minute < 110; minute++) {
    carryOut(state, { type: "place_order", order: listing(minute), now: state.now });
  }
  const one = { type: "place_order", order: listing(120), now: state.now } as const;
  expect(decide(state, one)).toEqual({ refusal: "too_many_listings" });
  expect(decide(state, { ...one, replaces: "l10" })).toHaveProperty("events");
});

test("a contract is listed under its own SKU only", () => {
  const { state, held } = withSeller();
  const fabrics = [{ id: "c", gpus: gpus(8) }];
  const pool = { id: "q", sku: "A100", site: "", fabrics };
  carryOut(state, { type: "open_pool", pool, policy: POLICY });
  const order = sellOf(held, { id: "o", account: "seller", terms: { sku: "A100" } });
  expect(place(state, order)).toBe("contract_unknown");
});

test("a sale writes down the promise and the price of its rung", () => {
  const { state, held } = withSeller();
  expect(contractIn(state, held)).toMatchObject({
    holder: "seller",
    pool: "p",
    window: span(0, 240),
    price: 600_000n,
    promise: { notice: QUARTER, recallCompensation: 100_000, breachCompensation: 1_000_000 },
    soldGpus: 16,
    block: false,
  });
  const firm = buy(state, { id: "firm", notice: FIRM });
  expect(contractIn(state, firm).promise.statedRecallChance).toBe(0);
});

test("an order that is filled bit by bit makes a new contract each time", () => {
  const state = marketOf({ fabrics: [16, 0] });
  place(state, standing(buyOf({ id: "o", gpus: 32 })));
  const fabrics = ["a", "b"].map((id) => ({ id, gpus: gpus(16) }));
  const reading = { at: at(0), demand: NO_GPUS, fabrics };
  carryOut(state, { type: "read_owner", pool: "p", reading });
  // The ladder of this market allows 16 GPUs; a wider one lets the rest in.
  const ladder = marketOf().pools.get("p")?.ladder;
  if (!ladder) throw new Error("a market has a ladder");
  carryOut(state, { type: "publish_ladder", pool: "p", ladder });
  const events = carryOut(state, { type: "match_order", order: "o", now: state.now });
  expect(events).toMatchObject([{ type: "contract_sold" }, { type: "order_left", why: "filled" }]);
  const ids = [...state.contracts.keys()];
  expect(ids).toEqual(["o.1", "o.2"]);
  expect(ids.map((id) => contractIn(state, id).soldGpus)).toEqual([16, 16]);
  expect(state.pools.get("p")?.holdings.heldInAll(span(0, 240))).toBe(32);
});

test("an id that is used again after its order is gone names no contract twice", () => {
  const state = marketOf();
  const ids = [buy(state, { id: "o" }), buy(state, { id: "o" })];
  expect(new Set(ids).size).toBe(2);
  expect(state.pools.get("p")?.holdings.heldInAll(span(0, 240))).toBe(16);
});

test("a standing order that is reduced keeps its place in line", () => {
  const state = marketOf({ fabrics: [8, 0] });
  place(state, standing(buyOf({ id: "early", gpus: 24, from: 60 })));
  place(state, standing(buyOf({ id: "late", gpus: 24, from: 60 })));
  expect([...state.book.buys()].map(({ id, gpus }) => [id, gpus])).toEqual([
    ["early", 16],
    ["late", 24],
  ]);
  carryOut(state, { type: "advance", now: at(61) });
  expect(state.book.size).toBe(2);
});

test("a standing order waits; a match reduces it or takes it out", () => {
  const state = marketOf();
  const order = standing(buyOf({ id: "o", gpus: 16, limit: CENT, notice: QUARTER }));
  expect(place(state, order)).toEqual([{ type: "order_rested", order }]);
  const now = state.now;
  expect(carryOut(state, { type: "match_order", order: "o", now })).toBe("no_supply_at_this_price");
  const held = buy(state, { id: "h", account: "seller", notice: HOUR_NOTICE, gpus: 8 });
  place(state, sellOf(held, { id: "l", account: "seller" }));
  const events = carryOut(state, { type: "match_order", order: "o", now });
  expect(events).toMatchObject([
    { type: "contract_resold", from: held },
    { type: "order_left", order: "l", why: "filled" },
    { type: "order_reduced", order: { id: "o", gpus: 8 } },
  ]);
  expect([...state.book.buys()].map(({ gpus }) => gpus)).toEqual([8]);
});

test("a sell order is nothing to match", () => {
  const { state, held } = withSeller();
  place(state, sellOf(held, { id: "l", account: "seller" }));
  expect(carryOut(state, { type: "match_order", order: "l", now: state.now })).toBe(
    "order_unknown",
  );
});

test("a part of a contract is resold, the promise travels, and the seller keeps the rest", () => {
  const { state, held } = withSeller();
  place(state, sellOf(held, { id: "l", account: "seller", gpus: 16 }));
  const events = place(state, buyOf({ id: "o", from: 60, to: 120, limit: CENT }));
  expect(events).toMatchObject([
    { type: "contract_resold", listing: "l", from: held, price: CENT, contract: { id: "o.2" } },
    { type: "order_reduced", order: { id: "l", gpus: 8 } },
  ]);
  const [seller, part] = [contractIn(state, held), contractIn(state, "o.2")];
  expect(part).toMatchObject({
    holder: "buyer",
    window: span(60, 120),
    price: 600_000n,
    soldGpus: 8,
  });
  expect(part.promise).toEqual(seller.promise);
  expect([0, 59, 60, 119, 120].map((m) => heldAt(seller, at(m)))).toEqual([16, 16, 8, 8, 16]);
  const { holdings } = state.pools.get("p") ?? {};
  expect(holdings?.heldInAll(span(0, 240))).toBe(16);
  expect(holdings?.steps(span(0, 240))).toHaveLength(1);
});

test("of the minimum run, a part that begins later is promised what is left of it", () => {
  const state = marketOf();
  const held = buy(state, { id: "h", account: "seller", notice: HOUR_NOTICE, gpus: 24 });
  expect(contractIn(state, held).promise.minimumRun).toBe(minutes(90));
  place(state, sellOf(held, { id: "l", account: "seller", gpus: 24 }));
  const left = [0, 60, 120].map((from) => {
    const id = buy(state, { id: `o${from}`, from, notice: HOUR_NOTICE, limit: CENT });
    return contractIn(state, id).promise.minimumRun;
  });
  expect(left).toEqual([minutes(90), minutes(30), 0]);
});

test("two listings of one contract never sell more than it holds", () => {
  const { state, held } = withSeller();
  for (const id of ["l1", "l2"]) place(state, sellOf(held, { id, account: "seller", gpus: 16 }));
  const all = place(state, buyOf({ id: "o", gpus: 32, limit: CENT, notice: QUARTER }));
  expect(typeof all === "string" ? [] : all.flatMap(soldIn).map((c) => c.soldGpus)).toEqual([16]);
  expect(place(state, buyOf({ id: "more", limit: CENT, notice: QUARTER }))).toBe(
    "no_supply_at_this_price",
  );
  expect(heldAt(contractIn(state, held), at(0))).toBe(0);
});

test("nobody buys from their own listing, but may from others and from the ladder", () => {
  const { state, held } = withSeller();
  const other = buy(state, { id: "h2", account: "other", notice: QUARTER });
  place(state, sellOf(held, { id: "l", account: "seller", gpus: 8 }));
  const own = { account: "seller", notice: QUARTER, limit: CENT };
  expect(place(state, buyOf({ id: "own", ...own }))).toBe("no_supply_at_this_price");
  place(state, sellOf(other, { id: "l2", account: "other", limit: 2n * CENT }));
  expect(place(state, buyOf({ id: "o", ...own, limit: 2n * CENT }))).toMatchObject([
    { type: "contract_resold", listing: "l2" },
    { type: "order_left" },
  ]);
  expect(buy(state, { id: "rung", ...own, limit: 600_000n })).toBe("rung.4");
  expect(buy(state, { id: "theirs", notice: QUARTER, limit: CENT })).toBe("theirs.5");
});

test("a listing is gone by the end of the time that it lists", () => {
  const { state, held } = withSeller();
  const listing = sellOf(held, { id: "l", account: "seller", to: 200 });
  expect(place(state, listing)).toMatchObject([{ order: { expires: at(200) } }]);
  advance(state, 199);
  expect(state.book.size).toBe(1);
  expect(advance(state, 500).map(({ type }) => type)).toEqual([
    "order_left",
    "contract_ended",
    "time_advanced",
  ]);
  expect(place(state, buyOf({ id: "o", from: 500, to: 600 }))).toMatchObject([
    { type: "contract_sold" },
  ]);
});

test("a listing is reduced in its place, and a cancelled one sells no more", () => {
  const { state, held } = withSeller();
  place(state, sellOf(held, { id: "l", account: "seller", gpus: 16 }));
  buy(state, { id: "o", notice: QUARTER, limit: CENT });
  const supply = state.supplies.get("H100");
  expect(supply?.asks.filter(({ source }) => source.kind === "listing")).toHaveLength(1);
  carryOut(state, { type: "cancel_order", order: "l" });
  expect(supply?.asks.filter(({ source }) => source.kind === "listing")).toHaveLength(0);
  expect(place(state, buyOf({ id: "o2", notice: QUARTER, limit: CENT }))).toBe(
    "no_supply_at_this_price",
  );
  expect(state.listingsOf.size).toBe(0);
});

test("a listing that is reduced sells no more than what is left of it", () => {
  const state = marketOf();
  const held = buy(state, { id: "h", account: "seller", notice: QUARTER, gpus: 32 });
  place(state, sellOf(held, { id: "l", account: "seller", gpus: 16 }));
  buy(state, { id: "o1", notice: QUARTER, limit: CENT });
  const rest = buy(state, { id: "o2", gpus: 32, notice: QUARTER, limit: CENT });
  expect(contractIn(state, rest).soldGpus).toBe(8);
  expect(heldAt(contractIn(state, held), at(0))).toBe(16);
});

test("what a pending recall takes is not resold beyond its due", () => {
  const { state, held } = withSeller();
  place(state, sellOf(held, { id: "l", account: "seller", gpus: 16 }));
  recall(state, "r", 60, [takingOf(held, { gpus: 16 })]);
  const wanted = { notice: QUARTER, limit: CENT, gpus: 16 };
  expect(place(state, buyOf({ id: "late", from: 30, to: 61, ...wanted }))).toBe(
    "no_supply_at_this_price",
  );
  expect(place(state, buyOf({ id: "early", from: 30, to: 60, ...wanted }))).toMatchObject([
    { type: "contract_resold" },
    { type: "order_left" },
  ]);
});

test("a part of a part is resold, and nobody's GPUs are counted twice", () => {
  const { state, held } = withSeller();
  place(state, sellOf(held, { id: "l1", account: "seller", gpus: 16 }));
  const second = buy(state, {
    id: "o1",
    account: "second",
    gpus: 16,
    notice: QUARTER,
    limit: CENT,
  });
  place(state, sellOf(second, { id: "l2", account: "second", from: 60, to: 120 }));
  const third = buy(state, { id: "o2", account: "third", from: 60, to: 90, limit: CENT });
  const at75 = [held, second, third].map((id) => heldAt(contractIn(state, id), at(75)));
  expect(at75).toEqual([0, 8, 8]);
  expect(state.pools.get("p")?.holdings.heldAtLeast(QUARTER, span(0, 240))).toBe(16);
});

test("a block of one fabric is sold, and stays a block", () => {
  const state = marketOf();
  const terms: Partial<Order> = { fabric: "one", fill: "all-or-none" };
  const block = contractIn(state, buy(state, { id: "o", gpus: 24, terms }));
  expect(block.block).toBe(true);
  expect(block.placements.map(({ fabric, held }) => [fabric, valueAt(held, at(0))])).toEqual([
    ["a", 24],
  ]);
  expect(place(state, buyOf({ id: "x", gpus: 40, terms }))).toBe("not_enough_in_one_fabric");
});

test("deciding a sale changes nothing", () => {
  const { state, held } = withSeller();
  place(state, sellOf(held, { id: "l", account: "seller" }));
  const seen = () => [
    state.hash.toString(),
    state.sales,
    state.book.size,
    state.supplies.get("H100")?.asks.length,
    state.due.size,
    [...state.contracts.keys()].map((id) => contractIn(state, id)),
    state.pools.get("p")?.chances.get(SPOT),
  ];
  const before = structuredClone(seen());
  const order = buyOf({ id: "o", gpus: 24 });
  const first = decide(state, { type: "place_order", order, now: state.now });
  expect(decide(state, { type: "place_order", order, now: state.now })).toEqual(first);
  expect(seen()).toEqual(before);
});
