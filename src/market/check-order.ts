import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { MINUTE_MS } from "../units.ts";
import type { Order } from "./order.ts";
import { isFixedWindow } from "./order.ts";

/** What an order is checked against. */
export interface OrderContext {
  readonly now: EpochMs;
  /** The smallest number of GPUs that is sold of this SKU. */
  readonly lot: Gpus;
  knows(sku: string): boolean;
}

/**
 * What makes an order refused, in the order in which it is checked: an order with several faults is
 * refused for the first. A fault in what is asked for goes before one in how; buying and selling last.
 */
const RULES = [
  ["sku_unknown", (order, context) => !context.knows(order.sku)],
  ["gpus_not_positive", (order) => order.gpus <= 0],
  ["gpus_not_whole_lots", (order, { lot }) => order.gpus % lot !== 0],
  ["time_not_minute_aligned", (order) => !timesOf(order).every(isWholeMinutes)],
  ["start_range_reversed", ({ start }) => start.earliest > start.latest],
  ["start_in_the_past", ({ start }, { now }) => start.latest < now],
  ["duration_not_positive", ({ duration }) => duration.min <= 0],
  ["duration_range_reversed", ({ duration }) => duration.min > duration.max],
  ["order_too_large", (order) => !isExact(order)],
  ["limit_not_positive", ({ limit }) => limit <= 0n],
  ["expiry_missing", ({ lifetime, expires }) => lifetime === "standing" && expires === null],
  ["expiry_not_allowed", ({ lifetime, expires }) => lifetime === "immediate" && expires !== null],
  ["expiry_in_the_past", ({ expires }, { now }) => expires !== null && expires <= now],
  ["buy_with_contract", ({ side, contract }) => side === "buy" && contract !== null],
  ["sell_without_contract", ({ side, contract }) => side === "sell" && contract === null],
  ["sell_window_not_fixed", (order) => order.side === "sell" && !isFixedWindow(order)],
  ["sell_not_partial", ({ side, fill }) => side === "sell" && fill !== "partial"],
] as const satisfies readonly (readonly [string, Rule])[];

type Rule = (order: Order, context: OrderContext) => boolean;

/**
 * Why an order is refused, whatever is for sale:
 * - `sku_unknown`: nobody sells that SKU here;
 * - `gpus_not_positive`, `gpus_not_whole_lots`: GPUs are a positive multiple of the lot;
 * - `time_not_minute_aligned`: starts and durations are whole minutes;
 * - `start_range_reversed`: the latest start lies before the earliest;
 * - `start_in_the_past`: the latest start lies before now (the earliest may: it is then now);
 * - `duration_not_positive`, `duration_range_reversed`: 0 < shortest ≤ longest;
 * - `order_too_large`: its GPU-time or its last end is beyond exact arithmetic;
 * - `limit_not_positive`: a price is more than nothing;
 * - `expiry_missing`, `expiry_not_allowed`: a standing order expires, an immediate one does not;
 * - `expiry_in_the_past`: it would expire at once;
 * - `buy_with_contract`, `sell_without_contract`: a seller names the contract that is sold, a buyer none;
 * - `sell_window_not_fixed`: a listing is one rectangle, of which buyers take what they want;
 * - `sell_not_partial`: a listing is sold to whoever wants a part of it.
 */
export type OrderRefusal = (typeof RULES)[number][0];

/** Every refusal, in the order in which they are checked. */
export const ORDER_REFUSALS: readonly OrderRefusal[] = RULES.map(([refusal]) => refusal);

/** The first rule that the order breaks, or null. Times and GPUs are whole already, by their units. */
export function checkOrder(order: Order, context: OrderContext): OrderRefusal | null {
  for (const [refusal, isBroken] of RULES) if (isBroken(order, context)) return refusal;
  return null;
}

function timesOf({ start, duration }: Order): (EpochMs | DurationMs)[] {
  return [start.earliest, start.latest, duration.min, duration.max];
}

function isWholeMinutes(time: EpochMs | DurationMs): boolean {
  return time % MINUTE_MS === 0;
}

function isExact({ gpus, start, duration }: Order): boolean {
  return (
    Number.isSafeInteger(gpus * duration.max) && Number.isSafeInteger(start.latest + duration.max)
  );
}
