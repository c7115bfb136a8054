import { expect, test } from "vitest";
import { heldAt } from "../contracts/contract.ts";
import { statedChance } from "../market/fill-events.ts";
import { poolOf } from "../market/state.ts";
import { buyOf, sellOf, takingOf } from "../market/market.test-data.ts";
import { at, minutes, QUARTER, SPOT } from "../recall/recall.test-data.ts";
import { shelvesWith } from "../rental/find-shelf.ts";
import type { RentalOrder } from "../rental/commands.ts";
import {
  assert,
  durationMs,
  epochMs,
  FIRM,
  gpuMs,
  gpus,
  microUsd,
  microUsdPerGpuHour,
  MINUTE_MS,
} from "../units.ts";
import { figuresOf } from "./decide-rentals.ts";
import { accountOf, eventsOf, openedTrial, publish, boughtIn } from "./trial.test-data.ts";
import type { Trial } from "./trial.test-data.ts";

const DOLLAR = microUsdPerGpuHour(1_000_000n);

function rentalOf(terms: Partial<RentalOrder> = {}): RentalOrder {
  return {
    id: "r",
    account: "x",
    sku: "H100",
    gpus: gpus(8),
    fabric: "any",
    noticeAtLeast: QUARTER,
    maxPrice: DOLLAR,
    budget: null,
    ...terms,
  };
}

function start(trial: Trial, terms: Partial<RentalOrder> = {}) {
  return trial.try({ type: "start_rental", rental: rentalOf(terms), now: trial.state.market.now });
}

function renew(trial: Trial) {
  return trial.do({ type: "renew_rentals", now: trial.state.market.now });
}

/** Minute by minute until `minute`, as the service's clock does. */
function run(trial: Trial, minute: number): void {
  const first = (trial.state.market.now - at(0)) / MINUTE_MS + 1;
  for (let each = first; each <= minute; each += 1) {
    trial.advance(at(each));
    renew(trial);
  }
}

function rental(trial: Trial, id = "r") {
  return trial.state.rental.rentals.get(id);
}

test("a rental is one contract that grows by the minute, committed through its notice", () => {
  const trial = openedTrial();
  const contract = boughtIn(start(trial));
  expect(contract.window).toEqual({ start: at(0), end: at(17) });
  run(trial, 30);
  expect(rental(trial)).toMatchObject({ contract: contract.id, until: at(47), ending: null });
  expect(trial.contract(contract.id).window.end).toBe(at(47));
  // Eight GPUs for 47 minutes at 60 cents, with 19 % tax.
  expect(trial.held("x")).toBe(4_474_400n);
});

test("a rental can be recalled, and states the chance of it", () => {
  const trial = openedTrial();
  start(trial);
  const pool = poolOf(trial.state.market, "p");
  const [contract] = pool.holdings.all();
  assert(contract !== undefined, "it holds a contract");
  const { promise, window, soldGpus } = contract;
  const without = openedTrial().state.market;
  const chance = statedChance(poolOf(without, "p"), promise.notice, window, soldGpus);
  expect(promise.statedRecallChance).toBe(chance);
  expect(chance).toBeGreaterThan(0);
});

test("a stopped rental runs through its notice, and is paid until then", () => {
  const trial = openedTrial();
  const { id } = boughtIn(start(trial));
  run(trial, 10);
  trial.do({ type: "stop_rental", rental: "r", account: "x", now: at(10) });
  run(trial, 26);
  expect(heldAt(trial.contract(id), at(26))).toBe(8);
  trial.advance(at(27));
  expect(renew(trial)).toEqual([{ type: "rental_ended", rental: "r", why: "stopped", at: at(27) }]);
  const amount = gpuMs(8 * 27 * MINUTE_MS);
  const reading = { contract: id, from: at(0), to: at(27), gpuMs: amount };
  trial.do({ type: "record_usage", reading });
  expect(trial.held("x")).toBe(0n);
  expect(trial.state.ledger.balance("revenues:pools:p:usage")).toBe(2_160_000n);
});

test("at another price a rental goes on as another contract on the same GPUs", () => {
  const trial = openedTrial();
  const first = boughtIn(start(trial));
  trial.advance(at(1));
  publish(trial, 64, 1, 500_000n);
  const done = renew(trial);
  const second = boughtIn(done);
  expect(second.placements.map(({ fabric }) => fabric)).toEqual([first.placements[0]?.fabric]);
  expect(second.window).toEqual({ start: at(17), end: at(18) });
  expect(second.price).toBeLessThan(first.price);
  run(trial, 20);
  expect(trial.contract(second.id).window).toEqual({ start: at(17), end: at(37) });
});

test.each([
  ["budget_reached", { budget: microUsd(1_400_000n) }, () => {}],
  [
    "outbid",
    { maxPrice: microUsdPerGpuHour(600_000n) },
    (t: Trial) => publish(t, 64, 1, 2_000_000n),
  ],
  ["supply_gone", {}, (t: Trial) => publish(t, 0, 1)],
  ["credit_gone", {}, (t: Trial) => drain(t)],
  ["account_closed", {}, (t: Trial) => close(t)],
  ["taken_back", {}, (t: Trial) => interrupt(t)],
] as const)("a rental ends after its notice where it cannot go on: %s", (why, terms, change) => {
  const trial = openedTrial();
  start(trial, terms);
  trial.advance(at(1));
  change(trial);
  run(trial, 5);
  expect(rental(trial)?.ending).toBe(why);
  const until = rental(trial)?.until ?? at(0);
  expect(until).toBeGreaterThanOrEqual(at(1) + QUARTER);
  run(trial, 30);
  expect(rental(trial)).toBeUndefined();
});

function drain(trial: Trial): void {
  const amount = microUsd(trial.credit("x"));
  trial.do({ type: "pay_out", account: "x", amount, means: "manual", reference: "out" });
}

function close(trial: Trial): void {
  const account = trial.state.accounts.accounts.get("x")!;
  trial.do({ type: "change_account", account: { ...account, status: "closed" } });
}

function interrupt(trial: Trial): void {
  trial.do({ type: "interrupt", pool: "p", now: trial.state.market.now });
}

test("nobody who is not renewed for a while keeps what others may have by then", () => {
  const trial = openedTrial();
  start(trial);
  trial.advance(at(20));
  expect(renew(trial)).toEqual([{ type: "rental_ended", rental: "r", why: "lapsed", at: at(17) }]);
});

test("who started first goes on where there is not room for all", () => {
  const trial = openedTrial();
  for (const id of ["b", "a"]) {
    start(trial, { id, gpus: gpus(32) });
    run(trial, 1);
  }
  publish(trial, 32, 1);
  run(trial, 3);
  expect(rental(trial, "b")?.ending).toBeNull();
  expect(rental(trial, "a")?.ending).toBe("supply_gone");
});

test("what a rental is committed to counts against its holder's limit to its end", () => {
  const trial = openedTrial();
  const limited = accountOf("x", { maxGpus: gpus(8) });
  trial.do({ type: "change_account", account: limited });
  const later = { id: "o", gpus: 8, from: 10, to: 12, account: "x" };
  trial.do({ type: "place_order", order: buyOf(later), now: trial.state.market.now });
  expect(start(trial)).toBe("gpu_limit_reached");
  const shorter = start(trial, { noticeAtLeast: SPOT });
  expect(eventsOf(shorter, "rental_started")).toHaveLength(1);
});

test("a rental is refused for the first of its reasons", () => {
  const trial = openedTrial();
  expect(start(trial, { account: "nobody" })).toBe("account_unknown");
  expect(start(trial, { gpus: gpus(4) })).toBe("gpus_not_whole_lots");
  expect(start(trial, { noticeAtLeast: FIRM })).toBe("notice_not_rentable");
  expect(start(trial, { budget: microUsd(0n) })).toBe("budget_not_positive");
  expect(start(trial, { budget: microUsd(1n) })).toBe("budget_too_small");
  expect(start(trial, { maxPrice: microUsdPerGpuHour(1n) })).toBe("no_supply_at_this_price");
  expect(start(trial, { gpus: gpus(40), fabric: "one" })).toBe("not_enough_in_one_fabric");
  expect(start(trial, { gpus: gpus(72) })).toBe("not_enough_gpus");
  drain(trial);
  expect(start(trial)).toBe("insufficient_credit");
  trial.do({
    type: "deposit",
    account: "x",
    amount: microUsd(9_000_000n),
    means: "manual",
    reference: "more",
  });
  const { id } = boughtIn(start(trial));
  expect(start(trial)).toBe("rental_id_repeated");
  const asked = { account: "x", now: at(0) };
  expect(trial.try({ type: "cancel_contract", contract: id, ...asked })).toBe("contract_rented");
  expect(trial.try({ type: "stop_rental", rental: "r", account: "y", now: at(0) })).toBe(
    "rental_unknown",
  );
  trial.do({ type: "stop_rental", rental: "r", ...asked });
  expect(trial.try({ type: "stop_rental", rental: "r", ...asked })).toBe("rental_already_ending");
});

function bid(trial: Trial, id: string, account: string, lots: number, limit: bigint) {
  const price = microUsdPerGpuHour(limit);
  const wanted = { id, account, pool: "p", gpus: gpus(8 * lots), limit: price };
  return trial.try({ type: "place_bid", bid: wanted, now: trial.state.market.now });
}

function clear(trial: Trial) {
  const { now } = trial.state.market;
  return trial.try({ type: "clear_spot", pool: "p", interval: minutes(5), now });
}

function clearing(trial: Trial) {
  const [cleared] = eventsOf(clear(trial), "spot_cleared");
  if (cleared === undefined) throw new Error("nothing was cleared");
  return cleared.clearing;
}

test("an interval of spot has one price: the highest bid that was turned away", () => {
  const trial = openedTrial();
  publish(trial, 24);
  bid(trial, "low", "x", 2, 600_000n);
  bid(trial, "high", "y", 2, 900_000n);
  bid(trial, "middle", "z", 1, 800_000n);
  expect(clear(trial)).toBe("too_early");
  trial.advance(at(2));
  const first = clearing(trial);
  expect(first.window).toEqual({ start: at(5), end: at(10) });
  expect(first.price).toBe(600_000n);
  expect(first.won.map((each) => each.bid)).toEqual(["high", "middle"]);
  expect(first.lost).toEqual([{ bid: "low", why: "outbid", until: null }]);
  expect(clear(trial)).toBe("already_cleared");
  for (const { contract } of first.won) expect(trial.contract(contract).price).toBe(600_000n);
});

test("who is outbid keeps what it has until its notice is over, and who stays stays where it is", () => {
  const trial = openedTrial();
  publish(trial, 16);
  bid(trial, "one", "x", 1, 600_000n);
  bid(trial, "two", "y", 1, 700_000n);
  trial.advance(at(3));
  const first = clearing(trial);
  expect(first.price).toBe(first.reserve);
  trial.advance(at(6));
  bid(trial, "three", "z", 1, 800_000n);
  trial.advance(at(8));
  const second = clearing(trial);
  expect(second.lost).toEqual([{ bid: "one", why: "outbid", until: at(10) }]);
  expect(at(10)).toBeGreaterThanOrEqual(trial.state.market.now + SPOT);
  const places = [first, second].map(({ won }) => {
    const id = won.find((each) => each.bid === "two")?.contract ?? "";
    return trial.contract(id).placements.map(({ fabric }) => fabric);
  });
  expect(places[0]).toEqual(places[1]);
});

test("a bid that cannot be paid, or is larger than the pool, neither wins nor sets the price", () => {
  const trial = openedTrial();
  publish(trial, 16);
  drain(trial);
  bid(trial, "poor", "x", 2, 950_000n);
  bid(trial, "huge", "y", 3, 990_000n);
  bid(trial, "plain", "z", 2, 900_000n);
  trial.advance(at(2));
  const { price, reserve, lost } = clearing(trial);
  expect(price).toBe(reserve);
  expect(lost.map(({ bid: id, why }) => [id, why])).toEqual([
    ["huge", "too_large"],
    ["poor", "credit_gone"],
  ]);
});

function shelved(trial: Trial, terms: object = {}): string {
  const order = buyOf({ id: "w", account: "x", notice: FIRM, gpus: 32 });
  const { id } = boughtIn(trial.do({ type: "place_order", order, now: at(0) }));
  const price = microUsdPerGpuHour(2_000_000n);
  const range = { shortest: minutes(30), longest: minutes(120), leastGpus: gpus(8) };
  const shelf = { id: "s", account: "x", contract: id, price, ...range, ...terms };
  trial.do({ type: "open_shelf", shelf, now: at(0) });
  return id;
}

function slice(trial: Trial, id: string, terms: object = {}) {
  const wanted = {
    id,
    account: "y",
    gpus: gpus(32),
    fabric: "any",
    start: null,
    duration: minutes(60),
    limit: microUsdPerGpuHour(2_000_000n),
    ...terms,
  } as const;
  return trial.try({ type: "rent_slice", shelf: "s", slice: wanted, now: trial.state.market.now });
}

test("slices of a shelf are rented one after the other, each at the shelf's price", () => {
  const trial = openedTrial();
  const whole = shelved(trial);
  const first = boughtIn(slice(trial, "one"));
  expect(first.promise.notice).toBe(FIRM);
  expect(slice(trial, "two")).toBe("no_supply");
  const second = boughtIn(slice(trial, "two", { start: at(60) }));
  expect(second.window).toEqual({ start: at(60), end: at(120) });
  trial.advance(at(60));
  for (const [contract, amount] of [
    [first.id, 32],
    [whole, 0],
  ] as const) {
    const reading = { contract, from: at(0), to: at(60), gpuMs: gpuMs(amount * 60 * MINUTE_MS) };
    trial.do({ type: "record_usage", reading });
  }
  // 32 GPU-hours at two dollars, less 2 % for the market; the owner gets one dollar.
  expect(trial.state.ledger.balance("liabilities:customers:x:payable")).toBe(62_720_000n);
  expect(trial.state.ledger.balance("revenues:pools:p:usage")).toBe(32_000_000n);
});

test("a shelf's figures follow what is sold", () => {
  const trial = openedTrial();
  shelved(trial);
  slice(trial, "one");
  const shelf = trial.state.rental.shelves.get("s")!;
  const figures = figuresOf(trial.state, shelf);
  expect(figures).toMatchObject({ cost: 128_000_000n, margin: -65_280_000n, utilisation: 250_000 });
  // 96 GPU-hours are left to bring 65.28 dollars after the fee.
  expect(figures.breakEven).toBe(693_878n);
});

test("bids of one account are bounded, and go when it is closed", () => {
  const trial = openedTrial();
  for (let index = 0; index < 100; index++) bid(trial, `b${index}`, "x", 1, 1n);
  expect(bid(trial, "last", "x", 1, 1n)).toBe("too_many_bids");
  close(trial);
  expect(trial.state.rental.bids.size).toBe(0);
});

test("a bid is refused for the first of its reasons", () => {
  const trial = openedTrial();
  expect(bid(trial, "b", "nobody", 1, 1n)).toBe("account_unknown");
  const unknown = { id: "b", account: "x", pool: "q", gpus: gpus(8), limit: DOLLAR };
  expect(trial.try({ type: "place_bid", bid: unknown, now: at(0) })).toBe("pool_unknown");
  expect(bid(trial, "b", "x", 0, 1n)).toBe("gpus_not_positive");
  expect(bid(trial, "b", "x", 1, 0n)).toBe("limit_not_positive");
  bid(trial, "b", "x", 1, 1n);
  expect(bid(trial, "b", "x", 1, 1n)).toBe("bid_id_repeated");
  const asked = { type: "withdraw_bid", bid: "b", now: at(0) } as const;
  expect(trial.try({ ...asked, account: "y" })).toBe("bid_unknown");
  trial.do({ ...asked, account: "x" });
  expect(trial.try({ ...asked, account: "x" })).toBe("bid_unknown");
});

test("a clearing is refused for the first of its reasons", () => {
  const trial = openedTrial();
  const asked = { type: "clear_spot", pool: "p", interval: minutes(5), now: at(0) } as const;
  expect(trial.try({ ...asked, pool: "q", interval: minutes(0) })).toBe("pool_unknown");
  expect(trial.try({ ...asked, interval: minutes(0) })).toBe("interval_not_whole_minutes");
  expect(trial.try({ ...asked, interval: durationMs(90_000) })).toBe("interval_not_whole_minutes");
  expect(trial.try({ ...asked, interval: minutes(241) })).toBe("interval_too_long");
  expect(trial.try(asked)).toBe("too_early");
});

test("each interval is cleared once, by whoever comes about every minute", () => {
  const trial = openedTrial();
  bid(trial, "b", "x", 1, 900_000n);
  const starts: number[] = [];
  for (let index = 1; index <= 40; index += 1) {
    trial.advance(epochMs(at(0) + index * 61_500));
    for (const { clearing: each } of eventsOf(clear(trial), "spot_cleared")) {
      starts.push((each.window.start - at(0)) / MINUTE_MS);
    }
  }
  expect(starts).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45]);
});

test("a limit on an account's GPUs holds for its bids together", () => {
  const trial = openedTrial();
  const account = trial.state.accounts.accounts.get("x")!;
  trial.do({ type: "change_account", account: { ...account, maxGpus: gpus(16) } });
  for (const id of ["a", "b", "c"]) bid(trial, id, "x", 1, 900_000n);
  trial.advance(at(2));
  const { won, lost } = clearing(trial);
  expect(won.map((each) => each.bid)).toEqual(["a", "b"]);
  expect(lost.map((each) => each.why)).toEqual(["gpu_limit_reached"]);
});

test("a contract is offered in the book or on a shelf, not in both", () => {
  const trial = openedTrial();
  const order = buyOf({ id: "w", account: "x", notice: FIRM, gpus: 32 });
  const { id } = boughtIn(trial.do({ type: "place_order", order, now: at(0) }));
  const listing = sellOf(id, { id: "l", account: "x", gpus: 8 });
  const range = { shortest: minutes(30), longest: minutes(120), leastGpus: gpus(8) };
  const shelf = { id: "s", account: "x", contract: id, price: DOLLAR, ...range };
  trial.do({ type: "place_order", order: listing, now: at(0) });
  const open = { type: "open_shelf", shelf, now: at(0) } as const;
  expect(trial.try(open)).toBe("contract_listed");
  trial.do({ type: "cancel_order", order: "l" });
  trial.do(open);
  const again = { type: "place_order", order: { ...listing, id: "m" }, now: at(0) } as const;
  expect(trial.try(again)).toBe("contract_on_shelf");
});

test("a shelf is refused for the first of its reasons", () => {
  const trial = openedTrial();
  const order = buyOf({ id: "w", account: "x", notice: FIRM, gpus: 32 });
  const { id } = boughtIn(trial.do({ type: "place_order", order, now: at(0) }));
  const rented = boughtIn(start(trial));
  const range = { shortest: minutes(30), longest: minutes(120), leastGpus: gpus(8) };
  const shelf = { id: "s", account: "x", contract: id, price: DOLLAR, ...range };
  const open = (terms: object) =>
    trial.try({ type: "open_shelf", shelf: { ...shelf, ...terms }, now: at(0) });
  expect(open({ account: "nobody" })).toBe("account_unknown");
  expect(open({ contract: rented.id })).toBe("contract_rented");
  expect(open({ account: "y" })).toBe("contract_unknown");
  expect(open({ price: microUsdPerGpuHour(0n) })).toBe("price_not_positive");
  expect(open({ shortest: durationMs(1) })).toBe("time_not_minute_aligned");
  expect(open({ shortest: minutes(0) })).toBe("duration_not_positive");
  expect(open({ longest: minutes(1) })).toBe("duration_range_reversed");
  expect(open({ leastGpus: gpus(0) })).toBe("gpus_not_positive");
  expect(open({ leastGpus: gpus(4) })).toBe("gpus_not_whole_lots");
  open({});
  expect(open({})).toBe("shelf_id_repeated");
  expect(open({ id: "t" })).toBe("contract_on_shelf");
  const close = { type: "close_shelf", shelf: "s", now: at(0) } as const;
  expect(trial.try({ ...close, account: "y" })).toBe("shelf_unknown");
});

test("the shelves that have a slice are found, cheapest first", () => {
  const trial = openedTrial();
  shelved(trial, { id: "dear", price: microUsdPerGpuHour(3_000_000n) });
  const order = buyOf({ id: "v", account: "z", notice: FIRM, gpus: 16 });
  const { id: contract } = boughtIn(trial.do({ type: "place_order", order, now: at(0) }));
  const range = { shortest: minutes(1), longest: minutes(240), leastGpus: gpus(8) };
  const shelf = { id: "cheap", account: "z", contract, price: DOLLAR, ...range };
  trial.do({ type: "open_shelf", shelf, now: at(0) });
  const found = (terms: object) => {
    const limit = microUsdPerGpuHour(3_000_000n);
    const asked = {
      id: "q",
      account: "y",
      gpus: gpus(8),
      start: null,
      duration: minutes(30),
      limit,
    };
    const wanted = { ...asked, sku: "H100", fabric: "any", ...terms } as const;
    return shelvesWith(trial.state.market, trial.state.rental, wanted, at(0)).map(({ id }) => id);
  };
  expect(found({})).toEqual(["cheap", "dear"]);
  expect(found({ gpus: gpus(24) })).toEqual(["dear"]);
  expect(found({ duration: minutes(20) })).toEqual(["cheap"]);
  expect(found({ account: "z", limit: DOLLAR })).toEqual([]);
  expect(found({ sku: "B200" })).toEqual([]);
});

test("a slice is refused for the first of its reasons", () => {
  const trial = openedTrial();
  const contract = shelved(trial, { leastGpus: gpus(16) });
  expect(slice(trial, "q", { account: "x" })).toBe("own_shelf");
  expect(slice(trial, "q", { gpus: gpus(4) })).toBe("gpus_not_whole_lots");
  expect(slice(trial, "q", { gpus: gpus(8) })).toBe("slice_too_few_gpus");
  expect(slice(trial, "q", { duration: minutes(29) })).toBe("slice_too_short");
  expect(slice(trial, "q", { duration: minutes(121) })).toBe("slice_too_long");
  expect(slice(trial, "q", { limit: DOLLAR })).toBe("no_supply_at_this_price");
  expect(slice(trial, "q", { gpus: gpus(40) })).toBe("not_enough_gpus");
  expect(trial.try({ type: "cancel_contract", contract, account: "x", now: at(0) })).toBe(
    "contract_on_shelf",
  );
  trial.do({ type: "close_shelf", shelf: "s", account: "x", now: at(0) });
  expect(slice(trial, "q")).toBe("shelf_unknown");
});

test("a shelf is over when its contract is", () => {
  const trial = openedTrial();
  shelved(trial);
  trial.advance(at(240));
  expect(renew(trial)).toEqual([{ type: "shelf_closed", shelf: "s", why: "over" }]);
});

test("a recall of a rental takes at most its last minutes, and it ends", () => {
  const trial = openedTrial();
  const { id } = boughtIn(start(trial));
  const takings = [takingOf(id, { fabric: trial.contract(id).placements[0]!.fabric, until: 17 })];
  const recall = { recall: "q", pool: "p", now: at(0), reason: "owner", takings } as const;
  trial.do({ type: "give_recall", ...recall, due: at(15) });
  run(trial, 2);
  expect(rental(trial)?.ending).toBe("taken_back");
});
