import * as fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "../recall/recall.test-data.ts";
import { valueAt } from "../schedule/schedule.ts";
import { epochMs, MINUTE_MS } from "../units.ts";
import { apply } from "./apply.ts";
import { Auditor } from "./auditor.test-data.ts";
import type { MarketCommand } from "./commands.ts";
import { followingOrder } from "./decide-holder.ts";
import { decide } from "./decide.ts";
import type { MarketEvent } from "./events.ts";
import type { Order } from "./order.ts";
import {
  drawsOf,
  HORIZON,
  MAKERS,
  minute,
  NOTICES,
  POOLS,
  publish,
  TIGHT,
} from "./random-commands.test-data.ts";
import type { MarketState } from "./state.ts";
import { emptyMarket, findContract } from "./state.ts";

const RUNS = 2_000;

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
  const placed = orderIn(state, command);
  for (const event of decision.events) {
    count(event.type);
    auditor.hear(event, placed);
    apply(state, event);
    journal.push(event);
  }
}

function orderIn(state: MarketState, command: MarketCommand): Order | null {
  if (command.type === "place_order") return command.order;
  if (command.type !== "extend_contract") return null;
  const contract = findContract(state, command.contract)?.contract;
  return contract === undefined ? null : followingOrder(state, contract, command);
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
  "contract_cancelled",
  "contract_listed",
  "recall_pending",
  "nothing_left",
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
    fc.property(drawsOf(MAKERS.length, 40), (drawn) => {
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
