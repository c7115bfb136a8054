import { expect, test } from "vitest";
import { NO_GPUS } from "../units.ts";
import { boughtIn, openedTrial } from "../exchange/trial.test-data.ts";
import type { Trial } from "../exchange/trial.test-data.ts";
import type { PoolState } from "../market/state.ts";
import { poolOf } from "../market/state.ts";
import { buyOf, sellOf } from "../market/market.test-data.ts";
import type { OrderDraft } from "../market/market.test-data.ts";
import { at, contractOf, HOUR_NOTICE } from "../recall/recall.test-data.ts";
import { assert } from "../units.ts";
import { byDue, previewRecall } from "./recall-plan.ts";

const WISH = { gpus: null, by: at(60), fabric: null };

function buy(trial: Trial, draft: OrderDraft) {
  const order = buyOf({ notice: HOUR_NOTICE, terms: { fill: "all-or-none" }, ...draft });
  return boughtIn(trial.do({ type: "place_order", order, now: at(0) }));
}

function minute(time: number): number {
  return (time - at(0)) / 60_000;
}

/** Carries the plan out. @returns what it would take: GPUs, and from and until which minute */
function recallAll(trial: Trial) {
  const plan = previewRecall(poolOf(trial.state.market, "p"), at(0), WISH);
  assert(typeof plan !== "string", "all can always be planned");
  for (const [due, takings] of byDue(plan.takings)) {
    const recall = `r${due}`;
    trial.do({
      type: "give_recall",
      recall,
      pool: "p",
      now: at(0),
      due,
      reason: "owner",
      takings,
    });
  }
  return plan.takings.map(({ gpus, due, until }) => [gpus, minute(due), minute(until)]);
}

function isAllFree(trial: Trial): boolean {
  const { holdings } = poolOf(trial.state.market, "p");
  return holdings.heldInAll({ start: at(60), end: at(1000) }) === NO_GPUS;
}

test("all that is sold is recalled, what begins later at its beginning", () => {
  const trial = openedTrial();
  buy(trial, { id: "now", account: "x", from: 0, to: 120 });
  buy(trial, { id: "later", account: "x", from: 180, to: 240 });
  expect(recallAll(trial)).toEqual([
    [8, 60, 120],
    [8, 180, 240],
  ]);
  expect(isAllFree(trial)).toBe(true);
});

test.each([8, 16])("all is recalled, also behind a part that was resold (%i GPUs)", (size) => {
  const trial = openedTrial();
  const contract = buy(trial, { id: "o", account: "x", gpus: size, from: 120, to: 240 });
  const part = sellOf(contract.id, { id: "l", account: "x", gpus: 8, from: 160, to: 200 });
  trial.do({ type: "place_order", order: part, now: at(0) });
  buy(trial, { id: "b", account: "y", from: 160, to: 200 });
  expect(recallAll(trial).length).toBeGreaterThanOrEqual(3);
  expect(isAllFree(trial)).toBe(true);
});

/** So many contracts, each an hour long and each beginning a minute after the one before. */
function crowdedPool(contracts: number): PoolState {
  const pool = poolOf(openedTrial().state.market, "p");
  for (let index = 0; index < contracts; index++) {
    const [from, to] = [120 + index, 180 + index];
    pool.holdings.add(contractOf({ id: `c${index}`, notice: HOUR_NOTICE, from, to, gpus: 8 }));
  }
  return pool;
}

test("all of 20,000 contracts are looked at once each, however many begin at times of their own", () => {
  const pool = crowdedPool(20_000);
  let looks = 0;
  const { holdings } = pool;
  const contractsAt = holdings.contractsAt.bind(holdings);
  holdings.contractsAt = function* counted(notice) {
    for (const contract of contractsAt(notice)) {
      looks += 1;
      yield contract;
    }
  };
  const plan = previewRecall(pool, at(0), WISH);
  assert(typeof plan !== "string", "all can always be planned");
  expect(plan).toMatchObject({ gpus: 160_000 });
  expect(plan.takings.at(-1)).toMatchObject({ contract: "c19999", notice: HOUR_NOTICE });
  expect(looks).toBe(20_000);
});
