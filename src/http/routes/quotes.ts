import { supplyFor } from "../../market/state.ts";
import type { ExchangeState } from "../../exchange/state.ts";
import type { MicroUsdPerGpuHour } from "../../units.ts";
import { microUsdPerGpuHour } from "../../units.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext } from "../context.ts";
import { quoteResource } from "../market-schemas.ts";
import { serve } from "../operation.ts";
import { orderOf, orderRequest } from "../order-request.ts";
import { quoteView } from "../quote-view.ts";
import { price } from "../schemas.ts";

const quoteRequest = orderRequest
  .omit({ side: true, expires: true, contract: true, limit_price: true })
  .extend({ limit_price: price.optional().openapi({ description: "Left out: any price" }) })
  .openapi("QuoteRequest");

const ONE = microUsdPerGpuHour(1n);

export function quoteRoutes(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/quotes",
    id: "getQuote",
    tag: "Market",
    summary: "What an order would get and cost right now, hour by hour, and what else is near",
    description:
      "Nothing is reserved and nothing is written. Each offer carries the order that gets it, ready to send, while the market stays as it is.",
    scope: "market:read",
    body: quoteRequest,
    answer: quoteResource,
  } as const;
  serve(api, context, described, ({ caller, body }) => {
    const { state } = context.journal.durable;
    const account = actingFor(caller, body.account);
    const limit = body.limit_price ?? anyPrice(state, body.sku, account);
    const asked = { ...body, side: "buy", limit_price: limit } as const;
    const order = orderOf(asked, "quote", account, state.market.now);
    return quoteView(state, order, body.start === undefined);
  });
}

/** That of the dearest ask. */
function anyPrice({ market }: ExchangeState, sku: string, account: string): MicroUsdPerGpuHour {
  return supplyFor(market, sku, account).asks.at(-1)?.price ?? ONE;
}
