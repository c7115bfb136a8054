import { z } from "@hono/zod-openapi";
import type { Order } from "../../market/order.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, doer, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { orderOf, orderRequest } from "../order-request.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { orderResource } from "../resources.ts";
import { id, slug } from "../schemas.ts";

const TAG = "Orders";
const idParam = z.object({ id });

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
    return findResource(context.store, doer(caller), "order", params.id);
  });
}

function mayActFor(caller: Caller, { account }: Order): boolean {
  return account === caller.account || caller.scopes.has("owner:write");
}
