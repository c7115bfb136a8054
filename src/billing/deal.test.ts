import { expect, test } from "vitest";
import { at, span } from "../recall/recall.test-data.ts";
import { gpuMs, gpus, HOUR_MS, MINUTE_MS, ppm } from "../units.ts";
import { ahead, cutDeal, endDeal, highestCost, holderOf, splitDeal } from "./deal.ts";
import { dealOf, heldByOf, readingOf, TERMS, termsAt } from "./deals.test-data.ts";
import { meter } from "./meter.ts";

const HOUR = gpuMs(HOUR_MS);

test("the highest cost is the price and the tax on it, each rounded down", () => {
  const { price } = termsAt(1_000_003n);
  expect(highestCost(price, HOUR, ppm(190_000))).toBe(1_000_003n + 190_000n);
  expect(highestCost(price, gpuMs(HOUR_MS / 2), ppm(0))).toBe(500_001n);
  expect(highestCost(price, gpuMs(0), ppm(190_000))).toBe(0n);
});

test("a sale holds what all of it costs, and pays the owner", () => {
  const deal = dealOf();
  expect(ahead(deal)).toBe(8 * 4 * HOUR_MS);
  const held = highestCost(TERMS.price, ahead(deal), TERMS.taxRate);
  expect(deal.links).toMatchObject([{ payer: "buyer", payee: null, held, billed: 0n }]);
});

test("what is taken is held for no longer; what was delivered stays billed", () => {
  const { deal } = meter(dealOf(), readingOf(0, 60, 480));
  const cut = cutDeal(deal, span(60, 240), gpus(4));
  expect(cut.links[0].held).toBe(dealOf(TERMS, { from: 60, gpus: 4 }).links[0].held);
  expect(cut.links[0].billed).toBe(deal.links[0].billed);
  expect(ahead(cutDeal(cut, span(60, 240), gpus(4)))).toBe(0);
});

test("a deal that ends at its end or later is as it was; one that ends sooner has nothing then", () => {
  const deal = dealOf();
  expect(endDeal(deal, at(240))).toBe(deal);
  const ended = endDeal(cutDeal(deal, span(30, 50), gpus(3)), at(40));
  expect(ahead(ended)).toBe((8 * 30 + 5 * 10) * MINUTE_MS);
  expect(ahead(endDeal(deal, at(0)))).toBe(0);
  expect(endDeal(deal, at(0)).links[0].held).toBe(0n);
});

test("a part is paid for by everyone before its holder, each to the one before", () => {
  const first = splitDeal(dealOf(), heldByOf("b", { id: "d", from: 60, gpus: 4 }), termsAt(3n));
  const { rest, part } = splitDeal(
    first.part,
    heldByOf("c", { id: "e", from: 120, to: 180, gpus: 4 }),
    termsAt(5n),
  );
  const who = [
    ["buyer", null],
    ["b", "buyer"],
    ["c", "b"],
  ];
  expect(part.links.map(({ payer, payee }) => [payer, payee])).toEqual(who);
  expect(rest.links.map(({ payer, payee }) => [payer, payee])).toEqual(who.slice(0, 2));
  expect([holderOf(first.rest), holderOf(rest), holderOf(part)]).toEqual(["buyer", "b", "c"]);
  expect(part.links.map(({ price }) => price)).toEqual([1_000_001n, 3n, 5n]);
  expect([part.contract, part.end, part.meteredUntil]).toEqual(["e", at(180), at(120)]);
  const left = [first.rest, rest, part].reduce((sum, deal) => sum + ahead(deal), 0);
  expect(left).toBe(ahead(dealOf()));
});

test("a part begins unmetered, and says the whole's share for failures", () => {
  const { deal } = meter(dealOf(), readingOf(0, 60, 470));
  const { rest, part } = splitDeal(deal, heldByOf("b", { id: "d", from: 60 }), TERMS);
  expect(part).toMatchObject({ delivered: 0, failed: 0, slaRate: deal.slaRate });
  expect(part.links[0]).toMatchObject({ billed: 0n, taxed: 0n, fees: 0n });
  expect(rest).toMatchObject({ delivered: deal.delivered, failed: deal.failed });
  expect(ahead(rest)).toBe(0);
});

test("taking more than is held, or what was metered, is a bug", () => {
  const { deal } = meter(dealOf(), readingOf(0, 60, 480));
  expect(() => cutDeal(deal, span(60, 61), gpus(9))).toThrow("no more than it holds");
  expect(() => cutDeal(deal, span(59, 61), gpus(1))).toThrow("what was metered is not cut");
  const early = heldByOf("b", { id: "d", from: 59 });
  expect(() => splitDeal(deal, early, TERMS)).toThrow("what was metered is not resold");
  const much = heldByOf("b", { id: "d", from: 60, gpus: 9 });
  expect(() => splitDeal(deal, much, TERMS)).toThrow("within what it holds");
});
