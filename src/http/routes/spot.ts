import { z } from "@hono/zod-openapi";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { bidResource, spotPriceResource } from "../rental-schemas.ts";
import { gpuCount, id, price, slug } from "../schemas.ts";

const TAG = "Spot";
const idParam = z.object({ id });

/** Standing bids for a pool's shortest notice, cleared at one price for each interval. */
export function spotRoutes(api: Api, context: ApiContext): void {
  placeBid(api, context);
  listBids(api, context);
  getBid(api, context);
  withdrawBid(api, context);
  listSpotPrices(api, context);
}

const bidRequest = z
  .strictObject({
    account: slug.optional().openapi({ description: "For whom: only the owner names others" }),
    pool: id.openapi({ example: "a100" }),
    gpus: gpuCount,
    limit_price: price,
  })
  .openapi("SpotBidRequest");

function placeBid(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/spot/bids",
    id: "placeSpotBid",
    tag: TAG,
    summary: "Bid for spot GPUs, interval by interval, until withdrawn",
    description:
      "All winners of an interval pay the same price, never more than their limit; who is outbid keeps what it has for its notice. A bid holds no credit before it wins.",
    scope: "trade",
    body: bidRequest,
    answer: bidResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const account = actingFor(caller, body.account);
    const { pool, gpus, limit_price: limit } = body;
    const bid = { id: context.ids.next("bid"), account, pool, gpus, limit };
    const done = await submit((desk) => {
      return desk.do({ type: "place_bid", bid, now: desk.state.market.now });
    });
    return answerFrom(context, caller, done, "bid");
  });
}

function listBids(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/spot/bids",
    id: "listSpotBids",
    tag: TAG,
    summary: "Spot bids, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      status: z.enum(["standing", "withdrawn"]).optional(),
      pool: id.optional(),
      account: slug.optional(),
    }),
    answer: pageOf(bidResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "bid", where, { limit, cursor }),
  );
}

function getBid(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/spot/bids/{id}",
    id: "getSpotBid",
    tag: TAG,
    summary: "One spot bid",
    scope: "account:read",
    params: idParam,
    answer: bidResource,
  } as const;
  serve(api, context, described, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "bid", params.id),
  );
}

function withdrawBid(api: Api, context: ApiContext): void {
  const described = {
    method: "delete",
    path: "/v1/spot/bids/{id}",
    id: "withdrawSpotBid",
    tag: TAG,
    summary: "Withdraw a bid; what it has won runs its course",
    scope: "trade",
    params: idParam,
    answer: bidResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    const found = await findResource(context.store, caller.viewer, "bid", params.id);
    const account = actingFor(caller, found.account);
    await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "withdraw_bid", bid: params.id, account, now });
    });
    return findResource(context.store, caller.viewer, "bid", params.id);
  });
}

function listSpotPrices(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/spot/prices",
    id: "listSpotPrices",
    tag: TAG,
    summary: "What intervals were cleared at, newest first",
    scope: "market:read",
    query: pageQuery.extend({ pool: id.optional() }),
    answer: pageOf(spotPriceResource),
  } as const;
  serve(api, context, described, ({ caller, query: { pool, limit, cursor } }) =>
    listResources(context.store, caller.viewer, "spot_price", { pool }, { limit, cursor }),
  );
}
