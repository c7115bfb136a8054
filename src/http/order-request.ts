import { z } from "@hono/zod-openapi";
import type { Order } from "../market/order.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { ceilTo, MINUTE_MS, notice as noticeMs } from "../units.ts";
import { duration, gpuCount, id, notice, price, slug, time } from "./schemas.ts";

/** An order as a customer sends it. */
export const orderRequest = z
  .strictObject({
    account: slug.optional().openapi({ description: "For whom: only the owner names others" }),
    side: z.enum(["buy", "sell"]).default("buy"),
    sku: z.string().min(1).max(64).openapi({ example: "A100-80G" }),
    gpus: gpuCount,
    start: time.optional().openapi({ description: "Earliest start; left out: the next minute" }),
    latest_start: time.optional().openapi({ description: "Left out: the earliest" }),
    duration,
    longest_duration: duration.optional().openapi({ description: "Left out: the duration" }),
    limit_price: price,
    notice_at_least: notice.optional().openapi({
      description: "The shortest notice of recall that is acceptable; left out: any",
    }),
    fabric: z.enum(["one", "any"]).default("any"),
    fill: z.enum(["all-or-none", "partial"]).optional().openapi({
      description: "Left out: all-or-none to buy; a listing is sold in parts",
    }),
    expires: time.optional().openapi({
      description:
        "The order stands in the book until then; left out, it fills at once or not at all",
    }),
    contract: id
      .optional()
      .openapi({ description: "To sell: the contract of which this is a part" }),
  })
  .openapi("OrderRequest");

export type OrderRequest = z.output<typeof orderRequest>;

/** @param now when the request is decided: a start that was left out is the next whole minute */
export function orderOf(body: OrderRequest, orderId: string, account: string, now: EpochMs): Order {
  const earliest = body.start ?? ceilTo(now, MINUTE_MS);
  return {
    id: orderId,
    account,
    side: body.side,
    sku: body.sku,
    gpus: body.gpus,
    start: { earliest, latest: body.latest_start ?? earliest },
    duration: durations(body),
    limit: body.limit_price,
    noticeAtLeast: body.notice_at_least ?? noticeMs(0),
    fabric: body.fabric,
    fill: body.fill ?? (body.side === "sell" ? "partial" : "all-or-none"),
    lifetime: body.expires === undefined ? "immediate" : "standing",
    expires: body.expires ?? null,
    contract: body.contract ?? null,
  };
}

function durations(body: OrderRequest): { min: DurationMs; max: DurationMs } {
  return { min: body.duration, max: body.longest_duration ?? body.duration };
}
