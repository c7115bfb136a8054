import { expect, test } from "vitest";
import { HOUR_MS, durationMs, epochMs, gpus, microUsdPerGpuHour } from "../units.ts";
import { type Auction, checkTerms, nextDue, openAuction } from "./auction.ts";
import { DAY, LOT, at, offerOf, orderOf } from "./auction.test-data.ts";
import { AUCTION_ORDER_REFUSALS, checkAuctionOrder } from "./check-order.ts";
import { clearAuction } from "./clear.ts";
import {
  type AuctionCommand,
  type AuctionRefusal,
  applyToAuction,
  decideAuction,
} from "./decide.ts";
import type { AuctionOrder } from "./order.ts";

const terms = { id: "auction", grid: DAY, locks: at(-4), clears: at(-2) };
const offers = [offerOf("a")];

/** Carries the commands out. @returns the last one's refusal, or null */
function walk(auction: Auction, ...commands: AuctionCommand[]): AuctionRefusal | null {
  let last: AuctionRefusal | null = null;
  for (const command of commands) {
    const decision = decideAuction(auction, command);
    last = "refusal" in decision ? decision.refusal : null;
    if ("events" in decision) for (const event of decision.events) applyToAuction(auction, event);
  }
  return last;
}

const place = (id: string, changed: Partial<AuctionOrder> = {}): AuctionCommand => ({
  type: "place_auction_order",
  order: orderOf(id, changed),
});
const cancel = (id: string, account = `account of ${id}`): AuctionCommand => ({
  type: "cancel_auction_order",
  order: id,
  account,
});
const lock = (hour = -4): AuctionCommand => ({ type: "lock_auction", now: at(hour) });
const callOff: AuctionCommand = { type: "call_off_auction" };

function clear(auction: Auction, hour = -2): AuctionCommand {
  const outcome = clearAuction(DAY, offers, [...auction.orders.values()]);
  const { revision } = auction;
  return { type: "clear_auction", now: at(hour), revision, offers, outcome };
}

test("an auction collects orders, locks, and is cleared with an outcome", () => {
  const auction = openAuction(terms);
  expect(nextDue(auction)).toBe(terms.locks);
  expect(walk(auction, place("x"), place("y"), cancel("y"), lock(), place("z"))).toBeNull();
  expect([...auction.orders.keys()]).toEqual(["x", "z"]);
  expect(nextDue(auction)).toBe(terms.clears);
  expect(walk(auction, clear(auction))).toBeNull();
  expect(auction.phase).toBe("cleared");
  expect(auction.outcome?.fills).toHaveLength(1);
  expect(nextDue(auction)).toBeNull();
});

test("each command is refused by name, for the first reason there is", () => {
  const auction = openAuction(terms);
  expect(walk(auction, place("x", { gpus: gpus(0) }))).toBe("gpus_not_positive");
  expect(walk(auction, place("x"), place("x"))).toBe("order_id_repeated");
  expect(walk(auction, cancel("y"))).toBe("order_unknown");
  expect(walk(auction, cancel("x", "another account"))).toBe("order_unknown");
  expect(walk(auction, lock(-5))).toBe("auction_not_due");
  expect(walk(auction, clear(auction))).toBe("auction_open");
  expect(walk(auction, lock(), lock())).toBe("auction_locked");
  expect(walk(auction, cancel("x"))).toBe("auction_locked");
  expect(walk(auction, clear(auction, -3))).toBe("auction_not_due");
  const early = clear(auction);
  expect(walk(auction, place("y"), early)).toBe("outcome_outdated");
  expect(walk(auction, { ...clear(auction), offers: [] } as AuctionCommand)).toBe("offer_unknown");
  expect(auction.outcome).toBeNull();
});

test.each([
  ["cleared", (auction: Auction) => [lock(), clear(auction)]],
  ["called_off", () => [callOff]],
])("nothing happens to an auction that is %s", (phase, end) => {
  const auction = openAuction(terms);
  walk(auction, ...end(auction));
  expect(auction.phase).toBe(phase);
  for (const command of [place("x"), cancel("x"), lock(), clear(auction), callOff]) {
    expect(walk(auction, command)).toBe("auction_over");
  }
});

const half = epochMs(at(0) + HOUR_MS / 2);
const FAULTY: Partial<AuctionOrder>[] = [
  { gpus: gpus(0) },
  { gpus: gpus(12) },
  { duration: durationMs(0) },
  { start: { earliest: half, latest: half } },
  { start: { earliest: at(1), latest: at(0) } },
  { start: { earliest: at(5), latest: at(6) } },
  { limit: microUsdPerGpuHour(0n) },
  { limit: microUsdPerGpuHour(2n ** 53n) },
];

test("an order is checked in the documented order, whatever else is wrong with it", () => {
  const found = FAULTY.map((_, i) => {
    const wrong = Object.assign({}, ...FAULTY.slice(i).reverse()) as Partial<AuctionOrder>;
    return checkAuctionOrder(orderOf("x", wrong), DAY);
  });
  expect(found).toEqual(AUCTION_ORDER_REFUSALS);
  expect(checkAuctionOrder(orderOf("x"), DAY)).toBeNull();
});

test.each([
  ["window_not_whole_slots", { grid: { ...DAY, slot: durationMs(5 * HOUR_MS) } }],
  ["lot_not_positive", { grid: { ...DAY, lot: gpus(0) } }],
  ["auction_times_reversed", { locks: at(-1) }],
  ["auction_times_reversed", { clears: at(1) }],
  [null, { clears: at(0), grid: { ...DAY, lot: LOT } }],
])("terms: %s", (refusal, changed) => {
  expect(checkTerms({ ...terms, ...changed })).toBe(refusal);
});
