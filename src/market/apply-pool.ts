import type { Policy } from "../policy/policy.ts";
import { beyondRecall } from "../policy/waits.ts";
import { eased, shaken, untested, unworried } from "../surplus/caution.ts";
import type { Caution } from "../surplus/caution.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { EpochMs, Notice } from "../units.ts";
import { ceilTo, later, MINUTE_MS } from "../units.ts";
import { ladderFields, openFields, poolFields, readingFields } from "./hash-fields.ts";
import type { OfferedRung } from "./rung-ask.ts";
import { rungAsk } from "./rung-ask.ts";
import type { MarketState, OwnerReading, PoolConfig, PoolState } from "./state.ts";
import { emptyPool, openSupply } from "./state.ts";
import { Supply } from "./supply.ts";

export function open(state: MarketState, config: PoolConfig, policy: Policy): void {
  const pool = emptyPool(config, policy, state.now);
  state.pools.set(config.id, pool);
  if (!state.supplies.has(config.sku)) state.supplies.set(config.sku, new Supply());
  state.hash.add(poolFields(pool));
  state.hash.add(readingFields(pool));
  for (const [rung, model] of pool.chances)
    state.hash.add(openFields(model), pool.learnt.get(rung));
}

/** What was learnt stays; a notice that is newly beyond recall begins without a worry. */
export function changePolicy(state: MarketState, pool: PoolState, policy: Policy): void {
  state.hash.remove(poolFields(pool));
  state.hash.remove(readingFields(pool));
  pool.policy = policy;
  const known = new Map(pool.cautions);
  pool.cautions.clear();
  for (const rung of beyondRecall(policy)) {
    pool.cautions.set(rung, known.get(rung) ?? unworried(state.now));
  }
  state.hash.add(poolFields(pool));
  state.hash.add(readingFields(pool));
}

export function readOwner(state: MarketState, pool: PoolState, reading: OwnerReading): void {
  const start = ceilTo(reading.at, MINUTE_MS);
  const window = { start, end: later(start, MINUTE_MS) };
  const cautions = [...pool.cautions].map(([notice, caution]) => {
    const tested = pool.holdings.heldAtLeast(notice, window) > 0;
    const next = tested
      ? eased(caution, reading.at, pool.policy.epsilon)
      : untested(caution, reading.at);
    return [notice, next] as const;
  });
  setReading(state, pool, reading, cautions);
}

/** What was read last, and the cautions that have come of that and of what went before. */
export function setReading(
  state: MarketState,
  pool: PoolState,
  reading: OwnerReading,
  cautions: Iterable<readonly [Notice, Caution]>,
): void {
  state.hash.remove(readingFields(pool));
  pool.reading = reading;
  pool.cautions.clear();
  for (const [notice, caution] of cautions) pool.cautions.set(notice, caution);
  state.hash.add(readingFields(pool));
}

export function publish(state: MarketState, pool: PoolState, ladder: Ladder): void {
  setLadder(state, pool, ladder);
  for (const rung of ladder.rungs) offer(state, pool, rung);
}

export function setLadder(state: MarketState, pool: PoolState, ladder: Ladder): void {
  if (pool.ladder !== null) state.hash.remove(ladderFields(pool, pool.ladder));
  pool.ladder = ladder;
  state.hash.add(ladderFields(pool, ladder));
}

/** An ask is a live view: it is replaced only when its price changes. */
export function offer(state: MarketState, pool: PoolState, rung: OfferedRung): void {
  const old = pool.asks.get(rung.notice);
  if (old?.price === rung.price && old.maxDuration === rung.duration) return;
  const supply = openSupply(state, pool.config.sku);
  if (old !== undefined) supply.remove(old);
  const ask = rungAsk(pool, rung);
  pool.asks.set(rung.notice, ask);
  supply.add(ask);
}

/** The cluster is down at `at`. */
export function shake(state: MarketState, pool: PoolState, at: EpochMs): void {
  for (const [notice, caution] of pool.cautions) worry(state, pool, notice, shaken(caution, at));
}

/** Changes how careful the next ladder is with a notice. */
export function worry(state: MarketState, pool: PoolState, notice: Notice, caution: Caution): void {
  state.hash.remove(readingFields(pool));
  pool.cautions.set(notice, caution);
  state.hash.add(readingFields(pool));
}
