import type { Contract } from "../contracts/contract.ts";
import type { Policy } from "../policy/policy.ts";
import type { Caution } from "../surplus/caution.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { RecallChance } from "../surplus/recall-chance.ts";
import type { EpochMs, Notice } from "../units.ts";
import { countSales, keep, pend, setChance, tally } from "./apply-contract.ts";
import { rest } from "./apply-order.ts";
import { offer, open, setLadder, setReading } from "./apply-pool.ts";
import type { QueuedDue } from "./due-queue.ts";
import { DueQueue } from "./due-queue.ts";
import type { Order } from "./order.ts";
import type { OfferedRung } from "./rung-ask.ts";
import type { MarketState, OwnerReading, PoolConfig, PoolState, Recall, Tally } from "./state.ts";
import { emptyMarket, findContract, poolOf } from "./state.ts";

/** A market as plain data: what was told to it. Sums, asks by price, queues and the hash follow from that. */
export interface MarketRecords {
  readonly clock: readonly [{ readonly now: EpochMs; readonly sales: number }];
  /** In the order in which they were opened. */
  readonly pools: readonly PoolRecord[];
  /** Live ones, in order of sale. */
  readonly contracts: readonly Contract[];
  readonly tallies: readonly (readonly [string, Tally])[];
  readonly recalls: readonly Recall[];
  /** The book, in order of arrival. */
  readonly orders: readonly Order[];
  readonly due: readonly QueuedDue[];
}

interface PoolRecord {
  readonly config: PoolConfig;
  readonly policy: Policy;
  readonly reading: OwnerReading;
  readonly ladder: Ladder | null;
  readonly offered: readonly OfferedRung[];
  readonly chances: readonly (readonly [Notice, RecallChance])[];
  readonly cautions: readonly (readonly [Notice, Caution])[];
}

/** Lists of the records that stand in the state, not copies: each is replaced, and never changed. */
export function marketRecords(state: MarketState): MarketRecords {
  const { now, sales, pools, contracts, tallies, recalls, book, due } = state;
  return {
    clock: [{ now, sales }],
    pools: [...pools.values()].map(poolRecord),
    contracts: [...contracts.keys()].flatMap((id) => findContract(state, id)?.contract ?? []),
    tallies: [...tallies],
    recalls: [...recalls.values()],
    orders: book.arrived(),
    due: due.records(),
  };
}

function poolRecord({ asks, chances, cautions, ...pool }: PoolState): PoolRecord {
  const { config, policy, reading, ladder } = pool;
  const offered = [...asks].map(([notice, { price, maxDuration: duration }]) => {
    return { notice, price, duration };
  });
  const learnt = { chances: [...chances], cautions: [...cautions] };
  return { config, policy, reading, ladder, offered, ...learnt };
}

/** The market that the records were taken from, built by what carries events out. */
export function restoreMarket(records: MarketRecords): MarketState {
  const [{ now, sales }] = records.clock;
  const state = { ...emptyMarket(now), due: DueQueue.from(records.due) };
  countSales(state, sales);
  for (const pool of records.pools) restorePool(state, pool);
  for (const contract of records.contracts) keep(state, contract);
  for (const [id, each] of records.tallies) tally(state, id, each);
  for (const recall of records.recalls) pend(state, recall);
  // A sell order lists a contract, which must be there.
  for (const order of records.orders) rest(state, order);
  return state;
}

function restorePool(state: MarketState, record: PoolRecord): void {
  open(state, record.config, record.policy);
  const pool = poolOf(state, record.config.id);
  setReading(state, pool, record.reading, record.cautions);
  for (const [notice, model] of record.chances) setChance(state, pool, notice, model);
  if (record.ladder !== null) setLadder(state, pool, record.ladder);
  for (const rung of record.offered) offer(state, pool, rung);
}
