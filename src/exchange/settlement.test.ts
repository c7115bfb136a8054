import { expect, test } from "vitest";
import type { OrderDraft } from "../market/market.test-data.ts";
import { buyOf, sellOf, takingOf } from "../market/market.test-data.ts";
import { at, QUARTER } from "../recall/recall.test-data.ts";
import { gpuMs, microUsdPerGpuHour, MINUTE_MS, ppm } from "../units.ts";
import { boughtIn, eventsOf, openedTrial, publish } from "./trial.test-data.ts";
import type { Trial } from "./trial.test-data.ts";

const REVENUE = "revenues:pools:p:usage";

function buy(trial: Trial, draft: OrderDraft) {
  const order = buyOf({ account: "x", notice: QUARTER, ...draft });
  return boughtIn(trial.do({ type: "place_order", order, now: trial.state.market.now }));
}

/** x lists a part of the contract, and y buys it at that price, for the pool has nothing left to sell. */
function resell(trial: Trial, contract: string, draft: Omit<OrderDraft, "id">, price: bigint) {
  const now = trial.state.market.now;
  publish(trial, 0);
  const listing = sellOf(contract, { id: "l", account: "x", ...draft, limit: price });
  trial.do({ type: "place_order", order: listing, now });
  const limit = microUsdPerGpuHour(price);
  return buy(trial, { id: "r", account: "y", ...draft, terms: { limit } });
}

function meter(trial: Trial, contract: string, to: number, gpuMinutes: number): void {
  const from = trial.state.deals.get(contract)?.meteredUntil ?? at(0);
  const amount = gpuMs(gpuMinutes * MINUTE_MS);
  const reading = { contract, from, to: at(to), gpuMs: amount };
  trial.do({ type: "record_usage", reading });
}

function recall(
  trial: Trial,
  contract: string,
  due: number,
  draft: Parameters<typeof takingOf>[1],
) {
  const { fabric } = trial.contract(contract).placements[0] ?? { fabric: "a" };
  const takings = [takingOf(contract, { fabric, ...draft })];
  const now = trial.state.market.now;
  const what = { recall: "q", pool: "p", now, reason: "owner", takings } as const;
  return trial.do({ type: "give_recall", ...what, due: at(due) });
}

function breach(trial: Trial, contract: string, minute: number, until: number): void {
  const { fabric } = trial.contract(contract).placements[0] ?? { fabric: "a" };
  const takings = [takingOf(contract, { fabric, until })];
  const now = trial.state.market.now;
  trial.do({ type: "breach", pool: "p", now, at: at(minute), takings });
}

function interrupt(trial: Trial): void {
  trial.do({ type: "interrupt", pool: "p", now: trial.state.market.now });
}

function balance(trial: Trial, account: string): bigint {
  return trial.state.ledger.balance(account);
}

test("a contract is held for at its sale, billed as it is delivered, and outlives its end until all is metered", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 60 });
  // Eight GPU-hours at 60 cents, with 19 % tax.
  expect(trial.held("x")).toBe(5_712_000n);
  trial.advance(at(90));
  expect(trial.state.deals.has(id)).toBe(true);
  meter(trial, id, 30, 240);
  expect([trial.held("x"), balance(trial, REVENUE)]).toEqual([2_856_000n, 2_400_000n]);
  meter(trial, id, 60, 240);
  expect([trial.held("x"), balance(trial, REVENUE)]).toEqual([0n, 4_800_000n]);
  expect(balance(trial, "liabilities:tax")).toBe(912_000n);
  expect(trial.state.deals.has(id)).toBe(false);
});

test("an undelivered half is not billed, credited besides, and held no longer", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 60 });
  trial.advance(at(60));
  meter(trial, id, 60, 240);
  // All of its price: that share is the policy's for breaches.
  expect(balance(trial, "expenses:pools:p:failures")).toBe(2_400_000n);
  expect(trial.held("x")).toBe(0n);
  expect(trial.credit("x")).toBe(1_000_000_000n - 2_856_000n + 2_400_000n);
});

test("money for what falls due is moved at the time to which the market advances", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  recall(trial, id, 60, {});
  const [settled] = eventsOf(trial.advance(at(61)), "settled");
  expect(settled?.transaction?.at).toBe(at(61));
});

test("a recall releases what it takes at the hand-over, and compensates the holder", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  const held = trial.held("x");
  recall(trial, id, 60, {});
  expect(trial.held("x")).toBe(held);
  trial.advance(at(60));
  expect(trial.held("x")).toBe(held / 4n);
  // A tenth of three hours of eight GPUs at 60 cents.
  expect(balance(trial, "expenses:pools:p:compensation")).toBe(1_440_000n);
  meter(trial, id, 60, 480);
  expect(trial.state.deals.has(id)).toBe(false);
});

test("a recall that is withdrawn moves nothing", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  const before = trial.state.ledger.transactions;
  recall(trial, id, 60, {});
  trial.do({ type: "withdraw_recall", recall: "q", now: at(0) });
  trial.advance(at(60));
  expect(trial.state.ledger.transactions).toBe(before);
});

test("a breach is credited at once, to whoever holds the part", () => {
  const trial = openedTrial();
  const whole = buy(trial, { id: "a", from: 0, to: 240 });
  const part = resell(trial, whole.id, { from: 60, to: 120 }, 2_000_000n);
  const before = trial.credit("y");
  breach(trial, part.id, 60, 120);
  // At the owner's price; besides, what was held at its own comes back.
  expect(balance(trial, "expenses:pools:p:breaches")).toBe(4_800_000n);
  expect(trial.credit("y") - before).toBe(4_800_000n + 19_040_000n);
  expect(trial.state.deals.has(part.id)).toBe(false);
});

test("whoever resells pays the owner and is paid by the buyer, less a fee", () => {
  const trial = openedTrial();
  const whole = buy(trial, { id: "a", from: 0, to: 240 });
  const part = resell(trial, whole.id, { from: 60, to: 120 }, 2_000_000n);
  trial.advance(at(240));
  meter(trial, part.id, 120, 480);
  expect(balance(trial, REVENUE)).toBe(4_800_000n);
  expect(balance(trial, "liabilities:customers:x:payable")).toBe(15_680_000n);
  expect(balance(trial, "revenues:fees")).toBe(320_000n);
  expect(trial.held("y")).toBe(0n);
  meter(trial, whole.id, 240, 8 * 180);
  expect(trial.held("x")).toBe(0n);
});

test("a fee is that of the day of the sale", () => {
  const trial = openedTrial();
  const whole = buy(trial, { id: "a", from: 0, to: 240 });
  const part = resell(trial, whole.id, { from: 60, to: 120 }, 2_000_000n);
  const fees = { sale: ppm(500_000), resale: ppm(500_000), cancellation: ppm(0) };
  trial.do({ type: "set_fees", fees });
  trial.advance(at(120));
  meter(trial, part.id, 120, 480);
  expect(balance(trial, "revenues:fees")).toBe(320_000n);
});

test("what an outage ends is neither billed nor credited from the next minute on", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  trial.advance(at(30));
  interrupt(trial);
  meter(trial, id, 30, 240);
  expect(trial.state.deals.has(id)).toBe(false);
  expect([trial.held("x"), balance(trial, REVENUE)]).toEqual([0n, 2_400_000n]);
  expect(balance(trial, "expenses:pools:p:failures")).toBe(0n);
});

test("a recall of what an outage has ended before is neither handed over nor paid for", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  recall(trial, id, 60, {});
  interrupt(trial);
  expect(trial.state.deals.has(id)).toBe(false);
  const handed = eventsOf(trial.advance(at(60)), "recall_handed_over");
  expect(handed.map(({ recall: { cuts } }) => cuts)).toEqual([[]]);
  expect(balance(trial, "expenses:pools:p:compensation")).toBe(0n);
  trial.advance(at(240));
  expect(trial.held("x")).toBe(0n);
});

test("a contract of which all is taken before it begins closes at once, and its end changes nothing", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 60, to: 240 });
  breach(trial, id, 60, 240);
  expect([trial.state.deals.has(id), trial.held("x")]).toEqual([false, 0n]);
  interrupt(trial);
  const ended = eventsOf(trial.advance(at(240)), "contract_ended");
  expect(ended).toMatchObject([{ contract: id, delivered: 0 }]);
  const reading = { contract: id, from: at(60), to: at(70), gpuMs: gpuMs(0) };
  expect(trial.try({ type: "record_usage", reading })).toBe("contract_not_metered");
});

test("a deal stays open while a recall is pending of all that it still has, even where the rest is sold", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  recall(trial, id, 120, {});
  const part = resell(trial, id, { from: 0, to: 120 }, 1_000_000n);
  expect(trial.state.deals.has(id)).toBe(true);
  // The market knows of nothing that the seller still holds; the recall may yet be withdrawn.
  interrupt(trial);
  expect(trial.state.deals.has(part.id)).toBe(false);
  trial.advance(at(120));
  expect(balance(trial, "expenses:pools:p:compensation")).toBe(960_000n);
  expect([trial.state.deals.size, trial.held("x"), trial.held("y")]).toEqual([0, 0n, 0n]);
});

test("two recalls that are handed over together, of a contract that a breach has cut between, close it once", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 240 });
  recall(trial, id, 120, { until: 240 });
  const { fabric } = trial.contract(id).placements[0] ?? { fabric: "a" };
  const takings = [takingOf(id, { fabric, until: 120 })];
  const more = { recall: "q2", pool: "p", now: at(0), reason: "owner", takings } as const;
  trial.do({ type: "give_recall", ...more, due: at(60) });
  breach(trial, id, 30, 60);
  const [settled] = eventsOf(trial.advance(at(130)), "settled");
  expect(settled?.closed).toEqual([]);
  meter(trial, id, 30, 240);
  expect([trial.state.deals.has(id), trial.held("x")]).toEqual([false, 0n]);
});

test("a reading is billed once, however often and in whatever pieces it comes again", () => {
  const trial = openedTrial();
  const { id } = buy(trial, { id: "a", from: 0, to: 60 });
  trial.advance(at(30));
  meter(trial, id, 20, 160);
  const amount = gpuMs(8 * MINUTE_MS);
  const pieces = [
    [0, 20, "already_metered"],
    [0, 1, "already_metered"],
    [19, 21, "metered_in_part"],
    [21, 22, "meter_gap"],
  ] as const;
  for (const [from, to, refusal] of pieces) {
    const reading = { contract: id, from: at(from), to: at(to), gpuMs: amount };
    expect(trial.try({ type: "record_usage", reading })).toBe(refusal);
  }
  expect(balance(trial, REVENUE)).toBe(1_600_000n);
});
