import { expect, test } from "vitest";
import {
  durationMs,
  epochMs,
  gpus,
  later,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
} from "../units.ts";
import type { OrderContext, OrderRefusal } from "./check-order.ts";
import { checkOrder, ORDER_REFUSALS } from "./check-order.ts";
import type { Order } from "./order.ts";

const NOW = epochMs(28_000_000 * MINUTE_MS + 1);
const at = (minute: number) => epochMs((28_000_000 + minute) * MINUTE_MS);
const minutes = (count: number) => durationMs(count * MINUTE_MS);
const CONTEXT: OrderContext = { now: NOW, lot: gpus(8), knows: (sku) => sku === "H100" };

const BUY: Order = {
  id: "order",
  account: "someone",
  side: "buy",
  sku: "H100",
  gpus: gpus(16),
  start: { earliest: at(-5), latest: at(1) },
  duration: { min: minutes(1), max: minutes(60) },
  limit: microUsdPerGpuHour(1n),
  noticeAtLeast: notice(0),
  fabric: "any",
  fill: "all-or-none",
  lifetime: "standing",
  expires: later(NOW, durationMs(1)),
  contract: null,
};
const SELL: Order = {
  ...BUY,
  side: "sell",
  start: { earliest: at(1), latest: at(1) },
  duration: { min: minutes(60), max: minutes(60) },
  fill: "partial",
  contract: "contract",
};

test("a sound order is not refused", () => {
  expect(checkOrder(BUY, CONTEXT)).toBeNull();
  expect(checkOrder({ ...BUY, lifetime: "immediate", expires: null }, CONTEXT)).toBeNull();
  expect(checkOrder(SELL, CONTEXT)).toBeNull();
});

/** What breaks each rule, in the order in which the rules are checked. */
const FAULTS: readonly (readonly [OrderRefusal, Order, Partial<Order>])[] = [
  ["sku_unknown", BUY, { sku: "abacus" }],
  ["gpus_not_positive", BUY, { gpus: gpus(0) }],
  ["gpus_not_whole_lots", BUY, { gpus: gpus(12) }],
  [
    "time_not_minute_aligned",
    BUY,
    { start: { earliest: at(-5), latest: later(at(1), durationMs(1)) } },
  ],
  ["start_range_reversed", BUY, { start: { earliest: at(2), latest: at(1) } }],
  ["start_in_the_past", BUY, { start: { earliest: at(-5), latest: at(0) } }],
  ["duration_not_positive", BUY, { duration: { min: minutes(0), max: minutes(1) } }],
  ["duration_range_reversed", BUY, { duration: { min: minutes(2), max: minutes(1) } }],
  ["order_too_large", BUY, { gpus: gpus(8_000_000_000) }],
  ["limit_not_positive", BUY, { limit: microUsdPerGpuHour(0n) }],
  ["expiry_missing", BUY, { lifetime: "standing", expires: null }],
  ["expiry_not_allowed", BUY, { lifetime: "immediate", expires: at(9) }],
  ["expiry_in_the_past", BUY, { lifetime: "standing", expires: NOW }],
  ["buy_with_contract", BUY, { contract: "contract" }],
  ["sell_without_contract", SELL, { contract: null }],
  ["sell_window_not_fixed", SELL, { duration: { min: minutes(60), max: minutes(61) } }],
  ["sell_not_partial", SELL, { fill: "all-or-none" }],
];

test("every refusal has a fault, in the documented order", () => {
  expect(FAULTS.map(([refusal]) => refusal)).toEqual(ORDER_REFUSALS);
});

test.each(FAULTS)("%s", (refusal, order, fault) => {
  expect(checkOrder({ ...order, ...fault }, CONTEXT)).toBe(refusal);
});

test("of two faults the earlier in the order is named", () => {
  for (const [index, [first, order, fault]] of FAULTS.entries()) {
    for (const [, , other] of FAULTS.slice(index + 1)) {
      expect(checkOrder({ ...order, ...other, ...fault }, CONTEXT)).toBe(first);
    }
  }
});

test.each(["earliest", "latest"] as const)("the %s start is on a minute", (end) => {
  const start = { ...BUY.start, [end]: later(BUY.start[end], durationMs(1)) };
  expect(checkOrder({ ...BUY, start }, CONTEXT)).toBe("time_not_minute_aligned");
});

test.each(["min", "max"] as const)("the %s duration is whole minutes", (end) => {
  const duration = { ...BUY.duration, [end]: durationMs(BUY.duration[end] + 1) };
  expect(checkOrder({ ...BUY, duration }, CONTEXT)).toBe("time_not_minute_aligned");
});

test("an end beyond exact arithmetic is too large", () => {
  const last = epochMs(Math.floor(Number.MAX_SAFE_INTEGER / MINUTE_MS) * MINUTE_MS);
  const order = { ...BUY, start: { earliest: last, latest: last }, gpus: gpus(8) };
  expect(checkOrder(order, CONTEXT)).toBe("order_too_large");
});
