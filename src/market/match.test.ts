import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EpochMs } from "../units.ts";
import {
  durationMs,
  epochMs,
  FIRM,
  gpus,
  later,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
} from "../units.ts";
import type { Piece } from "./fill.ts";
import type { Match } from "./match.ts";
import { findMatch } from "./match.ts";
import type { NaiveAsk } from "./naive-match.test-data.ts";
import { naiveAsk, naiveMatch } from "./naive-match.test-data.ts";
import type { Order } from "./order.ts";
import type { Ask } from "./supply.ts";
import { Supply } from "./supply.ts";

const SPAN = 12;
const MINUTES = Array.from({ length: SPAN }, (_, minute) => minute);
const ORIGIN = epochMs(28_000_000 * MINUTE_MS);
const at = (minute: number) => later(ORIGIN, durationMs(minute * MINUTE_MS));
const minutes = (count: number) => durationMs(count * MINUTE_MS);

type Matcher = (order: Order, asks: readonly Ask[], now: EpochMs) => Match | null;
const ours: Matcher = (order, asks, now) => findMatch(order, new Supply(asks), now);

interface Case {
  readonly order: Order;
  readonly asks: readonly NaiveAsk[];
  readonly lot: number;
  readonly now: EpochMs;
}

const notices = fc.constantFrom(notice(0), notice(15 * MINUTE_MS), FIRM);
const acceptedNotices = fc.oneof({ weight: 2, arbitrary: fc.constant(notice(0)) }, notices);
/** Few prices, so that ties are common; odd ones, so that rounding shows. */
const prices = fc.integer({ min: 1, max: 5 }).map((price) => microUsdPerGpuHour(BigInt(price * 7)));
const limits = fc.oneof({ weight: 2, arbitrary: fc.constant(microUsdPerGpuHour(28n)) }, prices);

const lotsOfAMinute = fc.constantFrom(0, 1, 1, 2, 2, 3, 3);

/** Lots by minute: few steps, as in life, or any value in any minute. */
const lots = fc.oneof(
  fc
    .array(fc.tuple(fc.nat(SPAN), lotsOfAMinute), { minLength: 1, maxLength: 4 })
    .map((steps) => MINUTES.map((minute) => valueAt(steps, minute))),
  fc.array(lotsOfAMinute, { minLength: SPAN, maxLength: SPAN }),
);

function valueAt(steps: readonly (readonly [number, number])[], minute: number): number {
  return (steps.findLast(([start]) => start <= minute) ?? steps[0])?.[1] ?? 0;
}

interface Draft {
  readonly pool: string | null;
  readonly notice: Ask["notice"];
  readonly price: Ask["price"];
  readonly fabrics: readonly number[][];
  readonly inAll: readonly number[];
  readonly from: number;
  readonly length: number;
}

const drafts: fc.Arbitrary<Draft> = fc.record({
  pool: fc.constantFrom("p", "p", "q", null),
  notice: notices,
  price: prices,
  fabrics: fc.array(lots, { minLength: 1, maxLength: 3 }),
  inAll: fc.oneof(fc.constant(MINUTES.map(() => 9)), lots),
  from: fc.nat(SPAN - 2),
  length: fc.integer({ min: 2, max: SPAN }),
});

/** Rungs of pool p reach into fabrics a, b, c; of q into the same, as though wired together. */
function askOf(draft: Draft, index: number, lot: number): NaiveAsk {
  const { pool, from, length } = draft;
  const isOpen = (minute: number) => pool !== null || (minute >= from && minute < from + length);
  const scaled = (values: readonly number[]) =>
    values.map((value, minute) => (isOpen(minute) ? value * lot : 0));
  const source: Ask["source"] =
    pool === null
      ? { kind: "listing", order: `order-${index}`, contract: `contract-${index % 2}` }
      : { kind: "rung", pool, notice: draft.notice };
  const byFabric = new Map(
    draft.fabrics.map((values, fabric) => ["abc".charAt(fabric), scaled(values)]),
  );
  const terms = { source, notice: draft.notice, price: draft.price, maxDuration: minutes(length) };
  return naiveAsk(terms, { origin: ORIGIN, byFabric, inAll: scaled(draft.inAll) });
}

const orders = fc.record({
  lots: fc.integer({ min: 1, max: 3 }),
  earliest: fc.nat(6),
  slack: fc.oneof(fc.constant(0), fc.nat(5)),
  shortest: fc.integer({ min: 1, max: 4 }),
  stretch: fc.oneof(fc.constant(0), fc.nat(5)),
  limit: limits,
  noticeAtLeast: acceptedNotices,
  fabric: fc.constantFrom("one" as const, "any" as const),
  fill: fc.constantFrom("all-or-none" as const, "partial" as const),
});

function orderOf(
  draft: typeof orders extends fc.Arbitrary<infer T> ? T : never,
  lot: number,
): Order {
  return {
    id: "order",
    account: "buyer",
    side: "buy",
    sku: "H100",
    gpus: gpus(draft.lots * lot),
    start: { earliest: at(draft.earliest), latest: at(draft.earliest + draft.slack) },
    duration: { min: minutes(draft.shortest), max: minutes(draft.shortest + draft.stretch) },
    limit: draft.limit,
    noticeAtLeast: draft.noticeAtLeast,
    fabric: draft.fabric,
    fill: draft.fill,
    lifetime: "immediate",
    expires: null,
    contract: null,
  };
}

const distinct = (draft: Draft) => (draft.pool === null ? draft : `${draft.pool} ${draft.notice}`);
const cases: fc.Arbitrary<Case> = fc
  .record({
    lot: fc.constantFrom(1, 8),
    asks: fc.uniqueArray(drafts, { minLength: 1, maxLength: 4, selector: distinct }),
    order: orders,
    halfMinutes: fc.integer({ min: -2, max: 8 }),
  })
  .map(({ lot, asks, order, halfMinutes }) => ({
    lot,
    asks: asks.map((draft, index) => askOf(draft, index, lot)),
    order: orderOf(order, lot),
    now: epochMs(ORIGIN + (halfMinutes * MINUTE_MS) / 2),
  }));

/** What the objective compares, of our match. */
function outcome(order: Order, match: Match | null) {
  if (match === null) return null;
  const spend = match.pieces.reduce((sum, { ask, gpus }) => sum + ask.price * BigInt(gpus), 0n);
  const fabric = order.fabric === "one" ? (match.pieces[0]?.fabric ?? "") : null;
  return { window: match.window, fabric, gpus: Number(match.gpus), spend };
}

function agreesWithNaive(matcher: Matcher) {
  return fc.property(cases, ({ order, asks, lot, now }) => {
    const match = matcher(order, asks, now);
    expect(outcome(order, match)).toEqual(naiveMatch(order, asks, lot, now));
  });
}

function ownerOf({ ask: { source } }: Piece): string {
  return source.kind === "rung" ? source.pool : source.contract;
}

/** What must hold of any match, whatever the best one is; the sentences that do not. */
function faultsOf({ order, lot, now }: Case, { window, pieces, gpus, cost }: Match): string[] {
  const length = window.end - window.start;
  const taken = (ask: Ask) =>
    pieces.reduce((sum, piece) => sum + (piece.ask === ask ? piece.gpus : 0), 0);
  const sentences: readonly (readonly [string, boolean])[] = [
    ["no piece is dearer than the limit", pieces.every(({ ask }) => ask.price <= order.limit)],
    ["every notice suits", pieces.every(({ ask }) => ask.notice >= order.noticeAtLeast)],
    ["every piece is whole lots", pieces.every(({ gpus }) => gpus > 0 && gpus % lot === 0)],
    [
      "no ask is used for longer than it sells",
      pieces.every(({ ask }) => length <= ask.maxDuration),
    ],
    [
      "no fabric of an ask gives more than it has",
      pieces.every(({ ask, fabric, gpus }) => gpus <= ask.available(fabric, window)),
    ],
    [
      "no ask gives more than it has",
      pieces.every(({ ask }) => taken(ask) <= ask.availableInAll(window)),
    ],
    [
      "an ask and fabric is one piece",
      new Set(pieces.map(({ ask, fabric }) => `${JSON.stringify(ask.source)} ${fabric}`)).size ===
        pieces.length,
    ],
    [
      "a pool gives from one rung, and a contract from one listing",
      new Set(pieces.map(({ ask }) => ask)).size === new Set(pieces.map(ownerOf)).size,
    ],
    ["pieces sum to the match", pieces.reduce((sum, piece) => sum + piece.gpus, 0) === gpus],
    ["no more than was asked for", gpus > 0 && gpus <= order.gpus],
    ["all-or-none is all", order.fill === "partial" || gpus === order.gpus],
    [
      "one fabric is one",
      order.fabric === "any" || new Set(pieces.map(({ fabric }) => fabric)).size === 1,
    ],
    [
      "the start is in its range",
      order.start.earliest <= window.start && window.start <= order.start.latest,
    ],
    ["the start has not passed", window.start >= now],
    ["the duration is in its range", order.duration.min <= length && length <= order.duration.max],
    [
      "the window is on the minute grid",
      window.start % MINUTE_MS === 0 && length % MINUTE_MS === 0,
    ],
    [
      "each piece is rounded up once",
      cost ===
        pieces.reduce((sum, { ask, gpus }) => {
          const exact = ask.price * BigInt(gpus * length);
          return sum + (exact + 3_599_999n) / 3_600_000n;
        }, 0n),
    ],
  ];
  return sentences.filter(([, holds]) => !holds).map(([sentence]) => sentence);
}

describe("a match", () => {
  test("is the one that trying every minute, fabric and split finds", () => {
    fc.assert(agreesWithNaive(ours), { numRuns: 12_000 });
  }, 30_000);

  test("keeps the order's conditions and what the asks have", () => {
    fc.assert(
      fc.property(cases, (given) => {
        const match = ours(given.order, given.asks, given.now);
        if (match !== null) expect(faultsOf(given, match)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("is the same whatever order the asks came in", () => {
    const shuffled = cases.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given.asks], { minLength: given.asks.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([{ order, asks, now }, others]) => {
        expect(ours(order, others, now)).toEqual(ours(order, asks, now));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Each is wrong in one way, and must be told from the right one. */
const PLANTED: Record<string, Matcher> = {
  "tries no change": (order, asks, now) =>
    ours(
      order,
      asks.map((ask) => ({ ...ask, changes: () => [] })),
      now,
    ),
  "takes two rungs of a pool and two listings of a contract": (order, asks, now) =>
    ours(
      order,
      asks.map((ask, index) => ({ ...ask, source: listing(`order-${index}`) })),
      now,
    ),
  "pays a little more than the limit": (order, asks, now) =>
    ours({ ...order, limit: microUsdPerGpuHour(order.limit + 7n) }, asks, now),
  "mixes fabrics": (order, asks, now) => ours({ ...order, fabric: "any" }, asks, now),
  "fills a part of all-or-none": (order, asks, now) =>
    ours({ ...order, fill: "partial" }, asks, now),
  "forgets how long an ask sells": (order, asks, now) =>
    ours(
      order,
      asks.map((ask) => ({ ...ask, maxDuration: minutes(SPAN) })),
      now,
    ),
  "takes the dearest first": (order, asks, now) =>
    ours(
      order,
      asks.map((ask) => ({ ...ask, price: microUsdPerGpuHour(50n - ask.price) })),
      now,
    ),
  "starts a minute before now": (order, asks, now) => ours(order, asks, epochMs(now - MINUTE_MS)),
};

function listing(order: string): Ask["source"] {
  return { kind: "listing", order, contract: order };
}

test.each(Object.entries(PLANTED))("the oracle catches a matcher that %s", (_, matcher) => {
  expect(fc.check(agreesWithNaive(matcher), { numRuns: 12_000, endOnFailure: true }).failed).toBe(
    true,
  );
});
