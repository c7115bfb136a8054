import { z } from "@hono/zod-openapi";
import type { Ask } from "../../market/supply.ts";
import { compareAsks } from "../../market/supply.ts";
import type { MicroUsdPerGpuHour, Notice } from "../../units.ts";
import { microUsdPerGpuHour, notice as noticeMs } from "../../units.ts";
import { invalid, notFound } from "../api-error.ts";
import type { Api, ApiContext } from "../context.ts";
import { listingResource } from "../market-schemas.ts";
import { listingView } from "../market-views.ts";
import { serve } from "../operation.ts";
import { pageOf, pageQuery } from "../pages.ts";

/** Parts of contracts that their holders offer: sell orders, without the seller. */
export function listingRoutes(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/listings",
    id: "listListings",
    tag: "Market",
    summary: "Contracts up for resale, cheapest first, without the sellers",
    description:
      "To list a part of a contract of your own, place a sell order; a buy order takes the cheapest of listings and pools.",
    scope: "market:read",
    query: pageQuery.extend({ sku: z.string().min(1).max(64) }),
    answer: pageOf(listingResource),
  } as const;
  serve(api, context, described, ({ query: { sku, limit, cursor } }) => {
    const { state } = context.journal.durable;
    const supply = state.market.supplies.get(sku);
    if (supply === undefined) throw notFound("sku", sku);
    const after = cursor === undefined ? null : placeIn(cursor);
    const found = listedAfter(supply.asks, after, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      data: shown.flatMap(({ order: id }) => {
        const order = state.market.book.get(id);
        return (order && listingView(state, order)) ?? [];
      }),
      next_cursor: found.length > limit && last !== undefined ? cursorOf(last) : null,
    };
  });
}

/** Where a listing stands among the asks: also when it has been sold since. */
interface Place {
  readonly price: MicroUsdPerGpuHour;
  readonly notice: Notice;
  readonly order: string;
}

function listedAfter(asks: readonly Ask[], after: Place | null, most: number): Place[] {
  const found: Place[] = [];
  for (let at = after === null ? 0 : firstBehind(asks, after); at < asks.length; at++) {
    const ask = asks[at];
    if (ask === undefined || found.length === most) break;
    const { price, notice, source } = ask;
    if (source.kind === "listing") found.push({ price, notice, order: source.order });
  }
  return found;
}

/** By halves, so that the last page costs no more than the first. */
function firstBehind(asks: readonly Ask[], after: Place): number {
  const rank = rankOf(after);
  let [low, high] = [0, asks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const ask = asks[middle];
    if (ask !== undefined && compareAsks(rank, ask) >= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rankOf({ price, notice, order }: Place) {
  return { price, notice, source: { kind: "listing", order, contract: "" } } as const;
}

function cursorOf({ price, notice, order }: Place): string {
  return Buffer.from(`${price} ${notice} ${order}`).toString("base64url");
}

function placeIn(cursor: string): Place {
  const text = Buffer.from(cursor, "base64url").toString();
  const [, price, known, order] =
    /^(\d{1,20}) (\d{1,15}|Infinity) ([\w.-]{1,128})$/.exec(text) ?? [];
  if (price === undefined || known === undefined || order === undefined) {
    throw invalid("cursor_not_valid", "A cursor is the next_cursor of the page before.", "cursor");
  }
  return { price: microUsdPerGpuHour(BigInt(price)), notice: noticeMs(Number(known)), order };
}
