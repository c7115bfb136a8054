import { createMiddleware } from "hono/factory";
import type { Ids } from "../ports.ts";
import type { ApiEnv } from "./context.ts";

/** Every answer names its request: the caller's own name for it, where it is a harmless one. */
export function nameRequest(ids: Ids) {
  return createMiddleware<ApiEnv>(async (request, next) => {
    const given = request.req.header("X-Request-Id");
    const id = given !== undefined && /^[\w.:-]{1,100}$/.test(given) ? given : ids.next("req");
    request.set("requestId", id);
    request.header("X-Request-Id", id);
    await next();
  });
}
