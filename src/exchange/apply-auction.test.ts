import { expect, test } from "vitest";
import { at, minutes, QUARTER, span } from "../recall/recall.test-data.ts";
import { StateHash } from "../state-hash.ts";
import { gpus, microUsdPerGpuHour } from "../units.ts";
import { applyAuction } from "./apply-auction.ts";
import type { AuctionsEvent } from "./auctions.ts";
import { noAuctions } from "./auctions.ts";

const ORDER = {
  id: "o",
  account: "x",
  gpus: gpus(8),
  start: { earliest: at(120), latest: at(120) },
  duration: minutes(10),
  limit: microUsdPerGpuHour(1_000_000n),
  fabric: "one",
  fill: "partial",
} as const;

const LIFE: readonly AuctionsEvent[] = [
  {
    type: "auction_opened",
    auction: {
      id: "a",
      sku: "H100",
      pools: ["p"],
      notice: QUARTER,
      longest: minutes(60),
      grid: { window: span(120, 180), slot: minutes(10), lot: gpus(8) },
      locks: at(10),
      clears: at(20),
    },
  },
  { type: "auction_order_placed", auction: "a", order: ORDER },
  { type: "auction_order_cancelled", auction: "a", order: "o" },
  { type: "auction_order_placed", auction: "a", order: ORDER },
  { type: "auction_locked", auction: "a" },
  { type: "auction_called_off", auction: "a", left: ["o"] },
];

test("each event of an auction's life changes the hash, and what is over leaves nothing in it", () => {
  const hash = new StateHash();
  const state = noAuctions(hash);
  const hashes = LIFE.map((event) => {
    applyAuction(state, event);
    return hash.toString();
  });
  expect(new Set(hashes).size).toBe(LIFE.length);
  expect(hashes.at(-1)).toBe(new StateHash().toString());
  expect(state.running.size + state.orders.size).toBe(0);
});
