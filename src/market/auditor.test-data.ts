/**
 * Knows of a market only what its events say, and recomputes everything minute by minute, with no structure of the
 * market's own: what is held, what was promised, what may be taken and what is owed for it. Throws where an event breaks
 * a promise.
 */
import type { Contract } from "../contracts/contract.ts";
import type { Policy } from "../policy/policy.ts";
import { valueAt } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { EpochMs, Notice } from "../units.ts";
import { assert, FIRM } from "../units.ts";
import type { MarketEvent } from "./events.ts";
import type { Order } from "./order.ts";
import type { Cut, Recall } from "./state.ts";

const MINUTE = 60_000;
const MILLION = 1_000_000n;

interface AuditedContract {
  readonly contract: Contract;
  /** GPUs by fabric and minute of the epoch. */
  readonly held: Map<string, Map<number, number>>;
  interrupted: boolean;
}

interface AuditedPool {
  policy: Policy;
  readonly notices: readonly Notice[];
  capacity: ReadonlyMap<string, number>;
  ladder: Ladder | null;
}

/** GPUs by minute. */
export interface Sums {
  readonly byFabric: Map<string, number[]>;
  readonly atLeast: Map<Notice, number[]>;
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

function addTo(
  sums: readonly (number[] | undefined)[],
  held: ReadonlyMap<number, number>,
  from: number,
  length: number,
): void {
  for (const [minute, gpus] of held) {
    const index = minute - from;
    if (gpus === 0 || index < 0 || index >= length) continue;
    for (const sum of sums) if (sum !== undefined) sum[index] = (sum[index] ?? 0) + gpus;
  }
}

type EventOf<Type extends MarketEvent["type"]> = Extract<MarketEvent, { type: Type }>;

function minutesOf(from: number, until: number): number[] {
  assert(from % MINUTE === 0 && until % MINUTE === 0, "schedules change on the minute");
  return Array.from({ length: (until - from) / MINUTE }, (_, i) => from / MINUTE + i);
}

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

export class Auditor {
  readonly contracts = new Map<string, AuditedContract>();
  readonly pools = new Map<string, AuditedPool>();
  readonly orders = new Map<string, Order>();
  readonly recalls = new Map<string, Recall>();
  /** Every contract's id, ended ones too. */
  readonly #ids = new Set<string>();
  readonly #done: EpochMs[] = [];
  #now: EpochMs;

  constructor(now: EpochMs) {
    this.#now = now;
  }

  /** @param placed the order that was just placed, which fills without resting */
  hear(event: MarketEvent, placed: Order | null): void {
    switch (event.type) {
      case "pool_opened":
        return this.#open(event);
      case "owner_read":
        return this.#read(event);
      case "ladder_published":
        this.#pool(event.pool).ladder = event.ladder;
        return;
      case "order_rested":
        assert(!this.orders.has(event.order.id), "an order rests once");
        this.orders.set(event.order.id, event.order);
        return;
      case "order_reduced":
        return this.#reduced(event);
      case "order_left":
        return this.#left(event);
      case "contract_sold":
        return this.#sold(event, placed);
      case "contract_resold":
        return this.#resold(event, placed);
      case "recall_noticed":
        return this.#noticed(event.recall);
      case "recall_withdrawn":
        return this.#withdrawn(event);
      case "recall_handed_over":
        return this.#handedOver(event.recall);
      case "contract_breached":
        return this.#breached(event);
      case "policy_changed":
        this.#pool(event.pool).policy = event.policy;
        return;
      case "pool_interrupted":
        return;
      case "contract_extended":
        return this.#extended(event);
      case "contract_interrupted":
      case "contract_cancelled":
        return this.#interrupted(event);
      case "contract_ended":
        return this.#ended(event);
      case "time_advanced":
        return this.#advanced(event.now);
    }
  }

  /** What the pool's contracts hold together, minute by minute from `from` on. */
  sums(pool: string, from: number, length: number): Sums {
    const notices = this.#pool(pool).notices;
    const sums: Sums = { byFabric: new Map(), atLeast: new Map() };
    for (const fabric of this.#pool(pool).capacity.keys()) sums.byFabric.set(fabric, zeros(length));
    for (const notice of notices) sums.atLeast.set(notice, zeros(length));
    for (const { contract, held } of this.contracts.values()) {
      if (contract.pool !== pool) continue;
      const rungs = notices.filter((notice) => notice <= contract.promise.notice);
      const counting = rungs.map((notice) => sums.atLeast.get(notice));
      for (const [fabric, minutes] of held) {
        addTo([sums.byFabric.get(fabric), ...counting], minutes, from / MINUTE, length);
      }
    }
    return sums;
  }

  #pool(id: string): AuditedPool {
    const pool = this.pools.get(id);
    assert(pool !== undefined, "the pool is open");
    return pool;
  }

  #contract(id: string): AuditedContract {
    const contract = this.contracts.get(id);
    assert(contract !== undefined, "the contract lives");
    return contract;
  }

  #open({ pool, policy }: EventOf<"pool_opened">): void {
    const capacity = new Map(pool.fabrics.map((fabric) => [fabric.id, fabric.gpus]));
    const notices = policy.rungs.map((rung) => rung.notice);
    this.pools.set(pool.id, { policy, notices, capacity, ladder: null });
  }

  #read({ pool, reading }: EventOf<"owner_read">): void {
    this.#pool(pool).capacity = new Map(reading.fabrics.map((fabric) => [fabric.id, fabric.gpus]));
  }

  #reduced({ order }: EventOf<"order_reduced">): void {
    const before = this.orders.get(order.id);
    assert(before !== undefined && order.gpus > 0 && order.gpus < before.gpus, "it is reduced");
    assert(keep(before) === keep(order), "and nothing else");
    this.orders.set(order.id, order);
  }

  #left({ order }: EventOf<"order_left">): void {
    assert(this.orders.delete(order), "who leaves was there");
  }

  /** Adds the contract, and checks the sale against the order. */
  #enter(contract: Contract, id: string, placed: Order | null, price: bigint): void {
    assert(!this.#ids.has(contract.id), "no contract's id is used twice");
    this.#ids.add(contract.id);
    const order = placed?.id === id ? placed : this.orders.get(id);
    assert(order !== undefined, "a sale is to an order");
    const { start, end } = contract.window;
    assert(price <= order.limit, "no fill is worse than its limit");
    assert(contract.promise.notice >= order.noticeAtLeast, "the notice is as asked for");
    assert(contract.holder === order.account, "who ordered holds");
    assert(start >= this.#now && start >= order.start.earliest, "nothing is sold in the past");
    assert(start <= order.start.latest, "it starts in time");
    assert(end - start >= order.duration.min && end - start <= order.duration.max, "it is as long");
    assert(contract.soldGpus <= order.gpus, "no more is sold than was asked for");
    const held = new Map<string, Map<number, number>>();
    for (const placement of contract.placements) {
      const minutes = minutesOf(start, end).map((minute) => {
        return [minute, valueAt(placement.held, (minute * MINUTE) as EpochMs)] as const;
      });
      held.set(placement.fabric, new Map(minutes));
    }
    assert(order.fabric === "any" || held.size === 1, "one fabric is one");
    this.contracts.set(contract.id, { contract, held, interrupted: false });
  }

  #sold({ order, contract }: EventOf<"contract_sold">, placed: Order | null): void {
    this.#enter(contract, order, placed, contract.price);
    checkPromise(contract, this.#pool(contract.pool).policy);
    const { start, end } = contract.window;
    const sums = this.sums(contract.pool, start, (end - start) / MINUTE);
    for (const [index, minute] of minutesOf(start, end).entries()) {
      this.#checkRoom(contract, sums, index, minute * MINUTE);
    }
  }

  #checkRoom(contract: Contract, sums: Sums, index: number, time: number): void {
    const { capacity, ladder } = this.#pool(contract.pool);
    for (const { fabric } of contract.placements) {
      const inFabric = sums.byFabric.get(fabric)?.[index] ?? 0;
      assert(inFabric <= (capacity.get(fabric) ?? 0), "no GPU is promised twice");
    }
    const own = contract.promise.notice;
    for (const [notice, held] of sums.atLeast) {
      if (notice > own) continue;
      const rung = ladder?.rungs.find((candidate) => candidate.notice === notice);
      const piece = rung?.pieces.find(({ until }) => until > time);
      const bound = (notice === own ? piece?.sellable : piece?.safe) ?? 0;
      assert((held[index] ?? 0) <= bound, "no more is sold than the ladder has room for");
    }
  }

  #resold(event: EventOf<"contract_resold">, placed: Order | null): void {
    const { contract, from, listing, price } = event;
    const seller = this.#contract(from);
    const listed = this.orders.get(listing);
    assert(listed?.side === "sell" && listed.contract === from, "the listing stands");
    assert(seller.contract.holder === listed.account, "the seller holds what is listed");
    assert(price >= listed.limit && contract.holder !== listed.account, "another pays the price");
    const { start, end } = contract.window;
    const until = listed.start.earliest + listed.duration.max;
    assert(start >= listed.start.earliest && end <= until, "within the listed time");
    assert(contract.soldGpus <= listed.gpus, "no more is sold than is listed");
    for (const { fabric, held } of contract.placements) {
      this.#take(seller, fabric, start, end, valueAt(held, start));
    }
    this.#enter(contract, event.order, placed, price);
    const same = ["notice", "recallCompensation", "breachCompensation"] as const;
    const promised = seller.contract.promise;
    assert(
      same.every((key) => contract.promise[key] === promised[key]),
      "the promise travels",
    );
    assert(contract.price === seller.contract.price, "the owner is paid as before");
  }

  /** Negative GPUs give back. */
  #take(from: AuditedContract, fabric: string, start: number, end: number, gpus: number): void {
    const minutes = from.held.get(fabric);
    assert(minutes !== undefined, "the contract is in this fabric");
    for (const minute of minutesOf(start, end)) {
      const left = (minutes.get(minute) ?? 0) - gpus;
      assert(left >= 0, "no holding is negative");
      assert(left <= from.contract.soldGpus, "and none larger than what was sold");
      minutes.set(minute, left);
    }
  }

  #noticed(recall: Recall): void {
    assert(!this.recalls.has(recall.id), "a pending recall has its own id");
    this.recalls.set(recall.id, recall);
    for (const cut of recall.cuts) {
      const from = this.#contract(cut.contract);
      const { notice } = from.contract.promise;
      assert(from.contract.pool === recall.pool, "a recall is of one pool");
      assert(notice !== FIRM && recall.due >= this.#now + notice, "the whole notice is given");
      assert(
        cut.owed === owedForRecall(from.contract, cut, recall.due),
        "the compensation is right",
      );
      this.#take(from, cut.fabric, recall.due, cut.until, cut.gpus);
      checkBlock(from, recall.due);
    }
  }

  #withdrawn({ recall: id, at }: EventOf<"recall_withdrawn">): void {
    const recall = this.recalls.get(id);
    assert(recall !== undefined && at < recall.due, "only a pending recall is withdrawn");
    this.recalls.delete(id);
    for (const cut of recall.cuts) {
      const to = this.#contract(cut.contract);
      if (to.interrupted) continue;
      this.#take(to, cut.fabric, recall.due, cut.until, 0 - cut.gpus);
      const capacity = this.#pool(recall.pool).capacity.get(cut.fabric) ?? 0;
      const { byFabric } = this.sums(recall.pool, recall.due, (cut.until - recall.due) / MINUTE);
      const held = byFabric.get(cut.fabric) ?? [];
      assert(
        held.every((gpus) => gpus <= capacity),
        "what is given back is there",
      );
    }
  }

  #handedOver({ id, cuts, due }: Recall): void {
    const recall = this.recalls.get(id);
    assert(recall?.due === due, "a recall is handed over once, when it is due");
    this.recalls.delete(id);
    this.#done.push(due);
    const left = recall.cuts.filter((cut) => !this.#contract(cut.contract).interrupted);
    assert(JSON.stringify(left, plain) === JSON.stringify(cuts, plain), "outages are not paid for");
  }

  #breached({ pool, at, cut, broken }: EventOf<"contract_breached">): void {
    const from = this.#contract(cut.contract);
    const { notice } = from.contract.promise;
    assert(from.contract.pool === pool && at >= this.#now, "a breach is not of the past");
    const lawful = Math.min(cut.until, at + notice);
    assert(broken === cut.gpus * (lawful - at), "broken is what the notice would have left");
    const share = BigInt(from.contract.promise.breachCompensation);
    const credit = ceilDiv(priceOf(from.contract, cut.gpus, at, cut.until) * share, MILLION);
    assert(cut.owed === credit, "the credit is right");
    this.#take(from, cut.fabric, at, cut.until, cut.gpus);
    checkBlock(from, at);
  }

  #extended({ pool, contract: id, until, gpus }: EventOf<"contract_extended">): void {
    const from = this.#contract(id);
    const { window } = from.contract;
    assert(window.end > this.#now && until > window.end, "a live contract is extended");
    assert(gpus === from.contract.soldGpus, "all of it is extended");
    const last = window.end / MINUTE - 1;
    let total = 0;
    for (const held of from.held.values()) {
      const before = held.get(last) ?? 0;
      total += before;
      for (const minute of minutesOf(window.end, until)) held.set(minute, before);
    }
    assert(total === gpus, "with the GPUs that it has at its end");
    const longer = { ...from.contract, window: { start: window.start, end: until } };
    this.contracts.set(id, { ...from, contract: longer });
    const sums = this.sums(pool, window.end, (until - window.end) / MINUTE);
    for (const [index, minute] of minutesOf(window.end, until).entries()) {
      this.#checkRoom(longer, sums, index, minute * MINUTE);
    }
  }

  #interrupted({ contract: id, at }: { contract: string; at: EpochMs }): void {
    const contract = this.#contract(id);
    contract.interrupted = true;
    for (const minutes of contract.held.values()) {
      for (const minute of minutes.keys()) if (minute * MINUTE >= at) minutes.set(minute, 0);
    }
  }

  #ended({ contract: id, at, delivered, revenue }: EventOf<"contract_ended">): void {
    const { contract, held } = this.#contract(id);
    this.contracts.delete(id);
    this.#done.push(at);
    assert(at === contract.window.end, "a contract ends at its end");
    let sum = 0;
    for (const minutes of held.values()) for (const gpus of minutes.values()) sum += gpus * MINUTE;
    assert(delivered === sum, "delivered is the integral of what was held");
    assert(revenue === (contract.price * BigInt(sum)) / 3_600_000n, "and is paid for");
  }

  /** What fell due by now has been carried out, in order of time. */
  #advanced(now: EpochMs): void {
    assert(now >= this.#now, "time does not run back");
    assert(isAscending(this.#done.splice(0)), "what falls due comes in order");
    for (const { due } of this.recalls.values()) assert(due > now, "no hand-over is late");
    for (const { contract } of this.contracts.values()) {
      assert(contract.window.end > now, "no contract outlives its end");
    }
    for (const { expires } of this.orders.values()) {
      assert(expires !== null && expires > now, "no order outlives its expiry");
    }
    this.#now = now;
  }
}

/** All of an order but its GPUs. */
function keep(order: Order): string {
  return JSON.stringify({ ...order, gpus: 0 }, plain);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function isAscending(times: readonly number[]): boolean {
  return times.every((time, index) => index === 0 || (times[index - 1] ?? 0) <= time);
}

/** The price of GPUs of the contract through the part of `[from, until)` in which it runs, rounded up. */
function priceOf(contract: Contract, gpus: number, from: number, until: number): bigint {
  const start = Math.max(from, contract.window.start);
  const end = Math.min(until, contract.window.end);
  if (start >= end) return 0n;
  return ceilDiv(contract.price * BigInt(gpus * (end - start)), 3_600_000n);
}

/** A block is taken back whole. */
function checkBlock({ contract, held }: AuditedContract, at: number): void {
  if (!contract.block) return;
  const left = [...held.values()].some((minutes) => (minutes.get(at / MINUTE) ?? 0) > 0);
  assert(!left, "a block is taken whole or not at all");
}

/** What is promised is what the owner's policy says of that rung; what is rented by the minute has no minimum run. */
function checkPromise({ promise }: Contract, { rungs, compensation }: Policy): void {
  const rung = rungs.find(({ notice }) => notice === promise.notice);
  const runs = rung === undefined ? [] : [0, rung.minimumRun];
  assert(runs.includes(promise.minimumRun), "a rung's run is promised");
  assert(promise.recallCompensation === compensation.recall, "a recall is paid for as agreed");
  assert(promise.breachCompensation === compensation.breach, "and a breach");
}

/** The agreed share of what is undelivered, and the rest of the minimum run that is missing. */
function owedForRecall(contract: Contract, cut: Cut, due: number): bigint {
  const ripe = Math.min(cut.until, contract.window.start + contract.promise.minimumRun);
  const rest = priceOf(contract, cut.gpus, due, cut.until);
  const missing = priceOf(contract, cut.gpus, due, ripe);
  const share = BigInt(contract.promise.recallCompensation);
  const topUp = share < MILLION ? MILLION - share : 0n;
  return ceilDiv(rest * share, MILLION) + ceilDiv(missing * topUp, MILLION);
}
