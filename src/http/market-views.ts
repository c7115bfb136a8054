import type { z } from "@hono/zod-openapi";
import { heldThroughout } from "../contracts/contract.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { nextMinute } from "../market/candidates.ts";
import { statedChance } from "../market/fill-events.ts";
import { listedWindow } from "../market/listing-ask.ts";
import type { Order } from "../market/order.ts";
import { roomForNotice } from "../market/rung-ask.ts";
import type { PoolState } from "../market/state.ts";
import { findContract } from "../market/state.ts";
import { formatDuration, formatNotice } from "../policy/duration.ts";
import type { LadderRung } from "../surplus/ladder.ts";
import type { EpochMs, Window } from "../units.ts";
import { floorTo, later, MINUTE_MS, minGpus, NO_GPUS, scalePrice, wholeLots } from "../units.ts";
import { formatMoney } from "../wire/money.ts";
import { shareNumber } from "../wire/share.ts";
import { formatTime } from "../wire/time.ts";
import type { ladderResource, listingResource, poolResource } from "./market-schemas.ts";

/** What is for sale, as everyone may see it: from the durable state in memory. */

export function poolView(
  { owner }: ExchangeState,
  { config, policy, reading }: PoolState,
): z.input<typeof poolResource> {
  const { id, sku, site } = config;
  const offering = owner.offerings.get(id);
  const { recall, breach } = policy.compensation;
  return {
    id,
    sku,
    site,
    lot_gpus: policy.lot,
    fabrics: reading.fabrics.map((fabric) => ({ id: fabric.id, gpus: fabric.gpus })),
    firm_price: offering === undefined ? null : formatMoney(offering.price),
    selling: offering?.selling === true,
    compensation: { recall: shareNumber(recall), breach: shareNumber(breach) },
    notices: policy.rungs.map((rung) => ({
      notice: formatNotice(rung.notice),
      price:
        offering === undefined ? null : formatMoney(scalePrice(offering.price, rung.priceFactor)),
      longest_duration: formatDuration(rung.duration),
      minimum_run: formatDuration(rung.minimumRun),
      max_recall_chance: rung.maxRecallChance,
    })),
  };
}

export function ladderView(pool: PoolState, now: EpochMs): z.input<typeof ladderResource> {
  const start = nextMinute(now);
  const { ladder } = pool;
  return {
    pool: pool.config.id,
    at: formatTime(ladder?.at ?? now),
    start: formatTime(start),
    rungs: ladder === null ? [] : ladder.rungs.map((rung) => rungView(pool, rung, start)),
  };
}

function rungView(pool: PoolState, rung: LadderRung, start: EpochMs) {
  return {
    notice: formatNotice(rung.notice),
    price: formatMoney(rung.price),
    longest_duration: formatDuration(rung.duration),
    until: endsOf(rung, start).map((end) => {
      const window = { start, end };
      return {
        end: formatTime(end),
        gpus: roomForNotice(pool, rung.notice, window),
        stated_recall_chance: statedChance(pool, rung.notice, window, pool.policy.lot),
      };
    }),
  };
}

/** Where the bounds change, as far as a contract that starts now may run. */
function endsOf({ pieces, duration }: LadderRung, start: EpochMs): EpochMs[] {
  const last = later(start, duration);
  return pieces
    .map(({ until }) => floorTo(until, MINUTE_MS))
    .filter((end) => end > start && end <= last);
}

/** Null where nothing of it is left to buy. */
export function listingView(
  { market }: ExchangeState,
  order: Order,
): z.input<typeof listingResource> | null {
  const found = findContract(market, order.contract ?? "");
  if (found === null) return null;
  const { pool, contract } = found;
  const window = fromNow(listedWindow(order), market.now);
  const held =
    window.start < window.end
      ? wholeLots(heldThroughout(contract, window), pool.policy.lot)
      : NO_GPUS;
  const { promise } = contract;
  return {
    id: order.id,
    sku: order.sku,
    pool: pool.config.id,
    gpus: minGpus(order.gpus, held),
    start: formatTime(window.start),
    end: formatTime(window.end),
    price: formatMoney(order.limit),
    notice: formatNotice(promise.notice),
    stated_recall_chance: promise.statedRecallChance,
    compensation: {
      recall: shareNumber(promise.recallCompensation),
      breach: shareNumber(promise.breachCompensation),
    },
    expires: order.expires === null ? null : formatTime(order.expires),
  };
}

function fromNow({ start, end }: Window, now: EpochMs): Window {
  const first = nextMinute(now);
  return { start: start > first ? start : first, end };
}
