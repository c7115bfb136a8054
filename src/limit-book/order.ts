import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";

export type Side = "buy" | "sell";

/** A wish to buy or sell GPUs of which one is as good as another: one SKU, one interval, one notice. */
export interface LimitOrder {
  readonly id: string;
  readonly account: string;
  readonly side: Side;
  /** Highest price to buy at, lowest to sell at; null takes any price (a market order). */
  readonly limit: MicroUsdPerGpuHour | null;
  /** More than none; in whole lots, which the book's owner sees to. */
  readonly gpus: Gpus;
  /** What is left of a standing order rests in the book; of an immediate one it lapses. */
  readonly lifetime: "standing" | "immediate";
  /** Where it meets an order of its own account: trade with it, or take the resting one out of the book. */
  readonly ownOrders: "trade" | "expire";
}

export function otherSide(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}
