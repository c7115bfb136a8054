import type { Contract } from "../contracts/contract.ts";
import { pieces } from "../schedule/schedule.ts";
import { alarmed } from "../surplus/caution.ts";
import type { ChanceBasis, RecallChance } from "../surplus/recall-chance.ts";
import { awaiting, taught, untold } from "../surplus/recall-chance.ts";
import type { HashedFields } from "../state-hash.ts";
import { hashedFields } from "../state-hash.ts";
import type { EpochMs, Gpus, Notice, Window } from "../units.ts";
import { addGpus, assert, NO_GPUS, subGpus } from "../units.ts";
import { worry } from "./apply-pool.ts";
import type { MarketEvent } from "./events.ts";
import {
  contractFields,
  learntFields,
  openFields,
  recallFields,
  salesFields,
  tallyFields,
} from "./hash-fields.ts";
import type { MarketState, PoolState, Recall, Tally } from "./state.ts";
import { capacityOf, chanceModel, findContract, liveCuts, poolOf } from "./state.ts";

const UNTOUCHED: Tally = { basis: null, recalled: NO_GPUS, breached: NO_GPUS, interrupted: false };

export function tally(state: MarketState, id: string, value: Tally): void {
  const before = state.tallies.get(id);
  if (before !== undefined) state.hash.remove(tallyFields(id, before));
  state.tallies.set(id, value);
  state.hash.add(tallyFields(id, value));
}

function untally(state: MarketState, id: string): void {
  const before = state.tallies.get(id);
  if (before === undefined) return;
  state.hash.remove(tallyFields(id, before));
  state.tallies.delete(id);
}

function tallyOf(state: MarketState, id: string): Tally {
  return state.tallies.get(id) ?? UNTOUCHED;
}

/** A sale from the ladder: held, and its outcome awaited where it has a basis. */
export function sell(state: MarketState, contract: Contract, basis: ChanceBasis | null): void {
  tally(state, contract.id, { ...UNTOUCHED, basis });
  if (basis !== null) expectOutcome(state, contract);
  hold(state, contract);
}

/** What it holds in its last minute it holds until then; the end that was due before is none any more. */
export function extend(state: MarketState, id: string, until: EpochMs): void {
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} lives`);
  const { contract, pool } = found;
  state.hash.remove(contractFields(contract));
  state.hash.add(contractFields(pool.holdings.extend(contract, until)));
  state.due.push({ at: until, kind: "end", id });
}

function hold(state: MarketState, contract: Contract): void {
  keep(state, contract);
  countSales(state, state.sales + 1);
  state.due.push({ at: contract.window.end, kind: "end", id: contract.id });
}

export function keep(state: MarketState, contract: Contract): void {
  poolOf(state, contract.pool).holdings.add(contract);
  state.contracts.set(contract.id, { pool: contract.pool, notice: contract.promise.notice });
  state.hash.add(contractFields(contract));
}

export function countSales(state: MarketState, sales: number): void {
  state.hash.remove(salesFields(state.sales));
  state.sales = sales;
  state.hash.add(salesFields(sales));
}

/** Changes what one contract holds in a fabric through a window; negative GPUs give back. */
function change(state: MarketState, id: string, fabric: string, window: Window, taken: Gpus): void {
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} lives`);
  state.hash.remove(contractFields(found.contract));
  const rest = found.pool.holdings.cut(found.contract, fabric, window, taken);
  state.hash.add(contractFields(rest));
}

export function resell(state: MarketState, from: string, contract: Contract): void {
  for (const placement of contract.placements) {
    for (const piece of pieces(placement.held, contract.window)) {
      if (piece.gpus > 0) change(state, from, placement.fabric, piece, piece.gpus);
    }
  }
  // The part that was resold says nothing of its own: the contract it came from is the one that was stated.
  tally(state, contract.id, UNTOUCHED);
  hold(state, contract);
}

export function notice(state: MarketState, recall: Recall): void {
  for (const { contract, fabric, gpus, until } of recall.cuts) {
    change(state, contract, fabric, { start: recall.due, end: until }, gpus);
  }
  pend(state, recall);
  state.due.push({ at: recall.due, kind: "hand_over", id: recall.id });
}

/** It is pending; its cuts are out of their contracts. */
export function pend(state: MarketState, recall: Recall): void {
  state.recalls.set(recall.id, recall);
  state.hash.add(recallFields(recall));
}

export function withdraw(state: MarketState, id: string): void {
  const recall = state.recalls.get(id);
  assert(recall !== undefined, `recall ${id} is pending`);
  for (const { contract, fabric, gpus, until } of liveCuts(state, recall)) {
    change(state, contract, fabric, { start: recall.due, end: until }, subGpus(NO_GPUS, gpus));
  }
  forgetRecall(state, recall);
}

export function handOver(state: MarketState, recall: Recall): void {
  for (const cut of recall.cuts) {
    const before = tallyOf(state, cut.contract);
    tally(state, cut.contract, { ...before, recalled: addGpus(before.recalled, cut.gpus) });
  }
  forgetRecall(state, recall);
}

function forgetRecall(state: MarketState, recall: Recall): void {
  const before = state.recalls.get(recall.id);
  assert(before !== undefined, `recall ${recall.id} is pending`);
  state.recalls.delete(recall.id);
  state.hash.remove(recallFields(before));
}

/** The holder is cut short, and the owner's safety has failed: the next ladder is more careful. */
export function breach(
  state: MarketState,
  event: Extract<MarketEvent, { type: "contract_breached" }>,
): void {
  const { cut, at } = event;
  change(state, cut.contract, cut.fabric, { start: at, end: cut.until }, cut.gpus);
  const before = tallyOf(state, cut.contract);
  tally(state, cut.contract, { ...before, breached: addGpus(before.breached, cut.gpus) });
  const pool = poolOf(state, event.pool);
  // A notice that some surprise run may wait for has none: the ladder's short rungs cover it, not the forecast.
  const caution = pool.cautions.get(cut.notice);
  if (caution === undefined) return;
  worry(state, pool, cut.notice, alarmed(caution, cut.gpus, capacityOf(pool.reading)));
}

/** What the contract still held is gone from `at` on; pending recalls of it have nothing more to take. */
export function interrupt(state: MarketState, id: string, at: EpochMs): void {
  const contract = findContract(state, id)?.contract;
  assert(contract !== undefined, `contract ${id} lives`);
  const rest = { start: at, end: contract.window.end };
  for (const placement of contract.placements) {
    for (const piece of pieces(placement.held, rest)) {
      if (piece.gpus > 0) change(state, id, placement.fabric, piece, piece.gpus);
    }
  }
  tally(state, id, { ...tallyOf(state, id), interrupted: true });
}

/** A contract that ran its course, or was recalled, teaches its rung how often that happens. */
export function end(state: MarketState, id: string, recalled: Gpus): void {
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} lives until it ends`);
  const { pool, contract } = found;
  learn(state, pool, contract, { ...tallyOf(state, id), recalled });
  pool.holdings.drop(contract);
  state.contracts.delete(id);
  untally(state, id);
  state.hash.remove(contractFields(contract));
}

function learn(
  state: MarketState,
  pool: PoolState,
  contract: Contract,
  { basis, interrupted, recalled }: Tally,
): void {
  if (basis === null) return;
  const { notice: rung, statedRecallChance: said } = contract.promise;
  const model = chanceModel(pool, rung);
  const lots = contract.soldGpus / pool.policy.lot;
  const share = recalled / contract.soldGpus;
  const next = interrupted ? untold(model, lots) : taught(model, basis, said, share, lots);
  setChance(state, pool, rung, next);
}

function expectOutcome(state: MarketState, contract: Contract): void {
  const pool = poolOf(state, contract.pool);
  const { notice: rung } = contract.promise;
  const lots = contract.soldGpus / pool.policy.lot;
  setChance(state, pool, rung, awaiting(chanceModel(pool, rung), lots));
}

export function setChance(
  state: MarketState,
  pool: PoolState,
  rung: Notice,
  model: RecallChance,
): void {
  const before = chanceModel(pool, rung);
  state.hash.remove(openFields(before), learntHash(pool, rung));
  pool.chances.set(rung, model);
  const isLearnt = model.weights !== before.weights;
  if (isLearnt) pool.learnt.set(rung, hashedFields(learntFields(pool.config.id, rung, model)));
  state.hash.add(openFields(model), learntHash(pool, rung));
}

function learntHash(pool: PoolState, rung: Notice): HashedFields {
  const hashed = pool.learnt.get(rung);
  assert(hashed !== undefined, "what a rung has learnt is hashed with it");
  return hashed;
}
