/**
 * What does a match cost, and how far is it from the least that it could cost?
 *
 * The asks: the five rungs of one pool with four fabrics, and listings, each a rectangle in one fabric.
 * An order that the first ask fills shows the cost of a match; one that nothing fills whole shows the
 * cost of an ask, as every ask is looked at. The opponent of a fixed rectangle is a bare scan over plain
 * objects with the same fields, which checks price, notice, duration and supply of each ask and adds up
 * GPUs and price, but names no fabric and lists no pieces. A flexible match is compared with matching at
 * every minute (or, with room in the duration too, every hour and number of hours) of its range.
 * Both sides answer the same orders, and every answer is compared.
 * Printed: the time of one order in the quickest quarter of the blocks, because others may be using the
 * machine.
 */
import { availableParallelism, cpus } from "node:os";
import { findMatch } from "../src/market/match.ts";
import { comparePrices } from "../src/market/offer.ts";
import type { Match } from "../src/market/match.ts";
import type { Order } from "../src/market/order.ts";
import { fixedTo } from "../src/market/order.ts";
import type { Ask } from "../src/market/supply.ts";
import { Supply } from "../src/market/supply.ts";
import type { EpochMs, Window } from "../src/units.ts";
import {
  assert,
  durationMs,
  epochMs,
  gpus,
  HOUR_MS,
  MINUTE_MS,
  microUsdPerGpuHour,
  NO_GPUS,
  notice,
} from "../src/units.ts";

const COUNTS = [10, 100, 1_000];
const BLOCKS = 16;
const ORDERS = 32;
const NOW = epochMs(0);

/** An ask as the bare scan sees it; `pool` is null for a listing. */
interface Plain {
  readonly price: bigint;
  readonly notice: number;
  readonly maxDuration: number;
  readonly start: number;
  readonly end: number;
  readonly gpus: number;
  readonly pool: string | null;
}

const hour = (count: number) => epochMs(count * HOUR_MS);
const hours = (count: number) => durationMs(count * HOUR_MS);

function rungs(): Plain[] {
  const notices = [Infinity, 24 * HOUR_MS, 4 * HOUR_MS, 15 * MINUTE_MS, 2 * MINUTE_MS];
  const prices = [2_500_000n, 2_000_000n, 1_625_000n, 1_250_000n, 1_000_000n];
  return notices.map((notice, index) => ({
    price: prices[index] ?? 0n,
    notice,
    maxDuration: 24 * HOUR_MS,
    start: 0,
    end: 1_000 * HOUR_MS,
    gpus: 32 * (index + 1),
    pool: "p",
  }));
}

function listings(count: number): Plain[] {
  return Array.from({ length: count }, (_, index) => {
    const start = ((index * 7) % 48) * HOUR_MS;
    const length = (4 + ((index * 5) % 21)) * HOUR_MS;
    const price = 900_000n + BigInt((index * 31) % 97) * 17_001n;
    const terms = { notice: 2 * MINUTE_MS, maxDuration: length, gpus: 8, pool: null };
    return { ...terms, price, start, end: start + length };
  });
}

function askOf(plain: Plain, index: number): Ask {
  const fabrics = plain.pool === null ? ["abcd".charAt(index % 4)] : ["a", "b", "c", "d"];
  const [inAll, inEach] = [gpus(plain.gpus), gpus(plain.gpus / fabrics.length)];
  const covers = ({ start, end }: Window): boolean => plain.start <= start && end <= plain.end;
  const given = notice(plain.notice);
  return {
    source:
      plain.pool === null
        ? { kind: "listing", order: `order ${index}`, contract: `contract ${index}` }
        : { kind: "rung", pool: plain.pool, notice: given },
    notice: given,
    price: microUsdPerGpuHour(plain.price),
    fabrics,
    maxDuration: durationMs(plain.maxDuration),
    available: (_, window) => (covers(window) ? inEach : NO_GPUS),
    availableInAll: (window) => (covers(window) ? inAll : NO_GPUS),
    changes: ({ start, end }) =>
      [plain.start, plain.end].filter((time) => start <= time && time < end).map(epochMs),
  };
}

function orderOf(index: number, changed: Partial<Order>): Order {
  const start = hour((index * 11) % 40);
  return {
    id: `order ${index}`,
    account: "buyer",
    side: "buy",
    sku: "H100",
    gpus: gpus(8),
    start: { earliest: start, latest: start },
    duration: { min: hours(4), max: hours(4) },
    limit: microUsdPerGpuHour(2_600_000n),
    noticeAtLeast: notice(0),
    fabric: "any",
    fill: "partial",
    lifetime: "immediate",
    expires: null,
    contract: null,
    ...changed,
  };
}

/** A fixed rectangle's GPUs and its price by the hour, and nothing else. */
function bareScan(order: Order, asks: readonly Plain[]): [number, bigint] {
  const start = order.start.earliest;
  const end = start + order.duration.min;
  let [filled, spend, pool] = [0, 0n, ""];
  for (const ask of asks) {
    if (filled >= order.gpus || ask.price > order.limit) break;
    if (ask.notice < order.noticeAtLeast || ask.maxDuration < end - start) continue;
    if (ask.start > start || ask.end < end || ask.pool === pool) continue;
    const taken = Math.min(ask.gpus, order.gpus - filled);
    pool = ask.pool ?? pool;
    filled += taken;
    spend += ask.price * BigInt(taken);
  }
  return [filled, spend];
}

/** The best of the order's windows that start and last a whole number of steps. */
function tryAll(order: Order, supply: Supply, step: number): Match | null {
  let best: Match | null = null;
  for (let from: number = order.start.earliest; from <= order.start.latest; from += step) {
    for (let length: number = order.duration.max; length >= order.duration.min; length -= step) {
      const window = { start: epochMs(from), end: epochMs(from + length) };
      const match = findMatch(fixedTo(order, window), supply, NOW);
      if (match !== null && (best === null || isBetter(match, best))) best = match;
    }
  }
  return best;
}

function gpuTimeOf({ window, gpus }: Match): number {
  return gpus * (window.end - window.start);
}

function isBetter(a: Match, b: Match): boolean {
  const more = gpuTimeOf(a) - gpuTimeOf(b);
  return more > 0 || (more === 0 && comparePrices(a, b) < 0);
}

/** Ours, theirs. */
type Race = readonly [number, number];
type Answer = (order: Order) => unknown;

/** Runs the orders `rounds` times; microseconds for one. */
function microseconds(answer: Answer, orders: readonly Order[], rounds: number): number {
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) for (const order of orders) answer(order);
  return ((performance.now() - began) * 1_000) / (rounds * orders.length);
}

function quickestQuarter(blocks: readonly number[]): number {
  const quickest = blocks.toSorted((a, b) => a - b).slice(0, blocks.length / 4);
  return quickest.reduce((sum, block) => sum + block, 0) / quickest.length;
}

/** Both sides in turns, each for about `ms` a block; microseconds for one order. */
function race(orders: readonly Order[], ours: Answer, theirs: Answer, ms: number): Race {
  const sides = [ours, theirs].map((answer) => ({ answer, blocks: [] as number[] }));
  for (let block = 0; block < BLOCKS; block += 1) {
    for (const { answer, blocks } of sides) {
      const once = microseconds(answer, orders, 1);
      const rounds = Math.max(1, Math.floor((ms * 1_000) / (once * orders.length)));
      blocks.push(microseconds(answer, orders, rounds));
    }
  }
  const [a = 0, b = 0] = sides.map(({ blocks }) => quickestQuarter(blocks));
  return [a, b];
}

function print(what: string, count: number, [ours, theirs]: Race, unit: number): void {
  const cell = (time: number): string => (time * unit).toFixed(unit === 1 ? 1 : 0).padStart(12);
  const ratio = (ours / theirs).toFixed(unit === 1 ? 4 : 2).padStart(10);
  console.log(what.padEnd(34) + String(count).padStart(7) + cell(ours) + cell(theirs) + ratio);
}

function gpusAndSpend(match: Match | null): [number, bigint] {
  if (match === null) return [0, 0n];
  const spend = match.pieces.reduce((sum, { ask, gpus }) => sum + ask.price * BigInt(gpus), 0n);
  return [match.gpus, spend];
}

function raceRectangles(what: string, supply: Supply, plain: readonly Plain[], size: number): void {
  const orders = Array.from({ length: ORDERS }, (_, index) => orderOf(index, { gpus: gpus(size) }));
  const ours = (order: Order): Match | null => findMatch(order, supply, NOW);
  const theirs = (order: Order): [number, bigint] => bareScan(order, plain);
  for (const order of orders) {
    const [expected, found] = [theirs(order), gpusAndSpend(ours(order))];
    assert(expected.join() === found.join(), `${what}: ${found.join()} is ${expected.join()}`);
  }
  print(what, plain.length, race(orders, ours, theirs, 20), 1_000);
}

function raceFlexible(what: string, supply: Supply, changed: Partial<Order>, step: number): void {
  const orders = [0, 1, 2, 3].map((index) => {
    const earliest: EpochMs = hour(index * 5);
    return orderOf(index, { ...changed, start: { earliest, latest: hour(index * 5 + 24) } });
  });
  const ours = (order: Order): Match | null => findMatch(order, supply, NOW);
  const theirs = (order: Order): Match | null => tryAll(order, supply, step);
  for (const order of orders) {
    const [expected, found] = [theirs(order), ours(order)];
    assert(
      JSON.stringify(expected, text) === JSON.stringify(found, text),
      `${what}: the same match`,
    );
  }
  print(what, supply.asks.length, race(orders, ours, theirs, 1), 1);
}

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" || value === Infinity ? String(value) : value;
}

console.log(
  `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}`,
);
console.log(`\n${"ns a match".padEnd(34)}   asks        ours   bare scan     ratio`);
const sizes = COUNTS.map((count) => {
  const plain = [...rungs(), ...listings(count - 5)];
  const byAsk = new Map(plain.map((each, index) => [askOf(each, index), each]));
  const supply = new Supply(byAsk.keys());
  return { supply, sorted: supply.asks.flatMap((ask) => byAsk.get(ask) ?? []) };
});
for (const { supply, sorted } of sizes) raceRectangles("rectangle, 8 GPUs", supply, sorted, 8);
for (const { supply, sorted } of sizes)
  raceRectangles("rectangle, all there is", supply, sorted, 1e6);
console.log(`\n${"µs a match".padEnd(34)}   asks        ours   try them all`);
const duration = { min: hours(1), max: hours(8) };
for (const { supply } of sizes) raceFlexible("start within 24 h, 8 GPUs", supply, {}, MINUTE_MS);
for (const { supply } of sizes) {
  raceFlexible("start within 24 h, all there is", supply, { gpus: gpus(1e6) }, MINUTE_MS);
}
for (const { supply } of sizes) {
  raceFlexible("start within 24 h, 1 to 8 h, 64", supply, { gpus: gpus(64), duration }, HOUR_MS);
}
