import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { ApiError } from "./api-error.ts";
import { authenticate } from "./authenticate.ts";
import type { Api, ApiContext, ApiEnv } from "./context.ts";
import { limitRate } from "./rate-limit.ts";
import { nameRequest } from "./request-id.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { auditRoutes } from "./routes/audit.ts";
import { checkoutRoutes } from "./routes/checkout.ts";
import { invoiceRoutes } from "./routes/invoices.ts";
import { keyRoutes } from "./routes/keys.ts";
import { memberRoutes } from "./routes/members.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventRoutes } from "./routes/events.ts";
import { moneyRoutes } from "./routes/money.ts";
import { listingRoutes } from "./routes/listings.ts";
import { marketRoutes } from "./routes/market.ts";
import { orderRoutes } from "./routes/orders.ts";
import { quoteRoutes } from "./routes/quotes.ts";
import { poolRoutes } from "./routes/pools.ts";
import { recallRoutes } from "./routes/recalls.ts";
import { contractRoutes } from "./routes/contracts.ts";
import { auctionRoutes } from "./routes/auctions.ts";
import { calendarRoutes } from "./routes/calendar.ts";
import { claimRoutes } from "./routes/claims.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { rentalRoutes } from "./routes/rentals.ts";
import { shelfRoutes } from "./routes/shelves.ts";
import { spotRoutes } from "./routes/spot.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { healthRoutes } from "./routes/health.ts";
import { shapeError } from "./validation.ts";
import { watchRequests } from "./watched.ts";

const LARGEST_BODY = 1_048_576;

/** The HTTP API: a client of the journal and the store, as everyone else. */
export function createApi(context: ApiContext): Api {
  const api: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw shapeError(result.error);
    },
  });
  api.use(watchRequests(context));
  api.use(nameRequest(context.ids));
  api.use(bodyLimit({ maxSize: LARGEST_BODY, onError: refuseBody }));
  api.use("/v1/*", authenticate(context));
  api.use("/v1/*", limitRate(context));
  accountRoutes(api, context);
  memberRoutes(api, context);
  keyRoutes(api, context);
  poolRoutes(api, context);
  orderRoutes(api, context);
  marketRoutes(api, context);
  quoteRoutes(api, context);
  listingRoutes(api, context);
  recallRoutes(api, context);
  moneyRoutes(api, context);
  invoiceRoutes(api, context);
  checkoutRoutes(api, context);
  contractRoutes(api, context);
  jobRoutes(api, context);
  claimRoutes(api, context);
  rentalRoutes(api, context);
  spotRoutes(api, context);
  shelfRoutes(api, context);
  auctionRoutes(api, context);
  calendarRoutes(api, context);
  eventRoutes(api, context);
  webhookRoutes(api, context);
  auditRoutes(api, context);
  docsRoutes(api, context);
  healthRoutes(api, context);
  api.notFound((request) => {
    const { method, path } = request.req;
    throw new ApiError("not_found", "path_unknown", `There is no ${method} ${path}; see /docs.`);
  });
  api.onError((fault, request) => {
    const error = apiErrorOf(fault);
    if (error.type === "fault") context.logFault(fault, request.get("requestId"));
    if (error.retryAfter !== null) request.header("Retry-After", String(error.retryAfter));
    return request.json(error.toJSON(), error.status);
  });
  return api;
}

function refuseBody(): never {
  throw new ApiError("content_too_large", "body_too_large", "A request is at most 1 MiB long.");
}

function apiErrorOf(fault: Error): ApiError {
  if (fault instanceof ApiError) return fault;
  if (fault instanceof HTTPException && fault.status === 415) {
    const sentence = "A request's body is JSON: send Content-Type: application/json.";
    return new ApiError("unsupported_media_type", "media_type_not_supported", sentence);
  }
  if (fault instanceof HTTPException && fault.status < 500) {
    return new ApiError("invalid_request", "request_not_valid", fault.message);
  }
  return new ApiError("fault", "fault", "A fault of Spillway's: its log says more under this id.");
}
