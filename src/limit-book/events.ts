import type { Gpus, MicroUsdPerGpuHour } from "../units.ts";
import type { LimitOrder } from "./order.ts";

/** What an arriving order does to one that rests. */
export interface Take {
  /** The order that rests. */
  readonly maker: string;
  /** The maker's limit, which is the price of the trade. */
  readonly price: MicroUsdPerGpuHour;
  readonly gpus: Gpus;
  /** An expired maker leaves the book with all that is left of it, and nothing is bought or sold. */
  readonly how: "traded" | "expired";
}

export type BookEvent =
  /** The order has taken these, in this order, and `rests` of its GPUs come to rest (0: none). */
  | {
      readonly type: "limit_order_placed";
      readonly order: LimitOrder;
      readonly takes: readonly Take[];
      readonly rests: Gpus;
    }
  | { readonly type: "limit_order_cancelled"; readonly order: string; readonly gpus: Gpus };
