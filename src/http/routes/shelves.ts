import { z } from "@hono/zod-openapi";
import type { ExchangeState } from "../../exchange/state.ts";
import { findContract } from "../../market/state.ts";
import type { Shelf } from "../../rental/state.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { offeredShelf, shelfFiguresResource, shelfResource } from "../rental-schemas.ts";
import { contractResource } from "../resources.ts";
import { duration, gpuCount, id, price, slug, time } from "../schemas.ts";
import { figuresView, offerOf } from "../shelf-view.ts";
import { contractFor } from "./contracts.ts";

const TAG = "Shelves";
const idParam = z.object({ id });

/** Wholesale contracts of which slices are rented by the hour. */
export function shelfRoutes(api: Api, context: ApiContext): void {
  openShelf(api, context);
  listShelves(api, context);
  getShelf(api, context);
  shelfFigures(api, context);
  closeShelf(api, context);
  listOffers(api, context);
  rentSlice(api, context);
}

const shelfRequest = z
  .strictObject({
    contract: id.openapi({ example: "ord_7f3k.12" }),
    price,
    shortest_duration: duration.openapi({ example: "1h" }),
    longest_duration: duration.openapi({ example: "24h" }),
    least_gpus: gpuCount.openapi({ example: 8 }),
  })
  .openapi("ShelfRequest");

function openShelf(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/shelves",
    id: "openShelf",
    tag: TAG,
    summary: "Put a contract on a shelf: buyers rent slices of it at your price",
    scope: "trade",
    body: shelfRequest,
    answer: shelfResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const { account } = await contractFor(context, caller, body.contract);
    const shelf = {
      id: context.ids.next("shf"),
      account,
      contract: body.contract,
      price: body.price,
      shortest: body.shortest_duration,
      longest: body.longest_duration,
      leastGpus: body.least_gpus,
    };
    const done = await submit((desk) => {
      return desk.do({ type: "open_shelf", shelf, now: desk.state.market.now });
    });
    return answerFrom(context, caller, done, "shelf");
  });
}

function listShelves(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/shelves",
    id: "listShelves",
    tag: TAG,
    summary: "Shelves of your own, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      status: z.enum(["open", "closed", "over"]).optional(),
      account: slug.optional(),
    }),
    answer: pageOf(shelfResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "shelf", where, { limit, cursor }),
  );
}

function getShelf(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/shelves/{id}",
    id: "getShelf",
    tag: TAG,
    summary: "One shelf of your own",
    scope: "account:read",
    params: idParam,
    answer: shelfResource,
  } as const;
  serve(api, context, described, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "shelf", params.id),
  );
}

function shelfFigures(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/shelves/{id}/figures",
    id: "getShelfFigures",
    tag: TAG,
    summary: "Margin, utilisation and break-even of a shelf",
    scope: "account:read",
    params: idParam,
    answer: shelfFiguresResource,
  } as const;
  serve(api, context, described, async ({ caller, params }) => {
    const shown = await findResource(context.store, caller.viewer, "shelf", params.id);
    return figuresView(context.journal.durable.state, shown);
  });
}

function closeShelf(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/shelves/{id}/close",
    id: "closeShelf",
    tag: TAG,
    summary: "Rent out no more slices; those that are rented run their course",
    scope: "trade",
    params: idParam,
    answer: shelfResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    const found = await findResource(context.store, caller.viewer, "shelf", params.id);
    const account = actingFor(caller, found.account);
    await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "close_shelf", shelf: params.id, account, now });
    });
    return findResource(context.store, caller.viewer, "shelf", params.id);
  });
}

const MOST_OFFERS = 1000;

function listOffers(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/shelf_offers",
    id: "listShelfOffers",
    tag: TAG,
    summary: "What shelves offer now, cheapest first, without their holders",
    description: `The cheapest ${MOST_OFFERS.toLocaleString("en")}.`,
    scope: "market:read",
    query: z.object({ sku: z.string().min(1).max(64).optional() }),
    answer: z.object({ data: z.array(offeredShelf) }),
  } as const;
  serve(api, context, described, ({ query: { sku } }) => {
    const { state } = context.journal.durable;
    const data: z.input<typeof offeredShelf>[] = [];
    for (const shelf of cheapest(state, sku)) {
      const offer = offerOf(state, shelf);
      if (offer !== null) data.push(offer);
      if (data.length === MOST_OFFERS) break;
    }
    return { data };
  });
}

/** Of so many shelves an answer may look into what is left of their contracts: some have nothing left. */
const MOST_LOOKS = 2 * MOST_OFFERS;

/** The cheapest shelves of the SKU, in order, in one pass without sorting all that there are. */
function cheapest({ rental, market }: ExchangeState, sku: string | undefined): readonly Shelf[] {
  const kept: Shelf[] = [];
  for (const shelf of rental.shelves.values()) {
    const isOfAnother =
      sku !== undefined && findContract(market, shelf.contract)?.pool.config.sku !== sku;
    if (isOfAnother) continue;
    kept.push(shelf);
    if (kept.length === 2 * MOST_LOOKS) kept.sort(cheapestFirst).splice(MOST_LOOKS);
  }
  return kept.sort(cheapestFirst).slice(0, MOST_LOOKS);
}

function cheapestFirst(a: Shelf, b: Shelf): number {
  if (a.price !== b.price) return a.price < b.price ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

const sliceRequest = z
  .strictObject({
    account: slug.optional().openapi({ description: "For whom: only the owner names others" }),
    gpus: gpuCount,
    duration,
    start: time.optional().openapi({ description: "Left out: the next minute" }),
    limit_price: price.openapi({ description: "Refused where the shelf's price is higher" }),
    fabric: z.enum(["one", "any"]).default("any"),
  })
  .openapi("SliceRequest");

function rentSlice(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/shelf_offers/{id}/slices",
    id: "rentSlice",
    tag: TAG,
    summary: "Rent a slice of a shelf, at its price",
    description: "The answer is a contract like any other: its promise is the wholesale one's.",
    scope: "trade",
    params: idParam,
    body: sliceRequest,
    answer: contractResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const slice = {
      id: context.ids.next("slc"),
      account: actingFor(caller, body.account),
      gpus: body.gpus,
      fabric: body.fabric,
      start: body.start ?? null,
      duration: body.duration,
      limit: body.limit_price,
    };
    const done = await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "rent_slice", shelf: params.id, slice, now });
    });
    return answerFrom(context, caller, done, "contract");
  });
}
