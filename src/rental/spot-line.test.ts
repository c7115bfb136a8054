import * as fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "../recall/recall.test-data.ts";
import { gpus, microUsdPerGpuHour } from "../units.ts";
import type { LineTerms } from "./spot-line.ts";
import { serve } from "./spot-line.ts";
import type { SpotBid } from "./state.ts";

function bidOf(id: string, lots: number, limit: number, terms: Partial<SpotBid> = {}): SpotBid {
  return {
    id,
    account: id,
    pool: "p",
    gpus: gpus(8 * lots),
    limit: microUsdPerGpuHour(BigInt(limit)),
    placed: at(0),
    contract: null,
    until: null,
    ...terms,
  };
}

function termsOf(lots: number, reserve = 1): LineTerms {
  return {
    room: gpus(8 * lots),
    reserve: microUsdPerGpuHour(BigInt(reserve)),
    start: at(5),
    barred: () => null,
  };
}

function winners(bids: readonly SpotBid[], terms: LineTerms): string[] {
  return serve(bids, terms).won.map(({ id }) => id);
}

test("where all fit, they pay the reserve", () => {
  expect(serve([bidOf("a", 1, 9), bidOf("b", 1, 7)], termsOf(2, 3)).price).toBe(3n);
});

test("at the same limit who has it keeps it, then who bid first, then by id", () => {
  const running = bidOf("running", 1, 5, { until: at(5), placed: at(3) });
  const early = bidOf("early", 1, 5, { placed: at(1) });
  const [b, a] = [bidOf("b", 1, 5, { placed: at(2) }), bidOf("a", 1, 5, { placed: at(2) })];
  expect(winners([b, a, early, running], termsOf(4))).toEqual(["running", "early", "a", "b"]);
});

test("a bid too large for what is left is passed over, and no winner pays more than its limit", () => {
  const { won, price } = serve([bidOf("a", 2, 9), bidOf("b", 2, 8), bidOf("c", 1, 7)], termsOf(3));
  expect(won.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(price).toBe(7n);
});

function onlyB({ id }: SpotBid): "credit_gone" | null {
  return id === "b" ? "credit_gone" : null;
}

test("who may not buy does not set the price", () => {
  const bids = [bidOf("a", 1, 9), bidOf("b", 1, 8), bidOf("c", 1, 7)];
  expect(serve(bids, { ...termsOf(1), barred: onlyB }).price).toBe(7n);
});

const anyBid = fc.record({
  lots: fc.integer({ min: 1, max: 6 }),
  limit: fc.integer({ min: 1, max: 9 }),
  placed: fc.integer({ min: 0, max: 3 }),
  runs: fc.boolean(),
});

test("whoever bids, the line is served by its rules, and in whatever order the bids came", () => {
  let contested = 0;
  fc.assert(
    fc.property(
      fc.array(anyBid, { maxLength: 12 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      (drawn, room, reserve) => {
        const bids = drawn.map(({ lots, limit, placed, runs }, index) => {
          const until = runs ? at(5) : null;
          return bidOf(`b${index}`, lots, limit, { placed: at(placed), until });
        });
        const terms = termsOf(room, reserve);
        const { won, lost, price } = serve(bids, terms);
        const used = won.reduce((sum, bid) => sum + bid.gpus, 0);
        expect(used).toBeLessThanOrEqual(terms.room);
        expect(won.length + lost.length).toBe(bids.length);
        expect(won.every(({ limit }) => limit >= price)).toBe(true);
        expect(price).toBeGreaterThanOrEqual(terms.reserve);
        for (const { bid, why } of lost) {
          // Who lost and would have paid more than everyone else who won was too large for what was left.
          if (why !== "outbid") continue;
          contested += 1;
          const ahead = won.filter((each) => each.limit >= bid.limit);
          const taken = ahead.reduce((sum, each) => sum + each.gpus, 0);
          expect(taken + bid.gpus).toBeGreaterThan(terms.room);
        }
        expect(serve(bids.toReversed(), terms)).toEqual({ won, lost, price });
      },
    ),
    { numRuns: 500 },
  );
  expect(contested).toBeGreaterThan(100);
});
