import * as fc from "fast-check";
import { fromSteps, rectangle } from "../schedule/schedule.ts";
import {
  type Window,
  HOUR_MS,
  MINUTE_MS,
  durationMs,
  epochMs,
  gpus,
  microUsdPerGpuHour,
} from "../units.ts";
import type { AuctionGrid, AuctionOffer, AuctionOrder } from "./order.ts";

export const LOT = gpus(8);
export const DAY: AuctionGrid = {
  window: { start: epochMs(100 * HOUR_MS), end: epochMs(106 * HOUR_MS) },
  slot: HOUR_MS,
  lot: LOT,
};

/** Hours after the auction's begin. */
export const at = (hour: number) => epochMs(DAY.window.start + hour * HOUR_MS);
export const during = (from: number, to: number): Window => ({ start: at(from), end: at(to) });
export const cents = (value: number) => microUsdPerGpuHour(BigInt(value) * 10_000n);

/** One lot for one hour at the begin, at two dollars. */
export function orderOf(id: string, changed: Partial<AuctionOrder> = {}): AuctionOrder {
  return {
    id,
    account: `account of ${id}`,
    gpus: LOT,
    start: { earliest: at(0), latest: at(0) },
    duration: HOUR_MS,
    limit: cents(200),
    fabric: "one",
    fill: "all-or-none",
    ...changed,
  };
}

/** One lot all the time, at one dollar. */
export function offerOf(id: string, changed: Partial<AuctionOffer> = {}): AuctionOffer {
  return {
    id,
    account: "owner",
    fabric: `fabric of ${id}`,
    free: rectangle(DAY.window, LOT),
    reserve: cents(100),
    ...changed,
  };
}

const lots = (most: number) => fc.integer({ min: 0, max: most }).map((count) => gpus(count * LOT));

const hoursOfLots = (most: number) =>
  fc
    .array(lots(most), { minLength: 6, maxLength: 6 })
    .map((values) =>
      fromSteps([
        ...values.map((value, hour) => ({ at: at(hour), gpus: value })),
        { at: at(6), gpus: gpus(0) },
      ]),
    );

export const anyOffers = fc
  .array(
    fc.record({
      account: fc.constantFrom("owner", "reseller", "buyer 0"),
      fabric: fc.constantFrom("a", "b"),
      free: hoursOfLots(3),
      reserve: fc.integer({ min: 50, max: 150 }).map(cents),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((offers) => offers.map((offer, i): AuctionOffer => ({ id: `offer ${i}`, ...offer })));

/** Orders that any auction on the grid accepts. */
export function anyOrders(most: number): fc.Arbitrary<AuctionOrder[]> {
  const shape = fc.record({
    lots: fc.integer({ min: 1, max: 4 }),
    slots: fc.integer({ min: 1, max: 4 }),
    first: fc.nat(5),
    room: fc.nat(3),
    cents: fc.integer({ min: 40, max: 400 }),
    fabric: fc.constantFrom("one" as const, "any" as const),
    fill: fc.constantFrom("all-or-none" as const, "all-or-none" as const, "partial" as const),
  });
  return fc.array(shape, { maxLength: most }).map((shapes) =>
    shapes.map((each, i) => {
      const last = 6 - each.slots;
      const start = Math.min(each.first, last);
      return orderOf(`order ${i}`, {
        account: `buyer ${i % 3}`,
        gpus: gpus(each.lots * LOT),
        start: { earliest: at(start), latest: at(Math.min(start + each.room, last)) },
        duration: durationMs(each.slots * HOUR_MS),
        limit: cents(each.cents),
        fabric: each.fabric,
        fill: each.fill,
      });
    }),
  );
}

export const HALF_MINUTE = durationMs(MINUTE_MS / 2);
