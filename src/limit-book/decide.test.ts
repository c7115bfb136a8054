import { expect, test } from "vitest";
import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { apply } from "./apply.ts";
import type { BookCommand, BookDecision } from "./decide.ts";
import { decide } from "./decide.ts";
import { LimitBook } from "./limit-book.ts";
import type { LimitOrder } from "./order.ts";

function orderOf(id: string, changed: Partial<LimitOrder> = {}): LimitOrder {
  return {
    id,
    account: id,
    side: "buy",
    limit: 100n as MicroUsdPerGpuHour,
    gpus: 8 as Gpus,
    lifetime: "standing",
    ownOrders: "trade",
    ...changed,
  };
}

function carryOut(book: LimitBook, command: BookCommand): BookDecision {
  const event = decide(book, command);
  if (typeof event !== "string") apply(book, event);
  return event;
}

function place(book: LimitBook, id: string, changed: Partial<LimitOrder> = {}): BookDecision {
  return carryOut(book, { type: "place_limit_order", order: orderOf(id, changed) });
}

function bookWith(...orders: readonly LimitOrder[]): LimitBook {
  const book = new LimitBook();
  for (const order of orders) carryOut(book, { type: "place_limit_order", order });
  return book;
}

const priced = (limit: bigint) => ({ limit: limit as MicroUsdPerGpuHour });
const sized = (gpus: number) => ({ gpus: gpus as Gpus });
const FAULTS = [
  ["gpus_not_positive", sized(0)],
  ["order_too_large", sized(2 ** 31)],
  ["limit_missing", { limit: null }],
  ["limit_not_positive", priced(0n)],
  ["limit_too_large", priced(2n ** 53n)],
  ["order_id_repeated", { id: "old" }],
] as const satisfies readonly (readonly [string, Partial<LimitOrder>])[];

test.each(FAULTS)("an order is refused: %s", (refusal, changed) => {
  const book = bookWith(orderOf("old"));
  const before = book.hash();
  expect(place(book, "new", changed)).toBe(refusal);
  expect(book.hash()).toBe(before);
});

test.each(FAULTS.slice(0, -1).map((fault, index) => [fault, FAULTS[index + 1]] as const))(
  "of two faults the first is named",
  ([refusal, changed], next) => {
    const sameField = Object.keys(changed)[0] === Object.keys(next?.[1] ?? {})[0];
    const both = sameField ? changed : { ...next?.[1], ...changed };
    expect(place(bookWith(orderOf("old")), "new", both)).toBe(refusal);
  },
);

test("the largest order and the highest price are taken", () => {
  const book = new LimitBook();
  place(book, "new", { ...sized(2 ** 31 - 1), ...priced(2n ** 53n - 1n) });
  expect(book.depth("buy")).toEqual([{ price: 2n ** 53n - 1n, gpus: 2 ** 31 - 1 }]);
});

test("cancelling is refused where no such order rests", () => {
  const book = bookWith(orderOf("old"));
  expect(carryOut(book, { type: "cancel_limit_order", order: "new" })).toBe("order_unknown");
  carryOut(book, { type: "cancel_limit_order", order: "old" });
  expect(carryOut(book, { type: "cancel_limit_order", order: "old" })).toBe("order_unknown");
});

test("the best price goes first, and at one price who came first", () => {
  const book = bookWith(
    orderOf("dear", { side: "sell", ...priced(90n) }),
    orderOf("first", { side: "sell", ...priced(80n) }),
    orderOf("second", { side: "sell", ...priced(80n) }),
  );
  expect(place(book, "buyer", sized(24))).toMatchObject({
    takes: [
      { maker: "first", price: 80n, gpus: 8 },
      { maker: "second", price: 80n, gpus: 8 },
      { maker: "dear", price: 90n, gpus: 8 },
    ],
    rests: 0,
  });
  expect(book.size).toBe(0);
});

test("an order that is filled in part keeps its place", () => {
  const sells = ["first", "second"].map((id) => orderOf(id, { side: "sell", ...sized(16) }));
  const book = bookWith(...sells);
  place(book, "small");
  expect(book.get("first")?.gpus).toBe(8);
  expect(place(book, "next", sized(16))).toMatchObject({
    takes: [
      { maker: "first", gpus: 8 },
      { maker: "second", gpus: 8 },
    ],
  });
});

test("what is left of a standing order rests, of an immediate one nothing", () => {
  const book = bookWith(orderOf("seller", { side: "sell" }));
  expect(place(book, "standing", sized(24))).toMatchObject({ rests: 16 });
  expect(
    place(book, "market", { side: "sell", limit: null, ...sized(24), lifetime: "immediate" }),
  ).toMatchObject({ takes: [{ maker: "standing", gpus: 16 }], rests: 0 });
  expect(book.size).toBe(0);
});

test("an order that would meet its own account takes the resting one out, and goes on", () => {
  const sells = [
    orderOf("own", { side: "sell", account: "me" }),
    orderOf("other", { side: "sell" }),
  ];
  const book = bookWith(...sells);
  const mine = { account: "me", ownOrders: "expire" } as const;
  expect(place(book, "buyer", mine)).toMatchObject({
    takes: [
      { maker: "own", how: "expired" },
      { maker: "other", how: "traded" },
    ],
    rests: 0,
  });
});
