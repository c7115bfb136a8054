import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EpochMs, Notice } from "../units.ts";
import {
  DAY_MS,
  durationMs,
  epochMs,
  FIRM,
  gpus,
  HOUR_MS,
  later,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
} from "../units.ts";
import type { Match } from "./match.ts";
import { findMatch, matchBuy } from "./match.ts";
import type { NaiveAsk } from "./naive-match.test-data.ts";
import { naiveAsk } from "./naive-match.test-data.ts";
import { comparePrices, hourLines, type Offer } from "./offer.ts";
import type { Order } from "./order.ts";
import { fixedTo } from "./order.ts";
import { quote } from "./quote.ts";
import { Supply } from "./supply.ts";

const SPAN = 24;
const ORIGIN = epochMs(28_000_020 * MINUTE_MS);
const NOW = at(0);
const SPOT = notice(0);
const minutes = (count: number) => durationMs(count * MINUTE_MS);

function at(minute: number): EpochMs {
  return later(ORIGIN, durationMs(minute * MINUTE_MS));
}

/** A rung of its own pool, with these GPUs minute by minute and none after. */
function rung(pool: string, price: number, noticeMs: Notice, has: readonly number[]): NaiveAsk {
  return naiveAsk(
    {
      source: { kind: "rung", pool, notice: noticeMs },
      notice: noticeMs,
      price: microUsdPerGpuHour(BigInt(price)),
      maxDuration: DAY_MS,
    },
    { origin: ORIGIN, byFabric: new Map([[`fabric of ${pool}`, has]]), inAll: has },
  );
}

/** GPUs through `[from, to)`. */
function during(from: number, to: number, value = 16): number[] {
  return Array.from({ length: to }, (_, minute) => (minute < from ? 0 : value));
}

const ORDER: Order = {
  id: "order",
  account: "buyer",
  side: "buy",
  sku: "H100",
  gpus: gpus(16),
  start: { earliest: at(8), latest: at(8) },
  duration: { min: minutes(4), max: minutes(4) },
  limit: microUsdPerGpuHour(1_000_000n),
  noticeAtLeast: SPOT,
  fabric: "any",
  fill: "all-or-none",
  lifetime: "immediate",
  expires: null,
  contract: null,
};

function quoteOf(order: Partial<Order>, asks: readonly NaiveAsk[]) {
  return quote({ ...ORDER, ...order }, new Supply(asks), NOW);
}

function offered(answer: Offer | string): Offer {
  if (typeof answer === "string") throw new Error(`no offer: ${answer}`);
  return answer;
}

const startMinutes = (offers: readonly Offer[]) =>
  offers.map(({ match }) => (match.window.start - ORIGIN) / MINUTE_MS);

describe("a quote's answer", () => {
  const asks = [
    rung("p", 500_000, SPOT, during(0, 20, 8)),
    rung("q", 500_003, FIRM, during(0, 20, 8)),
  ];

  test("is the match, its average price rounded up, and its shortest notice", () => {
    const { match, averagePrice, notice } = offered(quoteOf({}, asks).answer);
    expect(match).toEqual(matchBuy(ORDER, new Supply(asks), NOW));
    expect([averagePrice, notice]).toEqual([500_002n, SPOT]);
  });

  test("comes with an order that is fixed, and limited to the dearest piece", () => {
    const start = { earliest: at(2), latest: at(9) };
    const { order } = offered(quoteOf({ start }, asks).answer);
    expect(order).toEqual({ ...fixedTo(ORDER, { start: at(2), end: at(6) }), limit: 500_003n });
  });

  test("is the reason where nothing matches", () => {
    expect(quoteOf({ gpus: gpus(24) }, asks).answer).toBe("not_enough_gpus");
    expect(quoteOf({ gpus: gpus(24) }, asks).otherWindows).toEqual([]);
  });
});

describe("other windows", () => {
  test("are the nearest that fill the order where its own does not", () => {
    const has = [...during(1, 6), 0, 0, 0, 0, ...during(3, 9)];
    const { answer, otherWindows } = quoteOf({}, [rung("p", 1, SPOT, has)]);
    expect(answer).toBe("no_supply");
    expect(startMinutes(otherWindows)).toEqual([13, 2, 1]);
  });

  test("are better than the order's own where that one fills", () => {
    const asks = [rung("p", 9, SPOT, during(0, 24)), rung("q", 5, SPOT, during(15, 24))];
    const { otherWindows } = quoteOf({}, asks);
    expect(startMinutes(otherWindows)).toEqual([15, 20]);
    expect(otherWindows.map(({ averagePrice }) => averagePrice)).toEqual([5n, 5n]);
    expect(quoteOf({}, asks.slice(0, 1)).otherWindows).toEqual([]);
  });

  test("lie within 7 days and do not lie in the past", () => {
    const week = (7 * DAY_MS) / MINUTE_MS;
    const start = { earliest: at(week), latest: at(week) };
    expect(
      startMinutes(quoteOf({ start }, [rung("p", 1, SPOT, during(0, 9))]).otherWindows),
    ).toEqual([5, 0]);
    const next = { earliest: at(week + 6), latest: at(week + 6) };
    expect(quoteOf({ start: next }, [rung("p", 1, SPOT, during(0, 9))]).otherWindows).toEqual([]);
    const before = quote(ORDER, new Supply([rung("p", 1, SPOT, during(0, 9))]), at(7));
    expect(before.otherWindows).toEqual([]);
  });
});

const hours = (count: number) => notice(count * HOUR_MS);
const summary = (offers: readonly Offer[]) =>
  offers.map(({ notice, averagePrice }) => [notice, averagePrice]);

describe("other notices", () => {
  const ladder = [
    rung("p", 10, FIRM, during(0, 24)),
    rung("p", 8, hours(24), during(0, 24)),
    rung("p", 6, hours(4), during(0, 24)),
    rung("p", 4, SPOT, during(0, 24)),
  ];
  test("are the longer ones whatever they cost and the shorter ones that are cheaper", () => {
    const limit = microUsdPerGpuHour(8n);
    const { answer, otherNotices } = quoteOf({ noticeAtLeast: hours(5), limit }, ladder);
    expect(offered(answer).notice).toBe(hours(24));
    expect(summary(otherNotices)).toEqual([
      [SPOT, 4n],
      [hours(4), 6n],
      [FIRM, 10n],
    ]);
  });

  test("leave out a shorter one that is dearer and a longer one that has less", () => {
    const asks = [
      rung("p", 8, hours(24), during(0, 24)),
      rung("q", 9, hours(4), during(0, 24)),
      rung("r", 10, FIRM, during(0, 24, 8)),
    ];
    const { otherNotices } = quoteOf({ noticeAtLeast: hours(24), fill: "partial" }, asks);
    expect(summary(otherNotices)).toEqual([]);
  });

  test("are those that fill the order where its own does not", () => {
    const { answer, otherNotices } = quoteOf({ noticeAtLeast: FIRM }, ladder.slice(2));
    expect(answer).toBe("no_supply_at_this_notice");
    expect(summary(otherNotices)).toEqual([
      [SPOT, 4n],
      [hours(4), 6n],
    ]);
  });
});

test("hour lines follow the clock and sum to the match's cost", () => {
  const asks = [rung("p", 7, SPOT, during(0, 200, 8)), rung("q", 11, SPOT, during(0, 200, 8))];
  const duration = { min: minutes(130), max: minutes(130) };
  const { match } = offered(quoteOf({ duration }, asks).answer);
  const lines = hourLines(match);
  const lengths = lines.map(({ window }) => (window.end - window.start) / MINUTE_MS);
  expect(lengths).toEqual([52, 52, 60, 60, 18, 18]);
  expect(lines.reduce((sum, { cost }) => sum + cost, 0n)).toBe(match.cost);
});

const levels = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 8, 16)), {
  minLength: 3,
  maxLength: 6,
});
const cases = fc.record({
  asks: fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), levels), { minLength: 1, maxLength: 3 }),
  start: fc.nat(SPAN - 4),
  slack: fc.nat(2),
  fill: fc.constantFrom("all-or-none" as const, "partial" as const),
});

function prepared({
  asks,
  start,
  slack,
  fill,
}: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const supply = new Supply(
    asks.map(([price, steps], index) => {
      const has = steps.flatMap(([length, value]) => Array.from({ length }, () => value));
      return rung(`p${index}`, price, SPOT, has);
    }),
  );
  const order: Order = {
    ...ORDER,
    fill,
    start: { earliest: at(start), latest: at(start + slack) },
  };
  return { supply, order };
}

/** How far the nearest better window lies, trying every minute; null where there is none. */
function naiveDistance(order: Order, match: Match | null, supply: Supply): number | null {
  const wanted = match?.window.start ?? order.start.earliest;
  const distances = Array.from({ length: 48 }, (_, minute) => at(minute)).flatMap((start) => {
    const other = findMatch(fixedTo(order, { start, end: later(start, minutes(4)) }), supply, NOW);
    if (other === null) return [];
    const isBetter =
      match === null ||
      other.gpus > match.gpus ||
      (other.gpus === match.gpus && comparePrices(other, match) < 0);
    return isBetter ? [Math.abs(start - wanted)] : [];
  });
  return distances.length === 0 ? null : Math.min(...distances);
}

test("the order of an offer gets the match that was offered", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { supply, order } = prepared(given);
      const { answer, otherWindows, otherNotices } = quote(order, supply, NOW);
      const offers = [...otherWindows, ...otherNotices];
      if (typeof answer !== "string") offers.push(answer);
      for (const offer of offers) expect(matchBuy(offer.order, supply, NOW)).toEqual(offer.match);
    }),
    { numRuns: 1_000 },
  );
});

test("the first of the other windows is as near as trying every minute finds", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { supply, order } = prepared(given);
      const match = findMatch(order, supply, NOW);
      const [first] = quote(order, supply, NOW).otherWindows;
      const wanted = match?.window.start ?? order.start.earliest;
      const distance = first ? Math.abs(first.match.window.start - wanted) : null;
      expect(distance).toBe(naiveDistance(order, match, supply));
    }),
    { numRuns: 1_000 },
  );
});
