/** Commands about auctions drawn from numbers: sound ones for the most part, and outcomes that are no longer lawful. */
import { nextDue } from "../auction/auction.ts";
import { clearAuction } from "../auction/clear.ts";
import type { AuctionFill, AuctionOutcome } from "../auction/outcome.ts";
import { minute, NOTICES, pick } from "../market/random-commands.test-data.ts";
import { minutes } from "../recall/recall.test-data.ts";
import type { EpochMs } from "../units.ts";
import {
  addGpus,
  durationMs,
  epochMs,
  gpus,
  later,
  microUsdPerGpuHour,
  MINUTE_MS,
} from "../units.ts";
import { auctionProblem } from "./auction-entrants.ts";
import { offersInFabrics } from "./auction-supply.ts";
import type { RunningAuction } from "./auctions.ts";
import type { Maker } from "./random-commands.test-data.ts";
import type { ExchangeState } from "./state.ts";

const EFFORT = { priceRounds: 10, changes: 30, seed: 1 };

type Fits = (auction: RunningAuction, now: EpochMs) => boolean;

/** Mostly one that the command fits; sometimes any. */
function running(
  { auctions, market }: ExchangeState,
  number: number,
  fits: Fits,
): RunningAuction | undefined {
  const all = [...auctions.running.values()];
  return pick(number % 32 === 31 ? all : all.filter((each) => fits(each, market.now)), number);
}

const isTaking: Fits = ({ sale }, now) => now < sale.clears;
const isLockable: Fits = ({ sale, auction }, now) => auction.phase === "open" && now >= sale.locks;
const isDue: Fits = ({ sale, auction }, now) => auction.phase === "locked" && now >= sale.clears;

/** Until the next auction is due. */
const wait: Maker = ({ auctions, market }) => {
  const times = [...auctions.running.values()].map(({ auction }) => nextDue(auction) ?? market.now);
  const due = Math.min(...times);
  return Number.isFinite(due) && due > market.now ? { type: "advance", now: epochMs(due) } : null;
};

const open: Maker = ({ market, auctions }, [a = 0, b = 0, c = 0, d = 0], id) => {
  if (auctions.running.size > 2 && d % 16 < 15) return null;
  const start = minute(market, 2 + (a % 5));
  const slot = minutes(b % 3 === 0 ? 2 : 1);
  const window = { start, end: later(start, durationMs(slot * (2 + (b % 6)))) };
  const locks = minute(market, 1 + (c % 2));
  return {
    type: "open_auction",
    auction: {
      id: d % 16 === 15 ? "again" : id,
      sku: "H100",
      pool: pick([null, null, "p", "q"], d) ?? null,
      notice: pick(NOTICES, c >> 2) ?? NOTICES[0]!,
      window,
      slot,
      locks,
      clears: later(locks, minutes((c >> 3) % 3)),
    },
    now: market.now,
  };
};

const place: Maker = (state, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0], id) => {
  const found = running(state, a, isTaking);
  if (found === undefined) return null;
  const { window, slot } = found.sale.grid;
  const slots = (window.end - window.start) / slot;
  const length = 1 + (b % Math.max(1, slots - 1));
  const first = c % Math.max(1, slots - length);
  const earliest = epochMs(window.start + first * slot);
  const order = {
    id,
    account: pick(["x", "y", "z", "w", "x", "y", "z", "nobody"], d) ?? "x",
    gpus: gpus(8 * (1 + (e % 5)) + (f % 32 === 31 ? 1 : 0)),
    start: { earliest, latest: later(earliest, durationMs(slot * ((c >> 3) % 3))) },
    duration: durationMs(slot * length),
    limit: microUsdPerGpuHour(BigInt(3 + (f % 12)) * 110_007n),
    fabric: e % 2 === 0 ? "one" : "any",
    fill: d % 5 === 4 ? "partial" : "all-or-none",
  } as const;
  return { type: "place_auction_order", auction: found.sale.id, order, now: state.market.now };
};

const cancel: Maker = (state, [a = 0, b = 0]) => {
  const entered = pick(state.auctions.orders.values(), a);
  if (entered === undefined) return null;
  const { auction, order } = entered;
  const account = b % 8 === 7 ? "w" : order.account;
  return { type: "cancel_auction_order", auction, order: order.id, account, now: state.market.now };
};

const lock: Maker = (state, [a = 0]) => {
  const found = running(state, a, isLockable);
  if (found === undefined) return null;
  return { type: "lock_auction", auction: found.sale.id, now: state.market.now };
};

/** Sometimes of what the fabrics have without regard to the ladder, or of orders that came after it. */
const clear: Maker = (state, [a = 0, b = 0, c = 0, d = 0]) => {
  const found = running(state, a, isDue);
  const problem = found && auctionProblem(state, found.sale.id);
  if (found === undefined || problem === null || problem === undefined) return null;
  const { sale } = found;
  const offers = b % 3 === 0 ? offersInFabrics(state.market, sale) : problem.offers;
  const orders = b % 4 === 0 ? [...found.auction.orders.values()] : problem.orders;
  const outcome = clearAuction(sale.grid, offers, orders, EFFORT);
  return {
    type: "clear_auction",
    auction: sale.id,
    revision: problem.revision - (c % 16 === 15 ? 1 : 0),
    outcome: d % 3 === 2 ? spoiled(outcome, a + c) : outcome,
    now: state.market.now,
  };
};

/** An outcome that breaks one rule, where it fills anything. */
export function spoiled(outcome: AuctionOutcome, number: number): AuctionOutcome {
  const [fill, ...others] = outcome.fills;
  if (fill === undefined) return outcome;
  const pieces = (change: (piece: AuctionFill["pieces"][number]) => object) => ({
    ...fill,
    pieces: fill.pieces.map((piece) => ({ ...piece, ...change(piece) })),
  });
  const early = { start: epochMs(fill.window.start - MINUTE_MS), end: fill.window.end };
  const wrong = [
    pieces((piece) => ({ gpus: addGpus(piece.gpus, gpus(8)) })),
    pieces(({ price }) => ({ price: microUsdPerGpuHour(price / 2n) })),
    pieces(({ price }) => ({ price: microUsdPerGpuHour(price * 3n) })),
    pieces(() => ({ offer: "p/lost" })),
    { ...fill, order: "lost" },
    { ...fill, window: early },
  ];
  return { ...outcome, fills: [wrong[number % wrong.length] ?? fill, ...others] };
}

const callOff: Maker = (state, [a = 0]) => {
  const found = running(state, a, () => true);
  return found ? { type: "call_off_auction", auction: found.sale.id } : null;
};

const SHARES: readonly (readonly [number, Maker])[] = [
  [20, open],
  [90, place],
  [6, cancel],
  [20, wait],
  [40, lock],
  [60, clear],
  [1, callOff],
];

export const AUCTION_MAKERS: readonly Maker[] = SHARES.flatMap(([share, maker]) =>
  Array.from({ length: share }, () => maker),
);
