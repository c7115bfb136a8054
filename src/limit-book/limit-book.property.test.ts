import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gpus, microUsdPerGpuHour } from "../units.ts";
import { apply } from "./apply.ts";
import type { BookCommand } from "./decide.ts";
import { decide } from "./decide.ts";
import type { BookEvent } from "./events.ts";
import { LimitBook } from "./limit-book.ts";
import { NaiveBook } from "./naive-book.test-data.ts";
import type { LimitOrder } from "./order.ts";

/** Few prices and accounts, so that orders meet; and now and then a great many prices, so that blocks are halved. */
const drafts = fc.record({
  isCancel: fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 0),
  target: fc.nat(200),
  side: fc.constantFrom("buy", "sell"),
  price: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 500 })),
  size: fc.integer({ min: 1, max: 5 }),
  account: fc.constantFrom("a", "b", "c"),
  kind: fc.constantFrom("standing", "standing", "standing", "immediate", "market"),
  ownOrders: fc.constantFrom("trade", "trade", "expire"),
});
const streams = fc.array(drafts, { maxLength: 250, size: "max" });
type Draft = typeof drafts extends fc.Arbitrary<infer T> ? T : never;

function commandOf(draft: Draft, index: number): BookCommand {
  if (draft.isCancel)
    return { type: "cancel_limit_order", order: `o${draft.target % (index + 1)}` };
  const isMarket = draft.kind === "market";
  const order: LimitOrder = {
    id: `o${index}`,
    account: draft.account,
    side: draft.side,
    limit: isMarket ? null : microUsdPerGpuHour(BigInt(draft.price)),
    gpus: gpus(8 * draft.size),
    lifetime: draft.kind === "standing" ? "standing" : "immediate",
    ownOrders: draft.ownOrders,
  };
  return { type: "place_limit_order", order };
}

/** Carries the stream out. @returns the events */
function run(book: LimitBook, commands: readonly BookCommand[]): BookEvent[] {
  return commands.flatMap((command) => {
    const event = decide(book, command);
    if (typeof event === "string") return [];
    apply(book, event);
    return [event];
  });
}

test("the book does what a list that is sorted anew does, to the last hash", () => {
  let [traded, expired, unknown] = [0, 0, 0];
  fc.assert(
    fc.property(streams, (given) => {
      const [book, naive] = [new LimitBook(), new NaiveBook()];
      for (const command of given.map(commandOf)) {
        const before = book.hash();
        const event = decide(book, command);
        expect(book.hash()).toBe(before);
        expect(event).toEqual(naive.carryOut(command));
        if (typeof event === "string") unknown += 1;
        else apply(book, event);
        expect(book.hash()).toBe(naive.hash());
        if (typeof event === "string" || event.type !== "limit_order_placed") continue;
        traded += event.takes.filter(({ how }) => how === "traded").length;
        expired += event.takes.filter(({ how }) => how === "expired").length;
      }
      expect(book.size).toBe(naive.size);
      expect(book.depth("buy")).toEqual(naive.depth("buy"));
      expect(book.depth("sell")).toEqual(naive.depth("sell"));
    }),
    { numRuns: 150 },
  );
  // Streams in which nothing meets would prove nothing.
  expect(Math.min(traded, expired, unknown)).toBeGreaterThan(100);
});

test("the same events give the same book, and the same hash", () => {
  fc.assert(
    fc.property(streams, (given) => {
      const [book, replayed] = [new LimitBook(), new LimitBook()];
      for (const event of run(book, given.map(commandOf))) apply(replayed, event);
      expect(replayed.hash()).toBe(book.hash());
      expect(replayed.depth("sell")).toEqual(book.depth("sell"));
    }),
    { numRuns: 50 },
  );
});

test("no order trades beyond its limit, for more than it asked, or past one that waited longer", () => {
  fc.assert(
    fc.property(streams, (given) => {
      for (const event of run(new LimitBook(), given.map(commandOf))) {
        if (event.type !== "limit_order_placed") continue;
        const { order, takes, rests } = event;
        const sign = order.side === "buy" ? 1n : -1n;
        const trades = takes.filter(({ how }) => how === "traded");
        const filled = trades.reduce((sum, { gpus }) => sum + gpus, 0);
        expect(filled + rests).toBeLessThanOrEqual(order.gpus);
        for (const [index, { price }] of takes.entries()) {
          if (order.limit !== null) expect(sign * (order.limit - price) >= 0n).toBe(true);
          const before = takes[index - 1]?.price ?? price;
          expect(sign * (price - before) >= 0n).toBe(true);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("neither side is left crossed", () => {
  fc.assert(
    fc.property(streams, (given) => {
      const book = new LimitBook();
      run(book, given.map(commandOf));
      const [bid, ask] = [book.depth("buy", 1)[0], book.depth("sell", 1)[0]];
      if (bid !== undefined && ask !== undefined) expect(bid.price < ask.price).toBe(true);
    }),
    { numRuns: 100 },
  );
});
