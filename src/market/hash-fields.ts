import type { Contract } from "../contracts/contract.ts";
import { pieces } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { RecallChance } from "../surplus/recall-chance.ts";
import type { EpochMs, Notice } from "../units.ts";
import type { Order } from "./order.ts";
import type { PoolState, Recall, Tally } from "./state.ts";

/** What of each thing in the state goes into its hash: all that decisions read. */
type Fields = (string | number | bigint)[];

/** What a pool is opened with. */
export function poolFields({ config, policy }: PoolState): Fields {
  const { lot, epsilon, reserve, onShortfall, compensation } = policy;
  const rungs = policy.rungs.flatMap((rung) => [
    rung.notice,
    rung.duration,
    rung.priceFactor,
    rung.minimumRun,
    rung.maxRecallChance,
  ]);
  const waits = policy.allowedWaits.flatMap(({ upTo, wait }) => [upTo ?? "", wait]);
  const fabrics = config.fabrics.flatMap(({ id, gpus }) => [id, gpus]);
  const terms = [lot, epsilon, reserve, onShortfall, compensation.recall, compensation.breach];
  return ["pool", config.id, config.sku, config.site, ...terms, ...rungs, ...waits, ...fabrics];
}

export function readingFields(pool: PoolState): Fields {
  const { at, demand, fabrics } = pool.reading;
  const cautions = [...pool.cautions].flatMap(([notice, { margin, easedUntil, until }]) => [
    notice,
    margin,
    easedUntil,
    until,
  ]);
  const seen = fabrics.flatMap(({ gpus, used }) => {
    const steps = used?.steps.flatMap((step) => [step.at, step.gpus]) ?? [];
    return steps.length === 0 ? [gpus] : [[gpus, "used"], steps].flat();
  });
  return ["reading", pool.config.id, at, demand, ...seen, ...cautions];
}

export function ladderFields(pool: PoolState, ladder: Ladder): Fields {
  const pieces = ladder.rungs.flatMap((rung) => [
    rung.notice,
    rung.price,
    rung.duration,
    rung.margin,
    ...rung.pieces.flatMap((piece) => [piece.until, piece.safe, piece.sellable]),
  ]);
  const peaks = ladder.peaks.flatMap((peak) => [peak.until, ...peak.quantiles]);
  const { at, validUntil, capacity, reserve } = ladder;
  return ["ladder", pool.config.id, at, validUntil ?? "", capacity, reserve, ...pieces, ...peaks];
}

export function orderFields(order: Order): Fields {
  const { id, account, side, sku, gpus, start, duration, limit, noticeAtLeast } = order;
  const when = [start.earliest, start.latest, duration.min, duration.max, order.expires ?? ""];
  const how = [noticeAtLeast, order.fabric, order.fill, order.lifetime, order.contract ?? ""];
  return ["order", id, account, side, sku, gpus, limit, ...when, ...how];
}

export function tallyFields(id: string, { basis, recalled, breached, interrupted }: Tally): Fields {
  const [forecast, end] = [basis?.forecast ?? "", basis?.end ?? ""];
  return ["tally", id, forecast, end, recalled, breached, String(interrupted)];
}

/** In one list, because it is written at every sale. */
export function contractFields(contract: Contract): Fields {
  const { id, holder, pool, window, price, promise, soldGpus, block } = contract;
  const fields: Fields = ["contract", id, holder, pool];
  fields.push(window.start, window.end, price, soldGpus, String(block));
  fields.push(promise.notice, promise.minimumRun, promise.recallCompensation);
  fields.push(promise.breachCompensation, promise.statedRecallChance);
  for (const { fabric, held } of contract.placements) {
    fields.push(fabric);
    for (const { start, gpus } of pieces(held, window)) fields.push(start, gpus);
  }
  return fields;
}

export function recallFields({ id, pool, noticed, due, reason, cuts }: Recall): Fields {
  const taken = cuts.flatMap((cut) => [
    cut.contract,
    cut.notice,
    cut.fabric,
    cut.gpus,
    cut.until,
    cut.owed,
  ]);
  return ["recall", id, pool, noticed, due, reason, ...taken];
}

/** What only an outcome changes; what each sale changes is hashed after it: see {@link openFields}. */
export function learntFields(pool: string, notice: Notice, model: RecallChance): Fields {
  return ["chance", pool, notice, ...model.weights, ...model.covariance];
}

export function openFields({ debt, openLots }: RecallChance): Fields {
  return [debt, openLots];
}

export function timeFields(now: EpochMs): Fields {
  return ["now", now];
}

/** Contracts' ids are numbered from it. */
export function salesFields(sales: number): Fields {
  return ["sales", sales];
}
