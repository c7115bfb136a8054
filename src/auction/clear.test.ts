import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY, fromSteps, rectangle } from "../schedule/schedule.ts";
import { HOUR_MS, durationMs, gpus } from "../units.ts";
import {
  DAY,
  LOT,
  anyOffers,
  anyOrders,
  at,
  cents,
  during,
  offerOf,
  orderOf,
} from "./auction.test-data.ts";
import { checkOutcome } from "./check-outcome.ts";
import { clearAuction } from "./clear.ts";
import { optimum } from "./exhaustive.test-data.ts";
import { formulate } from "./problem.ts";
import { greedy, solve } from "./solve.ts";

const EFFORT = { priceRounds: 60, changes: 300, seed: 1 };
/** A point is a micro-dollar for eight GPUs for an hour. */
const POINT = 8n;
const TWO_LOTS = orderOf("x", { gpus: gpus(2 * LOT) });

test("a lone order pays the reserve", () => {
  const { fills, worth } = clearAuction(DAY, [offerOf("a")], [orderOf("x")], EFFORT);
  expect(fills).toEqual([
    { order: "x", window: during(0, 1), pieces: [{ offer: "a", gpus: LOT, price: cents(100) }] },
  ]);
  expect(worth).toBe(8_000_000n);
});

test("the buyer who wins a contested hour pays what the other would have, or more, and no more than its limit", () => {
  const orders = [orderOf("high", { limit: cents(300) }), orderOf("low", { limit: cents(200) })];
  const { fills, bound, worth } = clearAuction(DAY, [offerOf("a")], orders, EFFORT);
  expect(fills.map(({ order }) => order)).toEqual(["high"]);
  const price = fills[0]?.pieces[0]?.price ?? 0n;
  expect(price).toBeGreaterThanOrEqual(cents(200) - 20_000n);
  expect(price).toBeLessThanOrEqual(cents(300));
  expect(bound - worth).toBeLessThan(worth / 100n);
});

test("a flexible order makes way for one that is not", () => {
  const flexible = orderOf("flexible", {
    limit: cents(300),
    start: { earliest: at(0), latest: at(1) },
  });
  const { fills } = clearAuction(DAY, [offerOf("a")], [flexible, orderOf("fixed")], EFFORT);
  expect(fills.map(({ order, window }) => [order, window])).toEqual([
    ["fixed", during(0, 1)],
    ["flexible", during(1, 2)],
  ]);
});

test("two small orders beat a large one with a better price that is worth less", () => {
  const free = rectangle(DAY.window, gpus(3 * LOT));
  const large = orderOf("large", { gpus: gpus(2 * LOT), limit: cents(310) });
  const wide = orderOf("wide", { gpus: gpus(3 * LOT), limit: cents(300) });
  const { fills } = clearAuction(DAY, [offerOf("a", { free })], [large, wide], EFFORT);
  expect(fills.map(({ order }) => order)).toEqual(["wide"]);
});

test("a block that wants one fabric is not spread over two, and one that takes any is", () => {
  const offers = [offerOf("a"), offerOf("b")];
  expect(clearAuction(DAY, offers, [TWO_LOTS], EFFORT).fills).toEqual([]);
  const [fill] = clearAuction(DAY, offers, [{ ...TWO_LOTS, fabric: "any" }], EFFORT).fills;
  expect(fill?.pieces.map(({ offer, gpus }) => [offer, gpus])).toEqual([
    ["a", LOT],
    ["b", LOT],
  ]);
});

test("two sellers serve a block together, and the dearer one's reserve is about what both get", () => {
  const offers = [
    offerOf("owner", { fabric: "f" }),
    offerOf("resale", { fabric: "f", account: "reseller", reserve: cents(150) }),
  ];
  const [fill] = clearAuction(DAY, offers, [orderOf("x", { gpus: gpus(2 * LOT) })], EFFORT).fills;
  expect(fill?.pieces.map(({ offer, gpus }) => [offer, gpus])).toEqual([
    ["owner", LOT],
    ["resale", LOT],
  ]);
  const [owner, resale] = fill?.pieces.map(({ price }) => price) ?? [];
  expect(resale).toBe(cents(150));
  expect(owner).toBeGreaterThan(cents(140));
  expect(owner).toBeLessThanOrEqual(cents(150));
});

test("a partial order takes what there is for its whole duration, and its own limit is the price where it wanted more", () => {
  const free = fromSteps([
    { at: at(0), gpus: gpus(3 * LOT) },
    { at: at(1), gpus: gpus(2 * LOT) },
    { at: at(2), gpus: gpus(0) },
  ]);
  const order = orderOf("x", {
    gpus: gpus(5 * LOT),
    duration: durationMs(2 * HOUR_MS),
    fill: "partial",
  });
  const [fill] = clearAuction(DAY, [offerOf("a", { free })], [order], EFFORT).fills;
  expect(fill?.pieces).toEqual([{ offer: "a", gpus: gpus(2 * LOT), price: cents(200) }]);
});

test("nobody buys its own listing, or below the reserve", () => {
  const own = offerOf("own", { account: "account of x" });
  const dear = offerOf("dear", { reserve: cents(201) });
  expect(clearAuction(DAY, [own, dear], [orderOf("x")], EFFORT).fills).toEqual([]);
});

test("an auction without orders, offers or free GPUs has an outcome without fills", () => {
  expect(clearAuction(DAY, [], [orderOf("x")]).fills).toEqual([]);
  expect(clearAuction(DAY, [offerOf("a")], []).worth).toBe(0n);
  expect(clearAuction(DAY, [offerOf("a", { free: EMPTY })], [orderOf("x")]).bound).toBe(0n);
});

test("a slot has what is free throughout it, in whole lots", () => {
  const halfHour = at(0.5);
  const free = fromSteps([
    { at: at(0), gpus: gpus(20) },
    { at: halfHour, gpus: gpus(12) },
  ]);
  expect([...formulate(DAY, [offerOf("a", { free })], []).free]).toEqual([1, 1, 1, 1, 1, 1]);
});

test("every outcome keeps the promises that the checker knows", () => {
  fc.assert(
    fc.property(anyOffers, anyOrders(12), (offers, orders) => {
      const outcome = clearAuction(DAY, offers, orders, EFFORT);
      expect(checkOutcome(DAY, offers, orders, outcome)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("the worth is that of the fills, and the clearing prices bound it", () => {
  fc.assert(
    fc.property(anyOffers, anyOrders(8), (offers, orders) => {
      const { fills, worth, bound } = clearAuction(DAY, offers, orders, EFFORT);
      const limits = new Map(orders.map(({ id, limit }) => [id, limit]));
      const reserves = new Map(offers.map(({ id, reserve }) => [id, reserve]));
      const parts = fills.flatMap(({ order, window, pieces }) =>
        pieces.map(({ offer, gpus }) => {
          const margin = (limits.get(order) ?? 0n) - (reserves.get(offer) ?? 0n);
          return margin * BigInt(gpus) * BigInt((window.end - window.start) / HOUR_MS);
        }),
      );
      expect(worth).toBe(parts.reduce((sum, part) => sum + part, 0n));
      expect(bound).toBeGreaterThanOrEqual(worth);
    }),
    { numRuns: 200 },
  );
});

test("the orders' and the offers' order changes nothing", () => {
  const shuffled = fc.tuple(anyOffers, anyOrders(8)).chain(([offers, orders]) =>
    fc.record({
      offers: fc.constant(offers),
      orders: fc.constant(orders),
      otherOffers: fc.shuffledSubarray(offers, { minLength: offers.length }),
      otherOrders: fc.shuffledSubarray(orders, { minLength: orders.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ offers, orders, otherOffers, otherOrders }) => {
      const outcome = clearAuction(DAY, offers, orders, EFFORT);
      expect(clearAuction(DAY, otherOffers, otherOrders, EFFORT)).toEqual(outcome);
    }),
    { numRuns: 100 },
  );
});

test("beside every way to fill a few orders: never worth more, the bound never less, nearly always the same", () => {
  let [missed, total] = [0, 0];
  fc.assert(
    fc.property(anyOffers, anyOrders(4), (offers, orders) => {
      const best = optimum(DAY, offers, orders);
      const { allocation, prices } = solve(formulate(DAY, offers, orders), EFFORT);
      expect(allocation.worth).toBeLessThanOrEqual(best);
      expect(prices.bound).toBeGreaterThanOrEqual(best);
      missed += best - allocation.worth;
      total += best;
    }),
    { numRuns: 150, seed: 1 },
  );
  expect(missed / total).toBeLessThan(0.005);
});

test("the search is never worse than placing by price alone", () => {
  fc.assert(
    fc.property(anyOffers, anyOrders(12), (offers, orders) => {
      const problem = formulate(DAY, offers, orders);
      const { worth } = solve(problem, EFFORT).allocation;
      expect(worth).toBeGreaterThanOrEqual(greedy(problem).worth);
    }),
    { numRuns: 100 },
  );
});

test("worth and bound are in micro-dollars", () => {
  const orders = [orderOf("x", { limit: cents(101) })];
  const { worth } = clearAuction(DAY, [offerOf("a")], orders, EFFORT);
  expect(worth).toBe(10_000n * POINT);
});
