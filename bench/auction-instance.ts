/** Auctions as hard as a contended week: more wanted than there is, blocks of all sizes, some with room to move. */
import type { AuctionGrid, AuctionOffer, AuctionOrder } from "../src/auction/order.ts";
import { Xorshift } from "../src/auction/random.ts";
import { fromSteps } from "../src/schedule/schedule.ts";
import { HOUR_MS, durationMs, epochMs, gpus, microUsdPerGpuHour } from "../src/units.ts";

export interface Instance {
  readonly grid: AuctionGrid;
  readonly offers: readonly AuctionOffer[];
  readonly orders: readonly AuctionOrder[];
}

export interface Shape {
  readonly orders: number;
  readonly fabrics: number;
  readonly hours: number;
  /** Lots wanted for each lot there is, over all hours. */
  readonly contention: number;
}

const LOT = gpus(8);
const RESERVE = 800_000n;

export function instanceOf(shape: Shape, seed: number): Instance {
  const random = new Xorshift(seed);
  const grid = {
    window: { start: epochMs(0), end: epochMs(shape.hours * HOUR_MS) },
    slot: HOUR_MS,
    lot: LOT,
  };
  const orders = Array.from({ length: shape.orders }, (_, i) => orderOf(shape, random, i));
  const wanted = orders.reduce(
    (sum, each) => sum + (each.gpus / LOT) * (each.duration / HOUR_MS),
    0,
  );
  const level = Math.max(4, Math.round(wanted / shape.contention / (shape.fabrics * shape.hours)));
  const offers = Array.from({ length: shape.fabrics }, (_, i) => offerOf(shape, random, i, level));
  return { grid, offers, orders };
}

/** Free GPUs go up and down through the day, and drop to little while a training run holds the fabric. */
function offerOf({ hours }: Shape, random: Xorshift, index: number, level: number): AuctionOffer {
  const steps = [];
  for (let hour = 0; hour < hours; hour += 3 + random.below(10)) {
    const lots = Math.max(1, Math.round((level * (50 + random.below(101))) / 100));
    steps.push({ at: epochMs(hour * HOUR_MS), gpus: gpus(lots * LOT) });
  }
  return {
    id: `offer ${index}`,
    account: "owner",
    fabric: `fabric ${index}`,
    free: fromSteps(steps),
    reserve: microUsdPerGpuHour(RESERVE),
  };
}

const LOTS = [1, 1, 1, 2, 2, 4, 4, 8, 8, 16];
const HOURS = [2, 4, 4, 6, 8, 8, 12, 12, 24, 36];

function orderOf({ hours }: Shape, random: Xorshift, index: number): AuctionOrder {
  const length = HOURS[random.below(HOURS.length)] ?? 1;
  const lots = LOTS[random.below(LOTS.length)] ?? 1;
  const earliest = random.below(hours - length + 1);
  const room = random.below(3) === 0 ? 0 : random.below(9);
  const latest = Math.min(hours - length, earliest + room);
  const above = 100_000 + random.below(1_500_000);
  return {
    id: `order ${String(index).padStart(6, "0")}`,
    account: `buyer ${index % 97}`,
    gpus: gpus(lots * LOT),
    start: { earliest: epochMs(earliest * HOUR_MS), latest: epochMs(latest * HOUR_MS) },
    duration: durationMs(length * HOUR_MS),
    limit: microUsdPerGpuHour(RESERVE + BigInt(above)),
    fabric: "one",
    fill: "all-or-none",
  };
}
