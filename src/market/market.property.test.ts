import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Policy } from "../policy/policy.ts";
import { at, minutes, POLICY, PRICE } from "../recall/recall.test-data.ts";
import { valueAt } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import { QUANTILES } from "../surplus/quantiles.ts";
import type { EpochMs, Gpus } from "../units.ts";
import {
  epochMs,
  FIRM,
  gpus,
  later,
  microUsdPerGpuHour,
  MINUTE_MS,
  notice,
  ppm,
  scalePrice,
} from "../units.ts";
import { apply } from "./apply.ts";
import { Auditor } from "./auditor.test-data.ts";
import type { MarketCommand, Taking } from "./commands.ts";
import { decide } from "./decide.ts";
import type { MarketEvent } from "./events.ts";
import type { Order } from "./order.ts";
import type { MarketState, PoolConfig } from "./state.ts";
import { emptyMarket, findContract } from "./state.ts";

const RUNS = 2_000;
const LOT = 8;
const HORIZON = 40;

const NOTICES = [FIRM, notice(6 * MINUTE_MS), notice(2 * MINUTE_MS), notice(0)];
const TIGHT: Policy = {
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
const POOLS: readonly PoolConfig[] = [
  { id: "p", sku: "H100", site: "", fabrics: fabricsOf(["a", "b"], 32) },
  { id: "q", sku: "H100", site: "", fabrics: fabricsOf(["c"], 24) },
];
const ACCOUNTS = ["x", "y", "z"];

function fabricsOf(ids: readonly string[], each: number) {
  return ids.map((id) => ({ id, gpus: gpus(each) }));
}

/** Numbers from which a command is made that fits the state, more or less. */
interface Draw {
  readonly kind: number;
  readonly numbers: readonly number[];
}

type Maker = (state: MarketState, numbers: readonly number[], id: string) => MarketCommand | null;

function pick<T>(from: Iterable<T>, number: number): T | undefined {
  const all = [...from];
  return all[number % Math.max(1, all.length)];
}

function minute(state: MarketState, after: number): EpochMs {
  return later(state.now, minutes(after));
}

function poolOf(numbers: readonly number[]): PoolConfig {
  return pick(POOLS, (numbers[0] ?? 0) % 3) ?? POOLS[0]!;
}

const advance: Maker = (state, [steps = 0]) => ({ type: "advance", now: minute(state, steps % 3) });

const read: Maker = (state, numbers) => {
  const { id, fabrics } = poolOf(numbers);
  const [, a = 0, b = 0] = numbers;
  const left = fabrics.map((fabric, index) => {
    const fewer = ((index === 0 ? a : b) % 3) * LOT;
    return { id: fabric.id, gpus: gpus(fabric.gpus - fewer) };
  });
  const reading = { at: state.now, demand: gpus(0), fabrics: left };
  return { type: "read_owner", pool: id, reading };
};

/** Bounds that fall in time and grow with shorter notices, or anything at all. */
const publish: Maker = (state, numbers) => {
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

const buy: Maker = (state, numbers, id) => {
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

const match: Maker = (state, [a = 0]) => {
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
  [1, interrupt],
];
const MAKERS = SHARES.flatMap(([share, maker]) => Array.from({ length: share }, () => maker));

const draws: fc.Arbitrary<Draw[]> = fc.array(
  fc.record({
    kind: fc.nat(MAKERS.length - 1),
    numbers: fc.array(fc.nat(255), { minLength: 6, maxLength: 6 }),
  }),
  { minLength: 10, maxLength: 40, size: "max" },
);

/** A market, its journal, and the auditor who hears what is written there. */
interface Trial {
  readonly state: MarketState;
  readonly journal: MarketEvent[];
  readonly auditor: Auditor;
}

/** What happened over all trials: a property that nothing puts to the test proves nothing. */
const seen = new Map<string, number>();

function count(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

function carryOut(trial: Trial, command: MarketCommand, isWatched: boolean): void {
  const { state, journal, auditor } = trial;
  const before = isWatched ? pictureOf(state) : state.hash.toString();
  const decision = decide(state, command);
  const after = isWatched ? pictureOf(state) : state.hash.toString();
  if (after !== before) throw new Error("a decision changed the state");
  if ("refusal" in decision) return count(decision.refusal);
  const placed = command.type === "place_order" ? command.order : null;
  for (const event of decision.events) {
    count(event.type);
    auditor.hear(event, placed);
    apply(state, event);
    journal.push(event);
  }
}

/** All that can be seen of a state. */
function pictureOf(state: MarketState): string {
  const { now, hash, sales, book, due, contracts, tallies, recalls, pools, supplies } = state;
  const held = [...contracts.keys()].map((id) => findContract(state, id)?.contract);
  const orders = [...book.buys(), ...book.sells()];
  const asks = [...supplies.values()].map((supply) => supply.asks.map((ask) => ask.source));
  const models = [...pools.values()].map((pool) => [
    [...pool.chances],
    pool.reading,
    [...pool.cautions],
  ]);
  const rest = [held, orders, asks, models, [...tallies], [...recalls]];
  return JSON.stringify([now, hash.toString(), sales, due.size, rest], plain);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Sums by fabric and by notice, and each contract's holding, minute by minute. */
function expectSameHoldings({ state, auditor }: Trial): void {
  for (const { id, fabrics } of POOLS) {
    const holdings = state.pools.get(id)?.holdings;
    const { byFabric, atLeast } = auditor.sums(id, state.now, HORIZON);
    for (let ahead = 0; ahead < HORIZON; ahead++) {
      const window = { start: minute(state, ahead), end: minute(state, ahead + 1) };
      const ours = [
        ...fabrics.map((fabric) => holdings?.heldInFabric(fabric.id, window)),
        ...NOTICES.map((notice) => holdings?.heldAtLeast(notice, window)),
      ];
      const naive = [...byFabric.values(), ...atLeast.values()].map((sums) => sums[ahead]);
      if (String(ours) !== String(naive)) expect(ours).toEqual(naive);
    }
  }
  expect([...state.contracts.keys()].sort()).toEqual([...auditor.contracts.keys()].sort());
  for (const [id, { held }] of auditor.contracts) expectSameContract(state, id, held);
}

function expectSameContract(
  state: MarketState,
  id: string,
  held: ReadonlyMap<string, ReadonlyMap<number, number>>,
): void {
  for (const { fabric, held: ours } of findContract(state, id)?.contract.placements ?? []) {
    for (const [time, naive] of held.get(fabric) ?? []) {
      const value = valueAt(ours, epochMs(time * MINUTE_MS));
      if (value !== naive) expect(value).toBe(naive);
    }
  }
}

function expectSameReplay({ state, journal }: Trial): void {
  const replayed = emptyMarket(at(0));
  for (const event of journal) apply(replayed, event);
  expect(replayed.hash.toString()).toBe(state.hash.toString());
  expect(pictureOf(replayed)).toBe(pictureOf(state));
}

function opened(): Trial {
  const trial = { state: emptyMarket(at(0)), journal: [], auditor: new Auditor(at(0)) };
  for (const pool of POOLS) carryOut(trial, { type: "open_pool", pool, policy: TIGHT }, false);
  for (const number of [0, 1]) {
    const ladder = publish(trial.state, [number, 7, 7, 7, 7, 7], "");
    if (ladder !== null) carryOut(trial, ladder, false);
  }
  return trial;
}

const OFTEN = [
  "contract_sold",
  "contract_resold",
  "contract_breached",
  "contract_interrupted",
  "contract_ended",
  "recall_noticed",
  "recall_withdrawn",
  "recall_handed_over",
  "recall_id_repeated",
  "order_reduced",
  "order_left",
  "room_was_sold",
  "block_taken_in_part",
  "notice_too_short",
  "contract_holds_less",
];

test("whatever is asked of a market, it promises no GPU twice and keeps its books", () => {
  fc.assert(
    fc.property(draws, (drawn) => {
      const trial = opened();
      for (const [index, { kind, numbers }] of drawn.entries()) {
        const command = MAKERS[kind]?.(trial.state, numbers, `n${index}`) ?? null;
        if (command !== null) carryOut(trial, command, index % 20 === 19);
      }
      expectSameHoldings(trial);
      expectSameReplay(trial);
    }),
    { numRuns: RUNS },
  );
  const rare = OFTEN.filter((what) => (seen.get(what) ?? 0) < RUNS / 200);
  expect(rare).toEqual([]);
});
