import { z } from "@hono/zod-openapi";
import { nextMinute } from "../../market/candidates.ts";
import type { Level } from "../../market/depth.ts";
import { depthOf, windowsFrom } from "../../market/depth.ts";
import { formatNotice } from "../../policy/duration.ts";
import { HOUR_MS, later, latest } from "../../units.ts";
import { formatMoney } from "../../wire/money.ts";
import { formatTime } from "../../wire/time.ts";
import { notFound } from "../api-error.ts";
import type { Api, ApiContext } from "../context.ts";
import { bookResource, ladderResource, poolResource } from "../market-schemas.ts";
import { ladderView, poolView } from "../market-views.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { fillResource } from "../resources.ts";
import { id, time } from "../schemas.ts";

const TAG = "Market";

/** What everyone with a key may see: no identities. All but the fills is read from the durable state in memory. */
export function marketRoutes(api: Api, context: ApiContext): void {
  listPools(api, context);
  getLadder(api, context);
  getBook(api, context);
  listFills(api, context);
}

function listPools(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/pools",
    id: "listPools",
    tag: TAG,
    summary: "Pools: what is sold, where, at which notices and prices",
    scope: "market:read",
    answer: z.object({ data: z.array(poolResource) }),
  } as const;
  serve(api, context, described, () => {
    const { state } = context.journal.durable;
    return { data: [...state.market.pools.values()].map((pool) => poolView(state, pool)) };
  });
}

function getLadder(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/ladder/{pool}",
    id: "getLadder",
    tag: TAG,
    summary: "How many GPUs of a pool can be bought at each notice, from now on",
    description:
      "Each entry is for a contract that starts the next minute and runs to its end. Whoever buys at one notice takes room at the others too.",
    scope: "market:read",
    params: z.object({ pool: id }),
    answer: ladderResource,
  } as const;
  serve(api, context, described, ({ params }) => {
    const { market } = context.journal.durable.state;
    const pool = market.pools.get(params.pool);
    if (pool === undefined) throw notFound("pool", params.pool);
    return ladderView(pool, market.now);
  });
}

const MOST_HOURS = 168;
const USUAL_HOURS = 24;
const MOST_LEVELS = 50;
/** Asks and bids looked at for one answer: what the book costs is bounded, however long it is. */
const MOST_LOOKS = 200_000;

const bookQuery = z.object({
  from: time.optional().openapi({ description: "Left out, or past: the next minute" }),
  hours: z.coerce.number().int().min(1).max(MOST_HOURS).default(USUAL_HOURS).openapi({
    type: "integer",
    description: "How many windows of an hour",
  }),
});

function getBook(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/book/{sku}",
    id: "getBook",
    tag: TAG,
    summary: "The order book by hour: what is offered and wanted, by price and notice",
    scope: "market:read",
    params: z.object({ sku: z.string().min(1).max(64) }),
    query: bookQuery,
    answer: bookResource,
  } as const;
  serve(api, context, described, ({ params: { sku }, query }) => {
    const { market } = context.journal.durable.state;
    const supply = market.supplies.get(sku);
    if (supply === undefined) throw notFound("sku", sku);
    const next = nextMinute(market.now);
    const from = latest(query.from ?? next, next);
    const buys = [...market.book.buys()].filter((order) => order.sku === sku);
    const count = windowsWithin(supply.asks.length + buys.length, query.hours);
    const depths = windowsFrom(from, HOUR_MS, count).map((window) =>
      depthOf(supply, buys, window, MOST_LEVELS),
    );
    const last = depths.at(-1)?.window.end ?? later(from, HOUR_MS);
    return {
      sku,
      at: formatTime(market.now),
      windows: depths.map(({ window, offered, asks, bids }) => ({
        start: formatTime(window.start),
        end: formatTime(window.end),
        offered_gpus: offered,
        asks: asks.map(levelView),
        bids: bids.map(levelView),
      })),
      next_from: count < query.hours ? formatTime(last) : null,
    };
  });
}

function windowsWithin(orders: number, hours: number): number {
  return Math.max(1, Math.min(hours, Math.floor(MOST_LOOKS / Math.max(1, orders))));
}

function levelView({ price, notice, gpus }: Level) {
  return { price: formatMoney(price), notice: formatNotice(notice), gpus };
}

function listFills(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/fills",
    id: "listFills",
    tag: TAG,
    summary: "Sales and resales, newest first, without names",
    scope: "market:read",
    query: pageQuery.extend({ sku: z.string().min(1).max(64).optional() }),
    answer: pageOf(fillResource),
  } as const;
  serve(api, context, described, ({ caller, query: { sku, limit, cursor } }) =>
    listResources(context.store, caller.viewer, "fill", { sku }, { limit, cursor }),
  );
}
