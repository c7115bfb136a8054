import { expect, test } from "vitest";
import type { AuctionOrder } from "../auction/order.ts";
import type { AuctionOutcome } from "../auction/outcome.ts";
import { clearAuction } from "../auction/clear.ts";
import { buyOf } from "../market/market.test-data.ts";
import { at, HOUR_NOTICE, minutes, QUARTER, span } from "../recall/recall.test-data.ts";
import { durationMs, epochMs, gpus, microUsd, microUsdPerGpuHour, notice, ppm } from "../units.ts";
import { auctionProblem } from "./auction-entrants.ts";
import type { AuctionsCommand } from "./auctions.ts";
import { accountOf, boughtIn, eventsOf, openedTrial, publish, Trial } from "./trial.test-data.ts";

type Asked = Extract<AuctionsCommand, { type: "open_auction" }>["auction"];

/** Of minutes 120 to 180 at a quarter of an hour's notice; locked at minute 10, cleared at minute 20. */
const SALE: Asked = {
  id: "a",
  sku: "H100",
  pool: null,
  notice: QUARTER,
  window: span(120, 180),
  slot: minutes(10),
  locks: at(10),
  clears: at(20),
};

function open(trial: Trial, changed: Partial<Asked> = {}) {
  const auction = { ...SALE, ...changed };
  return trial.try({ type: "open_auction", auction, now: trial.state.market.now });
}

function withAuction(): Trial {
  const trial = openedTrial();
  open(trial);
  return trial;
}

/** Eight GPUs through minutes 120 to 130, at up to a dollar. */
function orderOf(id: string, changed: Partial<AuctionOrder> = {}): AuctionOrder {
  return {
    id,
    account: "x",
    gpus: gpus(8),
    start: { earliest: at(120), latest: at(120) },
    duration: minutes(10),
    limit: microUsdPerGpuHour(1_000_000n),
    fabric: "one",
    fill: "all-or-none",
    ...changed,
  };
}

function place(trial: Trial, id: string, changed: Partial<AuctionOrder> = {}) {
  const { now } = trial.state.market;
  const order = orderOf(id, changed);
  return trial.try({ type: "place_auction_order", auction: "a", order, now });
}

function cancel(trial: Trial, order: string, account = "x") {
  const { now } = trial.state.market;
  return trial.try({ type: "cancel_auction_order", auction: "a", order, account, now });
}

function lock(trial: Trial) {
  return trial.try({ type: "lock_auction", auction: "a", now: trial.state.market.now });
}

function solved(trial: Trial) {
  const problem = auctionProblem(trial.state, "a");
  if (problem === null) throw new Error("the auction is over");
  const { sale, offers, orders, revision } = problem;
  return { revision, outcome: clearAuction(sale.grid, offers, orders) };
}

function clear(trial: Trial, { revision, outcome } = solved(trial)) {
  const { now } = trial.state.market;
  return trial.try({ type: "clear_auction", auction: "a", revision, outcome, now });
}

/** Locked and due. */
function due(trial: Trial): Trial {
  trial.advance(at(20));
  lock(trial);
  return trial;
}

const cents = (value: number) => microUsdPerGpuHour(BigInt(value) * 10_000n);

test("an auction sells by contract with the rung's promise, holds what that costs, and frees the rest", () => {
  const trial = withAuction();
  place(trial, "o1");
  place(trial, "o2", { account: "y", gpus: gpus(80) });
  // Ten minutes of eight GPUs at a dollar, with 19 % tax.
  expect(trial.held("x")).toBe(1_586_666n);
  const done = clear(due(trial));
  const contract = boughtIn(done);
  expect(contract).toMatchObject({ holder: "x", window: span(120, 130), price: 600_000n });
  expect(contract).toMatchObject({ soldGpus: 8, block: true, promise: { notice: QUARTER } });
  expect(trial.held("x")).toBe(952_000n);
  expect(trial.held("y")).toBe(0n);
  expect(eventsOf(done, "auction_cleared")[0]).toMatchObject({ auction: "a", unfilled: ["o2"] });
  expect(trial.state.auctions.running.size + trial.state.auctions.orders.size).toBe(0);
});

test("more is wanted than the pool's rung has room for, though each fabric has it: the best are sold it", () => {
  const trial = withAuction();
  publish(trial, 32);
  for (const [index, account] of ["x", "y", "z"].entries()) {
    place(trial, `o${index}`, { account, gpus: gpus(16), limit: cents(90 + index) });
  }
  const sold = eventsOf(clear(due(trial)), "contract_sold");
  expect(sold.map(({ order }) => order)).toEqual(["o1", "o2"]);
  const prices = sold.map(({ contract }) => contract.price);
  for (const price of prices) expect(price).toBeGreaterThan(cents(89));
});

test("each contract's stated chance counts what the same auction has sold before it", () => {
  const trial = withAuction();
  for (const id of ["o1", "o2", "o3"]) place(trial, id, { gpus: gpus(16) });
  const sold = eventsOf(clear(due(trial)), "contract_sold");
  const forecasts = sold.map(({ basis }) => basis?.forecast ?? 0);
  expect(forecasts).toHaveLength(3);
  expect(forecasts).toEqual(forecasts.toSorted((a, b) => a - b));
});

test("an order over several fabrics is one contract where they are of one pool and price", () => {
  const trial = withAuction();
  place(trial, "o1", { gpus: gpus(48), fabric: "any" });
  const contract = boughtIn(clear(due(trial)));
  expect(contract.placements.map(({ fabric }) => fabric).toSorted()).toEqual(["a", "b"]);
  expect(contract).toMatchObject({ soldGpus: 48, block: false, price: 600_000n });
});

test.each([
  ["sku_unknown", { sku: "B200" }],
  ["pool_unknown", { pool: "q" }],
  ["notice_not_offered", { notice: notice(5) }],
  ["time_not_minute_aligned", { slot: durationMs(1), window: span(180, 120) }],
  ["window_not_whole_slots", { slot: minutes(7), clears: at(121) }],
  ["auction_times_reversed", { locks: at(21), clears: at(20) }],
  ["auction_locks_in_the_past", { locks: at(0) }],
  ["auction_too_long", { window: span(120, 120 + 2_017), slot: minutes(1) }],
] as const)("an auction is not opened: %s", (refusal, changed) => {
  expect(open(openedTrial(), changed)).toBe(refusal);
});

test("an auction's id is its own", () => {
  expect(open(withAuction(), { sku: "H100" })).toBe("auction_id_repeated");
});

test.each([
  ["account_unknown", { account: "nobody" }],
  ["gpu_limit_reached", { account: "small", gpus: gpus(24) }],
  ["gpus_not_positive", { gpus: gpus(0), limit: cents(0) }],
  ["order_too_large", { gpus: gpus(2 ** 40), limit: cents(0) }],
  ["limit_not_positive", { limit: cents(0) }],
  ["time_not_on_grid", { duration: minutes(5) }],
  ["outside_auction", { start: { earliest: at(120), latest: at(480) } }],
  ["order_id_repeated", { id: "first" }],
  ["duration_too_long", { duration: minutes(300) }],
  ["limit_below_reserve", { limit: cents(59) }],
  ["insufficient_credit", { account: "small", gpus: gpus(16), limit: cents(1_000_000) }],
] as const)("an order is refused: %s", (refusal, changed) => {
  const trial = openedTrial();
  trial.do({ type: "create_account", account: accountOf("small", { maxGpus: gpus(16) }) });
  open(trial, { window: span(120, 480) });
  place(trial, "first");
  expect(place(trial, "o", changed)).toBe(refusal);
});

test("nobody fills an auction alone", () => {
  const trial = withAuction();
  trial.do({ type: "create_account", account: accountOf("poor") });
  trial.do({
    type: "deposit",
    account: "x",
    amount: microUsd(10n ** 12n),
    means: "manual",
    reference: "more",
  });
  for (let index = 0; index < 500; index++) place(trial, `o${index}`);
  expect(place(trial, "last")).toBe("too_many_orders");
  expect(typeof place(trial, "another's", { account: "y" })).toBe("object");
  expect(place(trial, "unpaid", { account: "poor" })).toBe("insufficient_credit");
});

test("orders come until the auction is due and go until it is locked, by its times alone", () => {
  const trial = withAuction();
  place(trial, "o1");
  place(trial, "o2");
  expect(cancel(trial, "o1", "y")).toBe("order_unknown");
  expect(lock(trial)).toBe("auction_not_due");
  expect(typeof cancel(trial, "o1")).toBe("object");
  expect(trial.held("x")).toBe(1_586_666n);
  trial.advance(at(10));
  expect(cancel(trial, "o2")).toBe("auction_locked");
  expect(clear(trial)).toBe("auction_open");
  lock(trial);
  expect(lock(trial)).toBe("auction_locked");
  expect(clear(trial)).toBe("auction_not_due");
  expect(typeof place(trial, "o3")).toBe("object");
  trial.advance(at(20));
  expect(place(trial, "o4")).toBe("auction_clearing");
});

test("what an auction claims counts towards the GPUs that its buyer may hold", () => {
  const trial = openedTrial();
  trial.do({ type: "create_account", account: accountOf("small", { maxGpus: gpus(16) }) });
  const paid = { account: "small", amount: trial.credit("x") as never, means: "manual" };
  trial.do({ type: "deposit", ...paid, reference: "small" });
  open(trial);
  place(trial, "o1", { account: "small" });
  const order = buyOf({ id: "o2", account: "small", gpus: 16, from: 120, to: 125 });
  const bought = trial.try({ type: "place_order", order, now: at(0) });
  expect(bought).toBe("gpu_limit_reached");
});

test("an outcome is refused where orders came after it, or the GPUs went", () => {
  const trial = withAuction();
  place(trial, "o1", { gpus: gpus(32) });
  const early = solved(trial);
  place(trial, "o2", { account: "y" });
  due(trial);
  expect(clear(trial, early)).toBe("outcome_outdated");
  const now = solved(trial);
  publish(trial, 32, 20);
  expect(clear(trial, now)).toBe("offer_oversold");
  publish(trial, 64, 20, 1_300_000n);
  expect(clear(trial, now)).toBe("price_below_reserve");
  publish(trial, 64, 20);
  const order = buyOf({ id: "b", account: "z", gpus: 64, from: 125, to: 130 });
  trial.do({ type: "place_order", order, now: at(20) });
  expect(clear(trial, now)).toBe("offer_oversold");
  const sold = eventsOf(clear(trial), "contract_sold");
  expect(sold).toEqual([]);
});

test("nothing that has begun is sold, however late an auction is cleared", () => {
  const trial = withAuction();
  const range = { earliest: at(120), latest: at(170) };
  place(trial, "fixed");
  place(trial, "flexible", { account: "y", start: range });
  due(trial);
  const early = solved(trial);
  trial.advance(epochMs(at(121)));
  expect(clear(trial, early)).toBe("offer_oversold");
  const contract = boughtIn(clear(trial));
  expect(contract).toMatchObject({ holder: "y", window: span(130, 140) });
});

test("whoever may not buy any more is left out, and whoever is closed leaves even a locked auction", () => {
  const trial = withAuction();
  for (const id of ["x", "y", "z"]) place(trial, `of ${id}`, { account: id });
  due(trial);
  const before = solved(trial);
  trial.do({ type: "change_account", account: accountOf("x", { skus: ["A100"] }) });
  trial.do({ type: "change_account", account: accountOf("y", { status: "closed" }) });
  expect(trial.held("y")).toBe(0n);
  expect(clear(trial, before)).toBe("outcome_outdated");
  const { revision } = solved(trial);
  expect(clear(trial, { ...before, revision })).toBe("order_unknown");
  expect(boughtIn(clear(trial)).holder).toBe("z");
});

test("an order that its account cannot pay at today's tax is left out", () => {
  const trial = withAuction();
  const all = { limit: cents(10_000), gpus: gpus(48), fabric: "any" } as const;
  place(trial, "o1", all);
  const rest = trial.credit("x");
  trial.do({
    type: "pay_out",
    account: "x",
    amount: rest as never,
    means: "manual",
    reference: "r",
  });
  place(trial, "o2", { account: "y" });
  trial.do({ type: "change_account", account: accountOf("x", { taxRate: ppm(200_000) }) });
  expect(boughtIn(clear(due(trial))).holder).toBe("y");
  expect(trial.credit("x")).toBe(952_000_000n);
});

test("an auction that is called off holds nothing of anybody", () => {
  const trial = withAuction();
  place(trial, "o2");
  place(trial, "o1", { account: "y" });
  const done = trial.do({ type: "call_off_auction", auction: "a" });
  expect(eventsOf(done, "auction_called_off")[0]?.left).toEqual(["o1", "o2"]);
  expect(trial.held("x") + trial.held("y")).toBe(0n);
  const empty: AuctionOutcome = { fills: [], prices: [], worth: 0n as never, bound: 0n as never };
  expect(place(trial, "o3")).toBe("auction_unknown");
  expect(clear(trial, { revision: 2, outcome: empty })).toBe("auction_unknown");
});

test("at a notice that the policy has and no ladder offers yet, nothing is sold", () => {
  const trial = new Trial();
  const fabrics = [{ id: "a", gpus: gpus(32) }];
  const { policy } = openedTrial().state.market.pools.get("p")!;
  trial.do({ type: "open_pool", pool: { id: "p", sku: "H100", site: "", fabrics }, policy });
  open(trial, { notice: HOUR_NOTICE });
  expect(auctionProblem(trial.state, "a")?.offers).toEqual([]);
});
