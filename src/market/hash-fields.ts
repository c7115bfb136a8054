import type { Contract } from "../contracts/contract.ts";
import { pieces } from "../schedule/schedule.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { RecallChance } from "../surplus/recall-chance.ts";
import type { EpochMs, Notice } from "../units.ts";
import type { Order } from "./order.ts";
import type { PoolState, Recall, Tally } from "./state.ts";

/** What of each thing in the state goes into its hash: all that decisions read. */
type Fields = (string | number | bigint)[];

export function readingFields(pool: PoolState): Fields {
  const { at, demand, fabrics } = pool.reading;
  const cautions = [...pool.cautions].flatMap(([notice, { margin, easedUntil, until }]) => [
    notice,
    margin,
    easedUntil,
    until,
  ]);
  return ["reading", pool.config.id, at, demand, ...fabrics.map(({ gpus }) => gpus), ...cautions];
}

export function ladderFields(pool: PoolState, ladder: Ladder): Fields {
  const pieces = ladder.rungs.flatMap((rung) => [
    rung.price,
    rung.margin,
    ...rung.pieces.flatMap((piece) => [piece.until, piece.safe, piece.sellable]),
  ]);
  const peaks = ladder.peaks.flatMap((peak) => [peak.until, ...peak.quantiles]);
  return ["ladder", pool.config.id, ladder.at, ladder.capacity, ...pieces, ...peaks];
}

export function orderFields(order: Order): Fields {
  const { id, account, side, sku, gpus, start, duration, limit, noticeAtLeast } = order;
  const when = [start.earliest, start.latest, duration.min, duration.max, order.expires ?? ""];
  const how = [noticeAtLeast, order.fabric, order.fill, order.contract ?? ""];
  return ["order", id, account, side, sku, gpus, limit, ...when, ...how];
}

export function tallyFields(id: string, { basis, recalled, breached, interrupted }: Tally): Fields {
  return ["tally", id, basis?.forecast ?? "", recalled, breached, String(interrupted)];
}

export function contractFields(contract: Contract): Fields {
  const held = contract.placements.flatMap((placement) => [
    placement.fabric,
    ...pieces(placement.held, contract.window).flatMap((piece) => [piece.start, piece.gpus]),
  ]);
  const { id, holder, window, price, promise, soldGpus } = contract;
  const { notice, minimumRun, statedRecallChance } = promise;
  const sold = [window.start, window.end, price, soldGpus, notice, minimumRun];
  return ["contract", id, holder, ...sold, statedRecallChance, ...held];
}

export function recallFields({ id, pool, noticed, due, reason, cuts }: Recall): Fields {
  const taken = cuts.flatMap((cut) => [cut.contract, cut.fabric, cut.gpus, cut.until, cut.owed]);
  return ["recall", id, pool, noticed, due, reason, ...taken];
}

export function chanceFields(pool: string, notice: Notice, model: RecallChance): Fields {
  const { weights, covariance, debt, openLots } = model;
  return ["chance", pool, notice, ...weights, ...covariance, debt, openLots];
}

export function timeFields(now: EpochMs): Fields {
  return ["now", now];
}
