import { z } from "@hono/zod-openapi";
import type { Resources } from "../views/resources.ts";
import { money, noticeText, timeText } from "./resources.ts";
import { duration, gpuCount, id, notice, price, slug, time } from "./schemas.ts";

/** Shapes of auctions: what is sent, and what is answered. */

export const auctionRequest = z
  .strictObject({
    sku: z.string().min(1).max(64).openapi({ example: "A100-80G" }),
    pool: id.optional().openapi({ description: "Left out: all pools that sell the SKU so" }),
    notice: notice.openapi({ description: "Of recall: the rung of the ladder that is sold" }),
    start: time.openapi({ description: "When what is sold begins" }),
    end: time,
    slot: duration
      .optional()
      .openapi({ description: "Starts and durations are whole slots; left out: an hour" }),
    locks: time.openapi({ description: "From then on no order is withdrawn" }),
    clears: time.openapi({ description: "From then on no order comes, and it is cleared" }),
  })
  .openapi("AuctionRequest");

export const auctionOrderRequest = z
  .strictObject({
    account: slug.optional().openapi({ description: "For whom: only the owner names others" }),
    gpus: gpuCount,
    start: time.openapi({ description: "Earliest start, on the auction's slots" }),
    latest_start: time.optional().openapi({ description: "Left out: the earliest" }),
    duration,
    limit_price: price,
    fabric: z.enum(["one", "any"]).default("any"),
    fill: z.enum(["all-or-none", "partial"]).default("all-or-none"),
  })
  .openapi("AuctionOrderRequest");

const prices = z.object({
  pool: z.string(),
  fabric: z.string(),
  steps: z.array(z.object({ from: timeText, price: money })).openapi({
    description: "Of a GPU-hour from each time to the next, or the auction's end",
  }),
});

export const auctionResource = z
  .object({
    id: z.string().openapi({ example: "auc_5h2p" }),
    sku: z.string(),
    pools: z.array(z.string()),
    notice: noticeText,
    start: timeText,
    end: timeText,
    slot: z.string().openapi({ example: "1h" }),
    lot_gpus: z.int(),
    longest_duration: z.string().openapi({ description: "Of an order", example: "24h" }),
    opened: timeText,
    locks: timeText,
    clears: timeText,
    status: z.enum(["open", "locked", "cleared", "called_off"]),
    outcome: z
      .object({
        filled_orders: z.int(),
        filled_gpu_hours: z.string(),
        worth: money.openapi({ description: "Of the fills: limits less reserves" }),
        bound: money.openapi({ description: "No set of fills could be worth more" }),
        prices: z.array(prices),
      })
      .nullable()
      .openapi({ description: "Null until the auction is cleared" }),
  })
  .openapi("Auction") satisfies z.ZodType<Resources["auction"]>;

export const auctionOrderResource = z
  .object({
    id: z.string().openapi({ example: "aord_8t4n" }),
    account: z.string(),
    auction: z.string(),
    gpus: z.int(),
    filled_gpus: z.int(),
    start: z.object({ earliest: timeText, latest: timeText }),
    duration: z.string(),
    limit_price: money,
    fabric: z.enum(["one", "any"]),
    fill: z.enum(["all-or-none", "partial"]),
    placed: timeText,
    status: z.enum(["open", "cancelled", "filled", "unfilled", "called_off"]),
    contracts: z.array(z.string()).openapi({ description: "One for each pool and price" }),
  })
  .openapi("AuctionOrder") satisfies z.ZodType<Resources["auction_order"]>;
