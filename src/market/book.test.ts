import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { durationMs, epochMs, gpus, MINUTE_MS, microUsdPerGpuHour, notice } from "../units.ts";
import { Book } from "./book.ts";
import type { Order } from "./order.ts";

function standing(id: string, limit: number, expires: number, side: Order["side"] = "buy"): Order {
  return {
    id,
    account: "someone",
    side,
    sku: "H100",
    gpus: gpus(64),
    start: { earliest: epochMs(0), latest: epochMs(0) },
    duration: { min: durationMs(MINUTE_MS), max: durationMs(MINUTE_MS) },
    limit: microUsdPerGpuHour(BigInt(limit)),
    noticeAtLeast: notice(0),
    fabric: "any",
    fill: "partial",
    lifetime: "standing",
    expires: epochMs(expires),
    contract: side === "sell" ? "contract" : null,
  };
}

function bookOf(...orders: readonly Order[]): Book {
  const book = new Book();
  for (const order of orders) book.insert(order);
  return book;
}

const ids = (orders: Iterable<Order>) => Array.from(orders, ({ id }) => id);

describe("the book", () => {
  test("ranks buyers by the highest limit, then by arrival", () => {
    const book = bookOf(
      standing("a", 1, 9),
      standing("b", 3, 9),
      standing("c", 2, 9),
      standing("d", 3, 9),
    );
    expect(ids(book.buys())).toEqual(["b", "d", "c", "a"]);
  });

  test("ranks sellers by the lowest limit, then by arrival", () => {
    const sell = (id: string, limit: number) => standing(id, limit, 9, "sell");
    const book = bookOf(
      sell("a", 2),
      sell("b", 1),
      sell("c", 2),
      standing("buy", 5, 9),
      sell("d", 1),
    );
    expect(ids(book.sells())).toEqual(["b", "d", "a", "c"]);
    expect(ids(book.buys())).toEqual(["buy"]);
  });

  test("keeps the place of an order that is reduced", () => {
    const first = standing("a", 1, 9);
    const book = bookOf(first, standing("b", 1, 9));
    book.reduce({ ...first, gpus: gpus(8) });
    expect(ids(book.buys())).toEqual(["a", "b"]);
    expect(book.get("a")?.gpus).toBe(8);
    expect(book.remove("a").gpus).toBe(8);
  });

  test("gives a returning order a new place", () => {
    const first = standing("a", 1, 9);
    const book = bookOf(first, standing("b", 1, 9));
    book.insert(book.remove("a"));
    expect(ids(book.buys())).toEqual(["b", "a"]);
  });

  test("names the orders that have expired, in the order in which they did", () => {
    const book = bookOf(
      standing("late", 1, 11),
      standing("second", 1, 10),
      standing("third", 9, 10, "sell"),
      standing("first", 5, 7),
    );
    expect(ids(book.expired(epochMs(10)))).toEqual(["first", "second", "third"]);
    expect(ids(book.expired(epochMs(6)))).toEqual([]);
    expect(book.size).toBe(4);
  });

  test("refuses what would break its order", () => {
    const order = standing("a", 1, 9);
    const book = bookOf(order);
    expect(() => book.insert(order)).toThrow("does not rest in the book yet");
    expect(() => book.remove("b")).toThrow("order b rests in the book");
    expect(() => book.reduce(order)).toThrow("keeps some of its GPUs");
    expect(() => book.reduce({ ...standing("a", 2, 9), gpus: gpus(8) })).toThrow("keeps its side");
    const immediate: Order = { ...standing("c", 1, 9), lifetime: "immediate", expires: null };
    expect(() => book.insert(immediate)).toThrow("only a standing order");
  });
});

const steps = fc.array(
  fc.oneof(
    fc.record({ limit: fc.integer({ min: 1, max: 4 }), expires: fc.nat(9), isBuy: fc.boolean() }),
    fc.nat(39),
  ),
  { maxLength: 80 },
);

/** A number removes the order that arrived in that step, if it still rests. */
function replay(given: typeof steps extends fc.Arbitrary<infer T> ? T : never) {
  const book = new Book();
  let naive: Order[] = [];
  for (const [index, step] of given.entries()) {
    if (typeof step === "number") {
      const id = `order ${step}`;
      if (book.get(id) !== undefined) book.remove(id);
      naive = naive.filter((order) => order.id !== id);
    } else {
      const side = step.isBuy ? "buy" : "sell";
      const order = standing(`order ${index}`, step.limit, step.expires, side);
      book.insert(order);
      naive.push(order);
    }
  }
  return { book, naive };
}

const by = (key: (order: Order) => number) => (a: Order, b: Order) => key(a) - key(b);

test("a book says what a list that is sorted anew each time says", () => {
  fc.assert(
    fc.property(steps, fc.nat(9), (given, now) => {
      const { book, naive } = replay(given);
      const side = (wanted: Order["side"]) => naive.filter((order) => order.side === wanted);
      expect([...book.buys()]).toEqual(side("buy").toSorted(by(({ limit }) => -Number(limit))));
      expect([...book.sells()]).toEqual(side("sell").toSorted(by(({ limit }) => Number(limit))));
      const due = naive.filter(({ expires }) => expires !== null && expires <= now);
      expect(book.expired(epochMs(now))).toEqual(due.toSorted(by(({ expires }) => expires ?? 0)));
      expect(book.size).toBe(naive.length);
    }),
    { numRuns: 1_000 },
  );
});
