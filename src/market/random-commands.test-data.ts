/**
 * Commands drawn from numbers: sound ones for the most part, made to fit the state, and bad ones among them.
 */
import * as fc from "fast-check";
import { minutes, POLICY, PRICE } from "../recall/recall.test-data.ts";
import type { Policy } from "../policy/policy.ts";
import { rectangle, valueAt } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import { QUANTILES } from "../surplus/quantiles.ts";
import type { EpochMs, Gpus } from "../units.ts";
import {
  epochMs,
  FIRM,
  floorTo,
  gpus,
  later,
  microUsdPerGpuHour,
  MINUTE_MS,
  notice,
  ppm,
  scalePrice,
} from "../units.ts";
import type { MarketCommand, Taking } from "./commands.ts";
import type { Order } from "./order.ts";
import type { MarketState, PoolConfig } from "./state.ts";
import { findContract } from "./state.ts";

const LOT = 8;
export const HORIZON = 40;

export const NOTICES = [FIRM, notice(6 * MINUTE_MS), notice(2 * MINUTE_MS), notice(0)];
export const TIGHT: Policy = {
  ...POLICY,
  rungs: NOTICES.map((notice, index) => ({
    notice,
    duration: minutes(12),
    priceFactor: ppm(1_000_000 - index * 200_000),
    minimumRun: minutes(index === 1 ? 5 : 0),
    maxRecallChance: notice === FIRM ? 0 : 1,
  })),
};
/** Two pools of one SKU; p has two fabrics. */
export const POOLS: readonly PoolConfig[] = [
  { id: "p", sku: "H100", site: "", fabrics: fabricsOf(["a", "b"], 32) },
  { id: "q", sku: "H100", site: "", fabrics: fabricsOf(["c"], 24) },
];
const ACCOUNTS = ["x", "y", "z"];

function fabricsOf(ids: readonly string[], each: number) {
  return ids.map((id) => ({ id, gpus: gpus(each) }));
}

/** Numbers from which a command is made that fits the state, more or less. */
export interface Draw {
  readonly kind: number;
  readonly numbers: readonly number[];
}

export type Maker = (
  state: MarketState,
  numbers: readonly number[],
  id: string,
) => MarketCommand | null;

export function pick<T>(from: Iterable<T>, number: number): T | undefined {
  const all = [...from];
  return all[number % Math.max(1, all.length)];
}

export function minute(state: MarketState, after: number): EpochMs {
  return later(state.now, minutes(after));
}

function poolOf(numbers: readonly number[]): PoolConfig {
  return pick(POOLS, (numbers[0] ?? 0) % 3) ?? POOLS[0]!;
}

export const advance: Maker = (state, [steps = 0]) => ({
  type: "advance",
  now: minute(state, steps % 3),
});

const read: Maker = (state, numbers) => {
  const { id, fabrics } = poolOf(numbers);
  const [, a = 0, b = 0, c = 0] = numbers;
  const start = floorTo(state.now, MINUTE_MS);
  const usedThrough = { start, end: later(start, minutes(1 + (c % 60))) };
  const left = fabrics.map((fabric, index) => {
    const fewer = ((index === 0 ? a : b) % 3) * LOT;
    const own = gpus(c % 2 === 0 ? 0 : ((index === 0 ? b : a) % 4) * LOT);
    const used = rectangle(usedThrough, own);
    return { id: fabric.id, gpus: gpus(fabric.gpus - fewer), used };
  });
  const reading = { at: state.now, demand: gpus(0), fabrics: left };
  return { type: "read_owner", pool: id, reading };
};

/** Bounds that fall in time and grow with shorter notices, or anything at all. */
export const publish: Maker = (state, numbers) => {
  const { id } = poolOf(numbers);
  const rungs = TIGHT.rungs.map(({ notice, priceFactor, duration }, index) => {
    const pieces = [3, 9, HORIZON].map((until, place) => {
      const safe = gpus((1 + ((numbers[1 + ((index + place) % 5)] ?? 0) % 8)) * LOT);
      const sellable = gpus(Math.max(0, safe - ((numbers[place] ?? 0) % 3) * LOT));
      return { until: minute(state, until), safe, sellable };
    });
    const price = scalePrice(PRICE, priceFactor);
    return { notice, price, duration, margin: gpus(0), pieces };
  });
  return { type: "publish_ladder", pool: id, ladder: ladderAt(state.now, rungs) };
};

function ladderAt(now: EpochMs, rungs: Ladder["rungs"]): Ladder {
  const quantiles = Float64Array.from(QUANTILES, (level) => level * 64);
  const peaks = [{ until: later(now, minutes(HORIZON)), quantiles }];
  return { at: now, capacity: gpus(64), reserve: gpus(0), peaks, rungs };
}

export const buy: Maker = (state, numbers, id) => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  const start = minute(state, a % 7);
  const shortest = 1 + (b % 9);
  const isStanding = c % 3 === 0;
  const order: Order = {
    id,
    account: pick(ACCOUNTS, d) ?? "x",
    side: "buy",
    sku: "H100",
    gpus: gpus((1 + (e % 6)) * LOT),
    start: { earliest: start, latest: later(start, minutes((a >> 3) % 4)) },
    duration: { min: minutes(shortest), max: minutes(shortest + ((b >> 4) % 4)) },
    limit: microUsdPerGpuHour(f % 2 === 0 ? 1_000_000n : BigInt(f % 11) * 100_000n + 1n),
    noticeAtLeast: pick([notice(0), notice(0), ...NOTICES], c >> 2) ?? notice(0),
    fabric: d % 3 === 2 ? "one" : "any",
    fill: d % 6 === 5 || e % 5 === 4 ? "all-or-none" : "partial",
    lifetime: isStanding ? "standing" : "immediate",
    expires: isStanding ? minute(state, 1 + (f % 12)) : null,
    contract: null,
  };
  return { type: "place_order", order, now: state.now };
};

export const match: Maker = (state, [a = 0]) => {
  const order = pick(state.book.buys(), a);
  return order ? { type: "match_order", order: order.id, now: state.now } : null;
};

const sell: Maker = (state, [a = 0, b = 0, c = 0, d = 0, e = 0], id) => {
  const contract = findContract(state, pick(state.contracts.keys(), a) ?? "")?.contract;
  if (contract === undefined) return null;
  const from = Math.max(contract.window.start, state.now) + (b % 3) * MINUTE_MS;
  const length = Math.max(MINUTE_MS, contract.window.end - from - ((b >> 3) % 3) * MINUTE_MS);
  const duration = minutes(length / MINUTE_MS);
  const order: Order = {
    id,
    account: e % 9 === 8 ? "z" : contract.holder,
    side: "sell",
    sku: "H100",
    gpus: gpus(c % 5 === 4 ? 4 * LOT : LOT),
    start: { earliest: epochMs(from), latest: epochMs(from) },
    duration: { min: duration, max: duration },
    limit: microUsdPerGpuHour(BigInt(1 + (d % 9)) * 50_000n),
    noticeAtLeast: notice(0),
    fabric: "any",
    fill: "partial",
    lifetime: "standing",
    expires: minute(state, 1 + (e % 30)),
    contract: contract.id,
  };
  return { type: "place_order", order, now: state.now };
};

const cancel: Maker = (state, [a = 0, b = 0]) => {
  const order = pick(b % 2 === 0 ? state.book.sells() : state.book.buys(), a);
  return order ? { type: "cancel_order", order: order.id } : null;
};

/** A contract of the pool that holds something at a time, a placement of it, and what a part of it would be. */
function takingAt(
  state: MarketState,
  id: string,
  time: EpochMs,
  [a = 0, b = 0]: number[],
): Taking[] {
  const contract = findContract(state, id)?.contract;
  const placement = pick(contract?.placements ?? [], a);
  if (contract === undefined || placement === undefined) return [];
  const held = valueAt(placement.held, time);
  const wanted = b % 4 > 0 && (contract.block || b % 4 === 1) ? held : LOT * (1 + (b % 2));
  const change = placement.held.steps.find((step) => step.at > time)?.at;
  const until = (b % 8 < 6 ? change : contract.window.end) ?? contract.window.end;
  return [{ contract: id, fabric: placement.fabric, gpus: wanted as Gpus, until }];
}

/** One to three takings, often right and sometimes too much. */
function takingsAt(state: MarketState, ids: readonly string[], time: EpochMs, numbers: number[]) {
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  return Array.from({ length: a % 4 === 3 ? 2 : 1 }, (_, index) =>
    takingAt(state, pick(ids, b + index * c) ?? "", time, [c, d + index]),
  ).flat();
}

function contractsOf(state: MarketState, pool: string): string[] {
  return [...state.contracts].filter(([, place]) => place.pool === pool).map(([id]) => id);
}

/** Mostly after the notice of the contract that is taken from, or at its start. */
const recall: Maker = (state, numbers, id) => {
  const [a = 0, b = 0, c = 0] = numbers;
  const pool = poolOf(numbers).id;
  const recallable = contractsOf(state, pool).filter(
    (each) => b % 9 === 8 || state.contracts.get(each)?.notice !== FIRM,
  );
  const first = pick(recallable, c) ?? "";
  const notice = state.contracts.get(first)?.notice ?? 0;
  const soonest = state.now + (notice === FIRM ? 0 : notice) + ((a % 6) - 1) * MINUTE_MS;
  const start = findContract(state, first)?.contract.window.start ?? soonest;
  const due = epochMs(Math.max(soonest, start));
  const takings = takingsAt(state, recallable, due, [a, c, numbers[3] ?? 0, numbers[4] ?? 0]);
  const name = b % 3 === 0 ? "again" : id;
  const { now } = state;
  return { type: "give_recall", recall: name, pool, now, due, reason: "owner", takings };
};

const withdraw: Maker = (state, [a = 0]) => {
  const id = pick(state.recalls.keys(), a);
  return id === undefined ? null : { type: "withdraw_recall", recall: id, now: state.now };
};

const breach: Maker = (state, numbers) => {
  const [a = 0, , ...rest] = numbers;
  const pool = poolOf(numbers).id;
  const time = minute(state, a % 4);
  const takings = takingsAt(state, contractsOf(state, pool), time, rest);
  return { type: "breach", pool, now: state.now, at: time, takings };
};

const interrupt: Maker = (state, numbers) => ({
  type: "interrupt",
  pool: poolOf(numbers).id,
  now: state.now,
});

const giveUp: Maker = (state, [a = 0, b = 0]) => {
  const contract = findContract(state, pick(state.contracts.keys(), a) ?? "")?.contract;
  if (contract === undefined) return null;
  const account = b % 9 === 8 ? "z" : contract.holder;
  return { type: "cancel_contract", contract: contract.id, account, now: state.now };
};

const prolong: Maker = (state, [a = 0, b = 0, c = 0], id) => {
  const contract = findContract(state, pick(state.contracts.keys(), a) ?? "")?.contract;
  if (contract === undefined) return null;
  return {
    type: "extend_contract",
    contract: contract.id,
    account: contract.holder,
    order: id,
    until: later(contract.window.end, minutes(b % 7)),
    limit: microUsdPerGpuHour(c % 3 === 0 ? 500_000n : 1_000_000n),
    now: state.now,
  };
};

/** How often each kind of command comes. */
const SHARES: readonly (readonly [number, Maker])[] = [
  [18, buy],
  [9, advance],
  [9, recall],
  [9, sell],
  [4, withdraw],
  [3, breach],
  [3, publish],
  [4, match],
  [2, read],
  [1, cancel],
  [2, giveUp],
  [5, prolong],
  [1, interrupt],
];
export const MAKERS = SHARES.flatMap(([share, maker]) =>
  Array.from({ length: share }, () => maker),
);

/** @param kinds of how many makers one is drawn */
const drawOf = (kinds: number): fc.Arbitrary<Draw> =>
  fc.record({
    kind: fc.nat(kinds - 1),
    numbers: fc.array(fc.nat(255), { minLength: 6, maxLength: 6 }),
  });

export function drawsOf(kinds: number, maxLength: number): fc.Arbitrary<Draw[]> {
  return fc.array(drawOf(kinds), { minLength: 10, maxLength, size: "max" });
}
