import { z } from "@hono/zod-openapi";
import type { Order } from "../../market/order.ts";
import type { DurationMs, EpochMs } from "../../units.ts";
import { ceilTo, MINUTE_MS, notice as noticeMs } from "../../units.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { orderResource } from "../resources.ts";
import { duration, gpuCount, id, notice, price, slug, time } from "../schemas.ts";

const TAG = "Orders";
const idParam = z.object({ id });

const orderRequest = z
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

type OrderRequest = z.output<typeof orderRequest>;

export function orderRoutes(api: Api, context: ApiContext): void {
  placeOrder(api, context);
  listOrders(api, context);
  getOrder(api, context);
  amendOrder(api, context);
  cancelOrder(api, context);
}

function placeOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/orders",
    id: "placeOrder",
    tag: TAG,
    summary: "Buy GPU-hours, or put a part of a contract up for resale",
    description:
      "What it may cost at most, with tax, is held of the credit. POST /v1/quotes tells before what would fill.",
    scope: "trade",
    body: orderRequest,
    answer: orderResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const account = actingFor(caller, body.account);
    const orderId = context.ids.next("ord");
    const done = await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "place_order", order: orderOf(body, orderId, account, now), now });
    });
    return answerFrom(context, caller, done, "order");
  });
}

function listOrders(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/orders",
    id: "listOrders",
    tag: TAG,
    summary: "Orders, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      status: z.enum(["open", "filled", "cancelled", "expired"]).optional(),
      side: z.enum(["buy", "sell"]).optional(),
      account: slug.optional(),
    }),
    answer: pageOf(orderResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "order", where, { limit, cursor }),
  );
}

function getOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/orders/{id}",
    id: "getOrder",
    tag: TAG,
    summary: "One order",
    scope: "account:read",
    params: idParam,
    answer: orderResource,
  } as const;
  serve(api, context, described, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "order", params.id),
  );
}

function amendOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/orders/{id}/amend",
    id: "amendOrder",
    tag: TAG,
    summary: "Replace an order in the book by another one",
    description:
      "The new order has an id and a place in line of its own; if it is refused, the old one stays.",
    scope: "trade",
    params: idParam,
    body: orderRequest,
    answer: orderResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const account = actingFor(caller, body.account);
    const orderId = context.ids.next("ord");
    const done = await submit((desk) => {
      const { now } = desk.state.market;
      const order = orderOf(body, orderId, account, now);
      return desk.do({ type: "amend_order", replaces: params.id, order, now });
    });
    return answerFrom(context, caller, done, "order");
  });
}

function cancelOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/orders/{id}/cancel",
    id: "cancelOrder",
    tag: TAG,
    summary: "Take an order out of the book; what has filled stays bought",
    scope: "trade",
    params: idParam,
    answer: orderResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    await submit((desk) => {
      const order = desk.state.market.book.get(params.id);
      if (order === undefined || !mayActFor(caller, order)) return "order_unknown";
      return desk.do({ type: "cancel_order", order: params.id });
    });
    return findResource(context.store, caller.viewer, "order", params.id);
  });
}

function mayActFor(caller: Caller, { account }: Order): boolean {
  return account === caller.account || caller.scopes.has("owner:write");
}

/** @param now when the request is decided: a start that was left out is the next whole minute */
function orderOf(body: OrderRequest, orderId: string, account: string, now: EpochMs): Order {
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
