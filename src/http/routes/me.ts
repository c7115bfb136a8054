import { z } from "@hono/zod-openapi";
import { formatTime } from "../../wire/time.ts";
import type { Api, ApiContext } from "../context.ts";
import { serve } from "../operation.ts";
import { timeText } from "../resources.ts";

const meResource = z
  .object({
    account: z.string(),
    member: z.string(),
    role: z.string(),
    key: z.string(),
    scopes: z.array(z.string()),
    now: timeText.openapi({
      description: "The market's time, which need not be the time outside",
    }),
  })
  .openapi("Me");

export type Me = z.output<typeof meResource>;

/** Whoever was handed a key finds out whose it is. */
export function tellCaller(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/me",
    id: "getMe",
    tag: "Members and keys",
    summary: "Who is asking: the key's account, member and rights, and the market's time",
    scope: "market:read",
    answer: meResource,
  } as const;
  serve(api, context, described, ({ caller: { account, member, role, key, scopes } }) => {
    const now = formatTime(context.journal.durable.state.market.now);
    return { account, member, role, key, scopes: [...scopes], now };
  });
}
