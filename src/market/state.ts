import type { Contract } from "../contracts/contract.ts";
import type { Fabric, ReadFabric } from "../contracts/holdings.ts";
import { Holdings } from "../contracts/holdings.ts";
import type { Policy, Rung } from "../policy/policy.ts";
import { beyondRecall } from "../policy/waits.ts";
import type { Caution } from "../surplus/caution.ts";
import { unworried } from "../surplus/caution.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { ChanceBasis, RecallChance } from "../surplus/recall-chance.ts";
import { untaught } from "../surplus/recall-chance.ts";
import type { EpochMs, Gpus, MicroUsd, Notice } from "../units.ts";
import { addGpus, assert, floorTo, MINUTE_MS, NO_GPUS } from "../units.ts";
import { Book } from "./book.ts";
import { DueQueue } from "./due-queue.ts";
import type { HashedFields } from "../state-hash.ts";
import { hashedFields, StateHash } from "../state-hash.ts";
import { learntFields, salesFields, timeFields } from "./hash-fields.ts";
import type { Ask } from "./supply.ts";
import { Supply } from "./supply.ts";

/** What the owner's cluster showed last. */
export interface OwnerReading {
  readonly at: EpochMs;
  /** GPUs that the owner wants; above the capacity where demand queues. */
  readonly demand: Gpus;
  readonly fabrics: readonly ReadFabric[];
}

export interface PoolConfig {
  readonly id: string;
  readonly sku: string;
  readonly site: string;
  readonly fabrics: readonly Fabric[];
}

/** A part of a contract that is taken back. */
export interface Cut {
  readonly contract: string;
  readonly holder: string;
  readonly notice: Notice;
  readonly fabric: string;
  readonly gpus: Gpus;
  /** Until when the contract would have held them. */
  readonly until: EpochMs;
  /** Owed to the holder when the GPUs are handed over (recall) or taken (breach). */
  readonly owed: MicroUsd;
}

/** Noticed, then either withdrawn or handed over at `due`. */
export interface Recall {
  readonly id: string;
  readonly pool: string;
  readonly noticed: EpochMs;
  readonly due: EpochMs;
  readonly reason: RecallReason;
  readonly cuts: readonly Cut[];
}

export type RecallReason = "surprise" | "precaution" | "owner";

/** What became of a contract besides its delivery. */
export interface Tally {
  readonly basis: ChanceBasis | null;
  readonly recalled: Gpus;
  readonly breached: Gpus;
  /** Cut short by an outage of the cluster, or by its holder: neither recalled nor breached, and not scored. */
  readonly interrupted: boolean;
}

export interface PoolState {
  readonly config: PoolConfig;
  policy: Policy;
  reading: OwnerReading;
  ladder: Ladder | null;
  readonly holdings: Holdings;
  /** One ask a rung while a ladder is published. */
  readonly asks: Map<Notice, Ask>;
  readonly chances: Map<Notice, RecallChance>;
  /** Of each of them, what only an outcome changes, hashed once for all sales until the next outcome. */
  readonly learnt: Map<Notice, HashedFields>;
  /** By rung, for notices that the largest surprise run may not wait for. */
  readonly cautions: Map<Notice, Caution>;
}

/** The writer's state: changed only by `apply`. */
export interface MarketState {
  now: EpochMs;
  readonly pools: Map<string, PoolState>;
  readonly supplies: Map<string, Supply>;
  readonly book: Book;
  readonly contracts: Map<string, { readonly pool: string; readonly notice: Notice }>;
  /** The ask of each sell order in the book. */
  readonly listings: Map<string, Ask>;
  /** The same by the account that sells. */
  readonly listingsOf: Map<string, Set<Ask>>;
  /** Contracts sold so far, resales included: the number in a contract's id. */
  sales: number;
  readonly tallies: Map<string, Tally>;
  readonly recalls: Map<string, Recall>;
  /** Ends of contracts and hand-overs of recalls, by time. */
  readonly due: DueQueue;
  readonly hash: StateHash;
}

export function emptyMarket(now: EpochMs): MarketState {
  const hash = new StateHash();
  hash.add(timeFields(now));
  hash.add(salesFields(0));
  return {
    now,
    pools: new Map(),
    supplies: new Map(),
    book: new Book(),
    contracts: new Map(),
    listings: new Map(),
    listingsOf: new Map(),
    sales: 0,
    tallies: new Map(),
    recalls: new Map(),
    due: new DueQueue(),
    hash,
  };
}

export function emptyPool(config: PoolConfig, policy: Policy, now: EpochMs): PoolState {
  const chances = new Map(policy.rungs.map((rung) => [rung.notice, untaught()]));
  return {
    config,
    policy,
    reading: { at: now, demand: NO_GPUS, fabrics: config.fabrics },
    ladder: null,
    holdings: new Holdings(
      config.fabrics,
      policy.rungs.map((rung) => rung.notice),
      floorTo(now, MINUTE_MS),
    ),
    asks: new Map(),
    cautions: new Map(beyondRecall(policy).map((notice) => [notice, unworried(now)])),
    chances,
    learnt: new Map(
      [...chances].map(([notice, model]) => [
        notice,
        hashedFields(learntFields(config.id, notice, model)),
      ]),
    ),
  };
}

export function poolOf(state: MarketState, id: string): PoolState {
  const pool = state.pools.get(id);
  assert(pool !== undefined, `pool ${id} is open`);
  return pool;
}

/** What is offered of a SKU that some pool sells. */
export function openSupply(state: MarketState, sku: string): Supply {
  const supply = state.supplies.get(sku);
  assert(supply !== undefined, `SKU ${sku} has a supply`);
  return supply;
}

/** What the account may buy: all that is offered, but for what it has listed itself. */
export function supplyFor(state: MarketState, sku: string, account: string): Supply {
  const supply = state.supplies.get(sku) ?? new Supply();
  const own = state.listingsOf.get(account);
  return own === undefined ? supply : new Supply(supply.asks.filter((ask) => !own.has(ask)));
}

export function capacityOf(reading: OwnerReading): Gpus {
  return reading.fabrics.reduce((sum, fabric) => addGpus(sum, fabric.gpus), NO_GPUS);
}

export function rungOf(policy: Policy, notice: Notice): Rung {
  const rung = policy.rungs.find((candidate) => candidate.notice === notice);
  assert(rung !== undefined, `notice ${notice} is a rung of the policy`);
  return rung;
}

export function chanceModel(pool: PoolState, notice: Notice): RecallChance {
  const model = pool.chances.get(notice);
  assert(model !== undefined, `rung ${notice} has a model of its recalls`);
  return model;
}

/** What neither an outage nor the holder has ended before the recall could. */
export function liveCuts(state: MarketState, recall: Recall): readonly Cut[] {
  return recall.cuts.filter((cut) => state.tallies.get(cut.contract)?.interrupted === false);
}

/** The contract and its pool while it lives. */
export function findContract(
  state: MarketState,
  id: string,
): { readonly pool: PoolState; readonly contract: Contract } | null {
  const place = state.contracts.get(id);
  if (place === undefined) return null;
  const pool = poolOf(state, place.pool);
  const contract = pool.holdings.get(place.notice, id);
  assert(contract !== undefined, `contract ${id} is held where the index says`);
  return { pool, contract };
}
