import type { Contract } from "../contracts/contract.ts";
import { pieces } from "../schedule/schedule.ts";
import { alarmed, eased, shaken, untested } from "../surplus/caution.ts";
import type { LadderRung } from "../surplus/ladder.ts";
import { largestRunThatCannotWait } from "../surplus/ladder.ts";
import { awaiting, taught, untold } from "../surplus/recall-chance.ts";
import type { EpochMs, Gpus, Window } from "../units.ts";
import { addGpus, assert, ceilTo, floorTo, later, MINUTE_MS, NO_GPUS, subGpus } from "../units.ts";
import type { Policy } from "../policy/policy.ts";
import type { MarketEvent } from "./events.ts";
import { listingAsk } from "./listing-ask.ts";
import type { Order } from "./order.ts";
import { rungAsk } from "./rung-ask.ts";
import type { MarketState, PoolConfig, PoolState, Recall, Tally } from "./state.ts";
import {
  capacityOf,
  chanceModel,
  emptyPool,
  findContract,
  liveCuts,
  poolOf,
  timeFields,
} from "./state.ts";
import { Supply } from "./supply.ts";

/** Carries an event out on the writer's own state, in place. It cannot fail: `decide` has seen to that. */
export function apply(state: MarketState, event: MarketEvent): void {
  switch (event.type) {
    case "pool_opened":
      return open(state, event.pool, event.policy);
    case "owner_read":
      return readOwner(state, poolOf(state, event.pool), event.reading);
    case "ladder_published":
      return publish(state, poolOf(state, event.pool), event.ladder);
    case "order_rested":
      return rest(state, event.order);
    case "order_reduced":
      return reduce(state, event.order);
    case "order_left":
      return leave(state, event.order);
    case "contract_sold":
      tally(state, event.contract.id, { ...UNTOUCHED, basis: event.basis });
      expectOutcome(state, event.contract);
      return hold(state, event.contract);
    case "contract_resold":
      return resell(state, event.from, event.contract);
    case "recall_noticed":
      return notice(state, event.recall);
    case "recall_withdrawn":
      return withdraw(state, event.recall);
    case "recall_handed_over":
      return handOver(state, event.recall);
    case "contract_breached":
      return breach(state, event);
    case "pool_interrupted":
      return shake(state, poolOf(state, event.pool), event.at);
    case "contract_interrupted":
      return interrupt(state, event.contract, event.at);
    case "contract_ended":
      return end(state, event.contract);
    case "time_advanced":
      return advance(state, event.now);
  }
}

const UNTOUCHED: Tally = { basis: null, recalled: NO_GPUS, breached: NO_GPUS, interrupted: false };

function open(state: MarketState, config: PoolConfig, policy: Policy): void {
  const pool = emptyPool(config, policy, state.now);
  state.pools.set(config.id, pool);
  if (!state.supplies.has(config.sku)) state.supplies.set(config.sku, new Supply());
  state.hash.add(["pool", config.id, config.sku]);
  state.hash.add(readingFields(pool));
}

function readOwner(state: MarketState, pool: PoolState, reading: PoolState["reading"]): void {
  state.hash.remove(readingFields(pool));
  pool.reading = reading;
  pool.caution = holdsBeyondRecall(pool, reading.at)
    ? eased(pool.caution, reading.at, pool.policy.epsilon)
    : untested(pool.caution, reading.at);
  state.hash.add(readingFields(pool));
}

/** Whether anything is sold at a notice that the largest surprise run may not wait for. */
function holdsBeyondRecall({ policy, holdings }: PoolState, time: EpochMs): boolean {
  const start = ceilTo(time, MINUTE_MS);
  const window = { start, end: later(start, MINUTE_MS) };
  return policy.rungs.some(
    ({ notice: rung }) =>
      largestRunThatCannotWait(policy.allowedWaits, rung) === Infinity &&
      holdings.heldAtLeast(rung, window) > 0,
  );
}

function readingFields(pool: PoolState): (string | number)[] {
  const { at, demand, fabrics } = pool.reading;
  return [
    "reading",
    pool.config.id,
    at,
    demand,
    pool.caution.margin,
    ...fabrics.map((fabric) => fabric.gpus),
  ];
}

function publish(
  state: MarketState,
  pool: PoolState,
  ladder: NonNullable<PoolState["ladder"]>,
): void {
  if (pool.ladder !== null) state.hash.remove(ladderFields(pool, pool.ladder));
  pool.ladder = ladder;
  state.hash.add(ladderFields(pool, ladder));
  for (const rung of ladder.rungs) offer(state, pool, rung);
}

function ladderFields(pool: PoolState, ladder: NonNullable<PoolState["ladder"]>) {
  const pieces = ladder.rungs.flatMap((rung) => [
    rung.price,
    ...rung.pieces.flatMap((piece) => [piece.until, piece.safe, piece.sellable]),
  ]);
  return ["ladder", pool.config.id, ladder.at, ...pieces];
}

/** An ask is a live view: it is replaced only when its price changes. */
function offer(state: MarketState, pool: PoolState, rung: LadderRung): void {
  const old = pool.asks.get(rung.notice);
  if (old?.price === rung.price && old.maxDuration === rung.duration) return;
  const supply = supplyOf(state, pool.config.sku);
  if (old !== undefined) supply.remove(old);
  const ask = rungAsk(pool, rung);
  pool.asks.set(rung.notice, ask);
  supply.add(ask);
}

function supplyOf(state: MarketState, sku: string): Supply {
  const supply = state.supplies.get(sku);
  assert(supply !== undefined, `SKU ${sku} has a supply`);
  return supply;
}

function rest(state: MarketState, order: Order): void {
  state.book.insert(order);
  state.hash.add(orderFields(order));
  if (order.side === "sell") list(state, order);
}

/** With fewer GPUs, in the same place in line. */
function reduce(state: MarketState, order: Order): void {
  const before = state.book.get(order.id);
  assert(before !== undefined, `order ${order.id} is in the book`);
  state.book.reduce(order);
  state.hash.remove(orderFields(before));
  state.hash.add(orderFields(order));
  if (order.side !== "sell") return;
  unlist(state, order);
  list(state, order);
}

function orderFields(order: Order): (string | number | bigint)[] {
  const { id, account, side, sku, gpus, start, duration, limit, noticeAtLeast } = order;
  const when = [start.earliest, start.latest, duration.min, duration.max, order.expires ?? ""];
  const how = [noticeAtLeast, order.fabric, order.fill, order.contract ?? ""];
  return ["order", id, account, side, sku, gpus, limit, ...when, ...how];
}

function list(state: MarketState, order: Order): void {
  const id = order.contract ?? "";
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} is listed by its holder`);
  const live = (): Contract => {
    const contract = findContract(state, id)?.contract;
    assert(contract !== undefined, `listed contract ${id} lives`);
    return contract;
  };
  const ask = listingAsk(order, found.pool.policy.lot, live);
  state.listings.set(order.id, ask);
  const own = state.listingsOf.get(order.account);
  if (own === undefined) state.listingsOf.set(order.account, new Set([ask]));
  else own.add(ask);
  supplyOf(state, order.sku).add(ask);
}

function unlist(state: MarketState, order: Order): void {
  const ask = state.listings.get(order.id);
  assert(ask !== undefined, `sell order ${order.id} is listed`);
  state.listings.delete(order.id);
  const own = state.listingsOf.get(order.account);
  own?.delete(ask);
  if (own?.size === 0) state.listingsOf.delete(order.account);
  supplyOf(state, order.sku).remove(ask);
}

function leave(state: MarketState, id: string): void {
  const order = state.book.get(id);
  assert(order !== undefined, `order ${id} is in the book`);
  state.book.remove(id);
  state.hash.remove(orderFields(order));
  if (order.side === "sell") unlist(state, order);
}

function tally(state: MarketState, id: string, value: Tally): void {
  untally(state, id);
  state.tallies.set(id, value);
  state.hash.add(tallyFields(id, value));
}

function untally(state: MarketState, id: string): void {
  const before = state.tallies.get(id);
  if (before !== undefined) state.hash.remove(tallyFields(id, before));
  state.tallies.delete(id);
}

function tallyFields(id: string, { basis, recalled, breached, interrupted }: Tally) {
  return ["tally", id, basis?.forecast ?? "", recalled, breached, String(interrupted)];
}

function tallyOf(state: MarketState, id: string): Tally {
  return state.tallies.get(id) ?? UNTOUCHED;
}

function hold(state: MarketState, contract: Contract): void {
  const pool = poolOf(state, contract.pool);
  pool.holdings.add(contract);
  state.contracts.set(contract.id, { pool: contract.pool, notice: contract.promise.notice });
  state.sales += 1;
  state.due.push({ at: contract.window.end, kind: "end", id: contract.id });
  state.hash.add(contractFields(contract));
}

function contractFields(contract: Contract): (string | number | bigint)[] {
  const held = contract.placements.flatMap((placement) => [
    placement.fabric,
    ...pieces(placement.held, contract.window).flatMap((piece) => [piece.start, piece.gpus]),
  ]);
  const { id, holder, window, price, promise, soldGpus } = contract;
  const { notice, minimumRun, statedRecallChance } = promise;
  const sold = [window.start, window.end, price, soldGpus, notice, minimumRun];
  return ["contract", id, holder, ...sold, statedRecallChance, ...held];
}

/** Changes what one contract holds in a fabric through a window; negative GPUs give back. */
function change(state: MarketState, id: string, fabric: string, window: Window, taken: Gpus): void {
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} lives`);
  state.hash.remove(contractFields(found.contract));
  const rest = found.pool.holdings.cut(found.contract, fabric, window, taken);
  state.hash.add(contractFields(rest));
}

function resell(state: MarketState, from: string, contract: Contract): void {
  for (const placement of contract.placements) {
    for (const piece of pieces(placement.held, contract.window)) {
      if (piece.gpus > 0) change(state, from, placement.fabric, piece, piece.gpus);
    }
  }
  // The part that was resold says nothing of its own: the contract it came from is the one that was stated.
  tally(state, contract.id, UNTOUCHED);
  hold(state, contract);
}

function notice(state: MarketState, recall: Recall): void {
  for (const { contract, fabric, gpus, until } of recall.cuts) {
    change(state, contract, fabric, { start: recall.due, end: until }, gpus);
  }
  state.recalls.set(recall.id, recall);
  state.due.push({ at: recall.due, kind: "hand_over", id: recall.id });
  state.hash.add(recallFields(recall));
}

function withdraw(state: MarketState, id: string): void {
  const recall = state.recalls.get(id);
  assert(recall !== undefined, `recall ${id} is pending`);
  for (const { contract, fabric, gpus, until } of liveCuts(state, recall)) {
    change(state, contract, fabric, { start: recall.due, end: until }, subGpus(NO_GPUS, gpus));
  }
  forgetRecall(state, recall);
}

function handOver(state: MarketState, recall: Recall): void {
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

function recallFields({ id, pool, noticed, due, reason, cuts }: Recall) {
  const taken = cuts.flatMap((cut) => [cut.contract, cut.fabric, cut.gpus, cut.until, cut.owed]);
  return ["recall", id, pool, noticed, due, reason, ...taken];
}

/** The holder is cut short, and the owner's safety has failed: the next ladder is more careful. */
function breach(
  state: MarketState,
  event: Extract<MarketEvent, { type: "contract_breached" }>,
): void {
  const { cut, at } = event;
  change(state, cut.contract, cut.fabric, { start: at, end: cut.until }, cut.gpus);
  const before = tallyOf(state, cut.contract);
  tally(state, cut.contract, { ...before, breached: addGpus(before.breached, cut.gpus) });
  const pool = poolOf(state, event.pool);
  // A notice that some surprise run may wait for is covered by the ladder's short rungs, not by the forecast.
  if (largestRunThatCannotWait(pool.policy.allowedWaits, cut.notice) < Infinity) return;
  state.hash.remove(readingFields(pool));
  pool.caution = alarmed(pool.caution, cut.gpus, capacityOf(pool.reading));
  state.hash.add(readingFields(pool));
}

function shake(state: MarketState, pool: PoolState, at: EpochMs): void {
  state.hash.remove(readingFields(pool));
  pool.caution = shaken(pool.caution, at);
  state.hash.add(readingFields(pool));
}

/** What the contract still held is gone from `at` on; pending recalls of it have nothing more to take. */
function interrupt(state: MarketState, id: string, at: EpochMs): void {
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
function end(state: MarketState, id: string): void {
  const found = findContract(state, id);
  assert(found !== null, `contract ${id} lives until it ends`);
  const { pool, contract } = found;
  learn(pool, contract, tallyOf(state, id));
  pool.holdings.drop(contract);
  state.contracts.delete(id);
  untally(state, id);
  state.hash.remove(contractFields(contract));
}

function learn(pool: PoolState, contract: Contract, { basis, interrupted, recalled }: Tally): void {
  if (basis === null) return;
  const { notice: rung, statedRecallChance: said } = contract.promise;
  const model = chanceModel(pool, rung);
  const lots = contract.soldGpus / pool.policy.lot;
  // GPUs that were told of a later recall may be recalled sooner: they count twice, and teach once.
  const share = Math.min(1, recalled / contract.soldGpus);
  const next = interrupted ? untold(model, lots) : taught(model, basis, said, share, lots);
  pool.chances.set(rung, next);
}

function expectOutcome(state: MarketState, contract: Contract): void {
  const pool = poolOf(state, contract.pool);
  const { notice: rung } = contract.promise;
  const lots = contract.soldGpus / pool.policy.lot;
  pool.chances.set(rung, awaiting(chanceModel(pool, rung), lots));
}

function advance(state: MarketState, now: EpochMs): void {
  state.hash.remove(timeFields(state.now));
  state.now = now;
  state.hash.add(timeFields(now));
  state.due.dropUntil(now);
  for (const pool of state.pools.values()) pool.holdings.forget(floorTo(now, MINUTE_MS));
}
