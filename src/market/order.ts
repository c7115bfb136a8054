import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Notice, Window } from "../units.ts";
import { elapsed } from "../units.ts";

/** A wish to buy or sell one rectangle of GPUs × time, fixed or with room to move. */
export interface Order {
  readonly id: string;
  readonly account: string;
  readonly side: "buy" | "sell";
  readonly sku: string;
  /** Whole lots, at least one. */
  readonly gpus: Gpus;
  /** Range of the start; minute-aligned; equal ends mean a fixed start. */
  readonly start: { readonly earliest: EpochMs; readonly latest: EpochMs };
  /** Range of the duration; whole minutes; equal ends mean a fixed duration. */
  readonly duration: { readonly min: DurationMs; readonly max: DurationMs };
  /** Highest price to buy at, lowest to sell at. */
  readonly limit: MicroUsdPerGpuHour;
  /** The shortest notice of recall that a buyer accepts. */
  readonly noticeAtLeast: Notice;
  /** Whether all GPUs must share one interconnect domain. */
  readonly fabric: "one" | "any";
  /** Whether fewer GPUs than asked for are acceptable. */
  readonly fill: "all-or-none" | "partial";
  /** An immediate order fills at once or not at all; a standing one rests in the book until it expires. */
  readonly lifetime: "immediate" | "standing";
  /** For a standing order: when it leaves the book. */
  readonly expires: EpochMs | null;
  /** For a sell order: the contract of which a part is put up for resale. */
  readonly contract: string | null;
}

/** Whether the order leaves no choice of window. */
export function isFixedWindow({ start, duration }: Order): boolean {
  return start.earliest === start.latest && duration.min === duration.max;
}

/** The order with this window and no other. */
export function fixedTo(order: Order, window: Window): Order {
  const duration = elapsed(window.start, window.end);
  return {
    ...order,
    start: { earliest: window.start, latest: window.start },
    duration: { min: duration, max: duration },
  };
}
