import { z } from "@hono/zod-openapi";
import { HOUR_MS } from "../../units.ts";
import { auctionRequest, auctionResource } from "../auction-schemas.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { id } from "../schemas.ts";
import { auctionOrderRoutes } from "./auction-orders.ts";

const TAG = "Auctions";
const params = z.object({ id });

/** Call auctions for thin, far-dated books: the owner opens them, everyone sees them, and the service's clock clears them. */
export function auctionRoutes(api: Api, context: ApiContext): void {
  openAuction(api, context);
  listAuctions(api, context);
  getAuction(api, context);
  callOff(api, context);
  auctionOrderRoutes(api, context);
}

function openAuction(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/auctions",
    id: "openAuction",
    tag: TAG,
    summary: "Sell a rung of the ladder by a call auction",
    description:
      "Orders are collected, from a time on none is withdrawn, and then they are filled together: what is sold is what the ladder allows at that moment, at no less than its price.",
    scope: "owner:write",
    body: auctionRequest,
    answer: auctionResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const { sku, notice, start, end, locks, clears } = body;
    const auction = {
      id: context.ids.next("auc"),
      sku,
      pool: body.pool ?? null,
      notice,
      window: { start, end },
      slot: body.slot ?? HOUR_MS,
      locks,
      clears,
    };
    const done = await submit((desk) => {
      return desk.do({ type: "open_auction", auction, now: desk.state.market.now });
    });
    return answerFrom(context, caller, done, "auction");
  });
}

function listAuctions(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/auctions",
    id: "listAuctions",
    tag: TAG,
    summary: "Auctions, newest first, with prices once they are cleared",
    scope: "market:read",
    query: pageQuery.extend({
      status: z.enum(["open", "locked", "cleared", "called_off"]).optional(),
      sku: z.string().min(1).max(64).optional(),
    }),
    answer: pageOf(auctionResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "auction", where, { limit, cursor }),
  );
}

function getAuction(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/auctions/{id}",
    id: "getAuction",
    tag: TAG,
    summary: "One auction",
    scope: "market:read",
    params,
    answer: auctionResource,
  } as const;
  serve(api, context, described, ({ caller, params: { id: auction } }) =>
    findResource(context.store, caller.viewer, "auction", auction),
  );
}

function callOff(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/auctions/{id}/call_off",
    id: "callOffAuction",
    tag: TAG,
    summary: "End an auction without an outcome; nothing is held for its orders any more",
    scope: "owner:write",
    params,
    answer: auctionResource,
  } as const;
  serve(api, context, described, async ({ caller, params: { id: auction }, submit }) => {
    await submit((desk) => desk.do({ type: "call_off_auction", auction }));
    return findResource(context.store, caller.viewer, "auction", auction);
  });
}
