import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { addressOf } from "./address.ts";
import type { ApiContext, ApiEnv, Caller } from "./context.ts";

/** A request and how it was answered: never a header, a body or what stands behind the address's question mark. */
export interface RequestTold {
  readonly method: string;
  /** The operation's path as it is described, so that there are few of them; null: there is none. */
  readonly route: string | null;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly requestId: string;
  /** Null: nobody who is known. */
  readonly account: string | null;
  readonly key: string | null;
  readonly address: string | null;
}

/** Tells whoever watches of every request, once its answer has begun. */
export function watchRequests({ told, behindProxy = false }: ApiContext) {
  return createMiddleware<ApiEnv>(async (request, next) => {
    const begun = performance.now();
    await next();
    if (told === undefined) return;
    // Set only where the request got as far as that, whatever its type says.
    const caller = request.get("caller") as Caller | undefined;
    told({
      method: request.req.method,
      route: routeOf(request),
      path: request.req.path,
      status: request.res.status,
      ms: performance.now() - begun,
      requestId: request.get("requestId"),
      account: caller?.account ?? null,
      key: caller?.key ?? null,
      address: addressOf(request, behindProxy),
    });
  });
}

/** The last route that matched is the operation's; what comes before it are middlewares. */
function routeOf(request: Context<ApiEnv>): string | null {
  const last = matchedRoutes(request).at(-1);
  return last === undefined || last.path.endsWith("*") ? null : last.path;
}
