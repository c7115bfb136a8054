import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buyOf, sellOf } from "../market/market.test-data.ts";
import { at, QUARTER } from "../recall/recall.test-data.ts";
import { epochMs, FIRM, gpuMs, microUsdPerGpuHour, MINUTE_MS, ppm } from "../units.ts";
import { cancellationQuote } from "./decide-holder.ts";
import type { Trial } from "./trial.test-data.ts";
import { boughtIn, eventsOf, openedTrial } from "./trial.test-data.ts";

const FIRM_PRICE = microUsdPerGpuHour(1_000_000n);

function buy(trial: Trial, id: string, terms: object = {}) {
  const order = buyOf({ id, account: "x", notice: FIRM, ...terms });
  return boughtIn(trial.do({ type: "place_order", order, now: trial.state.market.now }));
}

function cancel(trial: Trial, contract: string, account = "x") {
  const { now } = trial.state.market;
  return trial.try({ type: "cancel_contract", contract, account, now });
}

test("who cancels pays a fifth of what is left, with tax, and gets the rest back at once", () => {
  const trial = openedTrial();
  const { id } = buy(trial, "o", { to: 60 });
  // Eight GPUs for an hour at a dollar, and 19 % tax.
  expect(trial.held("x")).toBe(9_520_000n);
  trial.advance(at(30));
  const asked = { contract: id, account: "x", now: at(30) };
  const quote = cancellationQuote(trial.state, asked);
  expect(quote).toEqual({
    at: at(30),
    left: 8 * 30 * MINUTE_MS,
    fee: 800_000n,
    tax: 152_000n,
    refund: 3_808_000n,
  });
  const before = trial.credit("x");
  cancel(trial, id);
  expect(trial.credit("x") - before).toBe(3_808_000n);
  // What was held before is metered later, and still held for.
  expect(trial.held("x")).toBe(4_760_000n);
  const reading = { contract: id, from: at(0), to: at(30), gpuMs: gpuMs(8 * 30 * MINUTE_MS) };
  trial.do({ type: "record_usage", reading });
  expect(trial.held("x")).toBe(0n);
  expect(trial.state.ledger.balance("revenues:pools:p:usage")).toBe(4_800_000n);
  expect(trial.state.deals.size).toBe(0);
});

test("a cancellation costs what was agreed at the sale, whatever the owner takes now", () => {
  const trial = openedTrial();
  const { id } = buy(trial, "o", { to: 60 });
  const asked = { contract: id, account: "x", now: at(0) };
  const quote = cancellationQuote(trial.state, asked);
  expect(quote).toMatchObject({ fee: 1_600_000n });
  const fees = { sale: ppm(0), resale: ppm(20_000), cancellation: ppm(1_000_000) };
  trial.do({ type: "set_fees", fees });
  expect(cancellationQuote(trial.state, asked)).toEqual(quote);
  cancel(trial, id);
  expect(trial.state.ledger.balance("revenues:pools:p:usage")).toBe(1_600_000n);
  const later = buy(trial, "later", { to: 60 });
  const dear = cancellationQuote(trial.state, { ...asked, contract: later.id });
  expect(dear).toMatchObject({ fee: 8_000_000n });
});

test("a part that was bought from a holder cannot be cancelled, and what is left of the whole can", () => {
  const trial = openedTrial();
  const whole = buy(trial, "o", { gpus: 64 });
  const order = sellOf(whole.id, { id: "s", account: "x" });
  trial.do({ type: "place_order", order, now: at(0) });
  const part = boughtIn(
    trial.do({ type: "place_order", order: buyOf({ id: "b", account: "y" }), now: at(0) }),
  );
  expect(cancel(trial, part.id, "y")).toBe("bought_from_holder");
  expect(eventsOf(cancel(trial, whole.id), "contract_cancelled")).toHaveLength(1);
  trial.advance(at(240));
  const amount = gpuMs(8 * 240 * MINUTE_MS);
  trial.do({
    type: "record_usage",
    reading: { contract: part.id, from: at(0), to: at(240), gpuMs: amount },
  });
  expect(trial.held("x") + trial.held("y")).toBe(0n);
});

test("a cancellation pays what its quote said, whenever it comes and whatever is metered", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 59 * 60_000 }),
      fc.integer({ min: 0, max: 100 }),
      fc.bigInt({ min: 1n, max: 9_999_999n }),
      (elapsed, metered, price) => {
        const trial = openedTrial();
        const { id } = buy(trial, "o", { to: 60, notice: QUARTER, limit: 1_000_000n + price });
        const now = epochMs(at(0) + elapsed);
        trial.advance(now);
        const to = epochMs(at(0) + Math.floor((elapsed * metered) / 100));
        if (to > at(0)) {
          const reading = { contract: id, from: at(0), to, gpuMs: gpuMs(8 * (to - at(0))) };
          trial.do({ type: "record_usage", reading });
        }
        const quote = cancellationQuote(trial.state, { contract: id, account: "x", now });
        const before = trial.credit("x");
        const done = cancel(trial, id);
        if (typeof quote === "string") return expect(done).toBe(quote);
        expect(trial.credit("x") - before).toBe(quote.refund);
      },
    ),
    { numRuns: 60 },
  );
});

test("an extension costs like an order, and says which contract it follows", () => {
  const trial = openedTrial();
  const { id } = buy(trial, "o", { to: 60 });
  const asked = { contract: id, account: "x", order: "n", until: at(120), now: at(0) };
  const done = trial.do({ type: "extend_contract", ...asked, limit: FIRM_PRICE });
  const next = boughtIn(done);
  expect(eventsOf(done, "contract_followed")).toEqual([
    { type: "contract_followed", contract: id, by: next.id },
  ]);
  expect(trial.held("x")).toBe(2n * 9_520_000n);
});

test("an extension is refused for the account's reasons, then the market's, then the money", () => {
  const trial = openedTrial();
  const { id } = buy(trial, "o", { to: 60, gpus: 64 });
  const asked = { type: "extend_contract", contract: id, account: "x", order: "n" } as const;
  const extend = (terms: object) =>
    trial.try({ ...asked, until: at(300), limit: FIRM_PRICE, now: at(0), ...terms });
  expect(extend({ account: "y" })).toBe("contract_unknown");
  trial.do({ type: "require_terms", version: "2" });
  expect(extend({})).toBe("terms_not_accepted");
  trial.do({ type: "accept_terms", account: "x", version: "2", now: at(0) });
  expect(extend({ until: at(60) })).toBe("duration_not_positive");
  const amount = trial.state.ledger.balance("liabilities:customers:x:credit");
  trial.do({ type: "pay_out", account: "x", amount, means: "manual", reference: "out" });
  expect(extend({})).toBe("insufficient_credit");
});
