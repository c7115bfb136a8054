import { z } from "@hono/zod-openapi";
import type { AuctionOrder } from "../../auction/order.ts";
import { auctionOrderRequest, auctionOrderResource } from "../auction-schemas.ts";
import { notFound } from "../api-error.ts";
import { actingFor } from "../authenticate.ts";
import type { Viewer } from "../../ports.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { id, slug } from "../schemas.ts";

const TAG = "Auctions";
const params = z.object({ id });
const orderParams = z.object({ id, order: id });

/** What is wanted of auctions: everyone sees their own orders alone. */
export function auctionOrderRoutes(api: Api, context: ApiContext): void {
  placeOrder(api, context);
  listOrders(api, context);
  getOrder(api, context);
  cancelOrder(api, context);
}

function placeOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/auctions/{id}/orders",
    id: "placeAuctionOrder",
    tag: TAG,
    summary: "Want a block of what is auctioned",
    description:
      "What it may cost at most, with tax, is held of the credit until the auction is over. Filled, it pays the clearing prices, never more than its limit.",
    scope: "trade",
    params,
    body: auctionOrderRequest,
    answer: auctionOrderResource,
  } as const;
  serve(api, context, described, async ({ caller, params: { id: auction }, body, submit }) => {
    const account = actingFor(caller, body.account);
    const { gpus, start: earliest, duration, limit_price: limit, fabric, fill } = body;
    const order: AuctionOrder = {
      id: context.ids.next("aord"),
      account,
      gpus,
      start: { earliest, latest: body.latest_start ?? earliest },
      duration,
      limit,
      fabric,
      fill,
    };
    const done = await submit((desk) => {
      return desk.do({ type: "place_auction_order", auction, order, now: desk.state.market.now });
    });
    return answerFrom(context, caller, done, "auction_order");
  });
}

function listOrders(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/auctions/{id}/orders",
    id: "listAuctionOrders",
    tag: TAG,
    summary: "An auction's orders that are yours, newest first",
    scope: "account:read",
    params,
    query: pageQuery.extend({
      status: z.enum(["open", "cancelled", "filled", "unfilled", "called_off"]).optional(),
      account: slug.optional(),
    }),
    answer: pageOf(auctionOrderResource),
  } as const;
  serve(api, context, described, ({ caller, params: { id: auction }, query }) => {
    const { limit, cursor, ...rest } = query;
    const where = { auction, ...rest };
    return listResources(context.store, caller.viewer, "auction_order", where, { limit, cursor });
  });
}

function getOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/auctions/{id}/orders/{order}",
    id: "getAuctionOrder",
    tag: TAG,
    summary: "One order of an auction",
    scope: "account:read",
    params: orderParams,
    answer: auctionOrderResource,
  } as const;
  serve(api, context, described, ({ caller, params: { id: auction, order } }) =>
    findOrder(context, caller.viewer, auction, order),
  );
}

function cancelOrder(api: Api, context: ApiContext): void {
  const described = {
    method: "delete",
    path: "/v1/auctions/{id}/orders/{order}",
    id: "cancelAuctionOrder",
    tag: TAG,
    summary: "Take an order out of an auction that is not locked yet",
    scope: "trade",
    params: orderParams,
    answer: auctionOrderResource,
  } as const;
  serve(api, context, described, async ({ caller, params: { id: auction, order }, submit }) => {
    const found = await findOrder(context, caller.viewer, auction, order);
    const account = actingFor(caller, found.account);
    await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "cancel_auction_order", auction, order, account, now });
    });
    return findOrder(context, caller.viewer, auction, order);
  });
}

/** @throws ApiError 404 where it is not there, of another auction, or not the viewer's to see */
async function findOrder({ store }: ApiContext, viewer: Viewer, auction: string, order: string) {
  const found = await findResource(store, viewer, "auction_order", order);
  if (found.auction !== auction) throw notFound("auction_order", order);
  return found;
}
