import { expect, test } from "vitest";
import { HOUR_MS, epochMs, gpus } from "../units.ts";
import { DAY, LOT, at, cents, during, offerOf, orderOf } from "./auction.test-data.ts";
import { checkOutcome } from "./check-outcome.ts";
import type { AuctionFill, AuctionPiece } from "./outcome.ts";

const offers = [
  offerOf("a"),
  offerOf("b"),
  offerOf("own", { account: "account of x" }),
  offerOf("dear", { reserve: cents(150) }),
];
const orders = [
  orderOf("x", { gpus: gpus(2 * LOT), start: { earliest: at(0), latest: at(2) }, fabric: "any" }),
  orderOf("y", { gpus: gpus(2 * LOT) }),
  orderOf("z", { gpus: gpus(2 * LOT), fill: "partial" }),
];

function piece(offer: string, changed: Partial<AuctionPiece> = {}): AuctionPiece {
  return { offer, gpus: LOT, price: cents(150), ...changed };
}

function fill(changed: Partial<AuctionFill> = {}): AuctionFill {
  return { order: "x", window: during(0, 1), pieces: [piece("a"), piece("b")], ...changed };
}

const offGrid = { start: epochMs(at(0) + HOUR_MS / 2), end: epochMs(at(1) + HOUR_MS / 2) };

test.each<[string | null, AuctionFill[]]>([
  [null, []],
  [null, [fill()]],
  [null, [fill({ window: during(2, 3) })]],
  [null, [fill({ order: "z", pieces: [piece("a")] })]],
  ["order_unknown", [fill({ order: "nobody's" })]],
  ["order_filled_twice", [fill(), fill({ window: during(2, 3) })]],
  ["offer_unknown", [fill({ pieces: [piece("a"), piece("nobody's")] })]],
  ["own_offer", [fill({ pieces: [piece("a"), piece("own")] })]],
  ["window_not_acceptable", [fill({ window: during(3, 4) })]],
  ["window_not_acceptable", [fill({ window: during(0, 2) })]],
  ["window_not_acceptable", [fill({ window: offGrid })]],
  [
    "pieces_not_whole_lots",
    [fill({ pieces: [piece("a", { gpus: gpus(12) }), piece("b", { gpus: gpus(4) })] })],
  ],
  [
    "pieces_not_whole_lots",
    [fill({ pieces: [piece("a"), piece("b"), piece("dear", { gpus: gpus(0) })] })],
  ],
  ["block_not_whole", [fill({ pieces: [piece("a")] })]],
  ["block_not_whole", [fill({ order: "z", pieces: [] })]],
  ["block_not_whole", [fill({ order: "z", pieces: [piece("a"), piece("b"), piece("dear")] })]],
  ["fabric_not_kept", [fill({ order: "y" })]],
  ["price_above_limit", [fill({ pieces: [piece("a"), piece("b", { price: cents(201) })] })]],
  ["price_below_reserve", [fill({ pieces: [piece("a"), piece("dear", { price: cents(149) })] })]],
  ["offer_oversold", [fill(), fill({ order: "z", pieces: [piece("a")] })]],
])("%s", (fault, fills) => {
  expect(checkOutcome(DAY, offers, orders, { fills })).toBe(fault);
});

test("two fills may follow one another in one lot", () => {
  const later = fill({ window: during(1, 2) });
  const sooner = fill({ order: "z", pieces: [piece("a")] });
  expect(checkOutcome(DAY, offers, orders, { fills: [later, sooner] })).toBeNull();
});

test("GPUs that were lost since are missed", () => {
  const less = [offerOf("a", { free: { steps: [] } }), offerOf("b")];
  expect(checkOutcome(DAY, less, orders, { fills: [fill()] })).toBe("offer_oversold");
});
