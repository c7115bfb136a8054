/** Spillway's side of the race: pools of as many nodes, sold firm, each to one pass through the stream. */
import type { ExchangeCommand } from "../src/exchange/commands.ts";
import type { Policy } from "../src/policy/policy.ts";
import {
  assert,
  durationMs,
  FIRM,
  gpus,
  later,
  microUsd,
  MINUTE_MS,
  NO_GPUS,
} from "../src/units.ts";
import { formatMoney } from "../src/wire/money.ts";
import { formatTime } from "../src/wire/time.ts";
import { PRICE } from "./cases.ts";
import { NOW, openLadder } from "./core-throughput-market.ts";
import type { Outcome } from "./durable-orders-sides.ts";
import { ACCOUNTS } from "./durable-orders-stream.ts";
import { NODES, slotOf, type Stream } from "./reservations-stream.ts";

const GPUS_PER_NODE = 8;
/** The first window starts after that, for the market's present is no minute of a slot. */
const LEAD = durationMs(60 * MINUTE_MS);

/** A pool of two fabrics, of which all may be sold. */
export function poolOf(policy: Policy, pool: string): ExchangeCommand[] {
  const half = gpus((NODES / 2) * GPUS_PER_NODE);
  const fabrics = ["a", "b"].map((id) => ({ id, gpus: half }));
  const ladder = openLadder(policy, gpus(NODES * GPUS_PER_NODE));
  return [
    { type: "open_pool", pool: { id: pool, sku: pool, site: "", fabrics }, policy },
    { type: "read_owner", pool, reading: { at: NOW, demand: NO_GPUS, fabrics } },
    { type: "publish_ladder", pool, ladder },
  ];
}

/** The stream's orders, placed on this pool. */
export function commandsOf(stream: Stream, pool: string): ExchangeCommand[] {
  return stream.orders.map((_, at) => {
    const { start, duration, gpus } = wantedOf(stream, at);
    const order = {
      id: `ord_${pool}_${at}`,
      account: `account-${at % ACCOUNTS}`,
      side: "buy",
      sku: pool,
      gpus,
      start: { earliest: start, latest: start },
      duration: { min: duration, max: duration },
      limit: PRICE,
      noticeAtLeast: FIRM,
      fabric: "any",
      fill: "all-or-none",
      lifetime: "immediate",
      expires: null,
      contract: null,
    } as const;
    return { type: "place_order", order, now: NOW };
  });
}

/** The same over HTTP: bodies of `POST /v1/orders`. */
export function bodiesOf(stream: Stream, pool: string): string[] {
  return stream.orders.map((_, at) => {
    const { start, duration, gpus } = wantedOf(stream, at);
    return JSON.stringify({
      sku: pool,
      gpus,
      start: formatTime(start),
      duration: `${duration / MINUTE_MS}m`,
      limit_price: formatMoney(microUsd(PRICE)),
      notice_at_least: "firm",
      fabric: "any",
    });
  });
}

function wantedOf(stream: Stream, at: number) {
  const { start, minutes, nodes } = slotOf(stream, at);
  return {
    start: later(later(NOW, LEAD), durationMs(start * MINUTE_MS)),
    duration: durationMs(minutes * MINUTE_MS),
    gpus: gpus(nodes * GPUS_PER_NODE),
  };
}

/** What an order is told for which there is no room; anything else would be a fault of the bench. */
export const NO_ROOM: readonly string[] = ["not_enough_gpus", "no_supply"];

/** Whether all that was ordered has been sold. */
export function isSold(outcome: Outcome): boolean {
  if (typeof outcome !== "string") return outcome.some(({ type }) => type === "contract_sold");
  assert(NO_ROOM.includes(outcome), `an order is refused for want of room alone: ${outcome}`);
  return false;
}
