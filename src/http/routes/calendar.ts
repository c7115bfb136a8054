import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { requireScope } from "../authenticate.ts";
import { calendarOf } from "../calendar.ts";
import type { Api, ApiContext, ApiEnv } from "../context.ts";
import { ERROR_RESPONSES } from "../operation.ts";
import { listResources } from "../pages.ts";

const MOST_CONTRACTS = 1000;
const MOST_NOTICES = 200;

/** The one address at which a key may stand in the query: calendar programs can send it in no other way. */
export function calendarRoutes(api: Api, context: ApiContext): void {
  const route = createRoute({
    method: "get",
    path: "/v1/calendar.ics",
    operationId: "getCalendar",
    tags: ["Contracts"],
    summary: "The account's contracts and recall notices, to subscribe to in a calendar",
    description:
      "Calendar programs send no headers, so the key may stand in the address; only a key whose scopes are all for reading is accepted there. Make one for this and nothing else (`POST /v1/keys` with `scopes: [account:read]`), and revoke it when the address has got out.\n\nNeeds the scope `account:read`.",
    security: [{ key: [] }],
    request: {
      query: z.object({
        token: z.string().max(100).optional().openapi({ description: "A read-only API key" }),
      }),
    },
    responses: {
      200: {
        description: "iCalendar (RFC 5545): the newest 1,000 contracts and 200 notices",
        content: { "text/calendar": { schema: z.string() } },
      },
      ...ERROR_RESPONSES,
    },
  });
  api.openapi(route, (async (request: Context<ApiEnv>) => {
    const caller = request.get("caller");
    requireScope(caller, "account:read");
    // The owner's own calendar, too, has its own contracts only: everyone's would be of no use.
    const own = { account: caller.account, sees: "own" } as const;
    const { store, clock } = context;
    const [contracts, notices] = await Promise.all([
      listResources(store, own, "contract", {}, { limit: MOST_CONTRACTS }),
      listResources(store, own, "notice", {}, { limit: MOST_NOTICES }),
    ]);
    const feed = calendarOf(contracts.data, notices.data, clock.now());
    request.header("Content-Type", "text/calendar; charset=utf-8");
    request.header("Cache-Control", "private, no-store");
    request.header("Referrer-Policy", "no-referrer");
    return request.body(feed);
  }) as never);
}
