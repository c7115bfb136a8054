import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import ipaddr from "ipaddr.js";
import type { ApiEnv } from "./context.ts";

/**
 * Where a request comes from; null where that can't be known. Behind a proxy it is what that proxy has added, which is the
 * last address: whoever sends the request writes what stands before it.
 */
export function addressOf(request: Context<ApiEnv>, behindProxy: boolean): string | null {
  const bindings = request.env as Partial<HttpBindings> | undefined;
  const peer = bindings?.incoming?.socket.remoteAddress ?? null;
  if (!behindProxy) return normal(peer);
  const last = request.req.header("X-Forwarded-For")?.split(",").at(-1)?.trim();
  return normal(last ?? null) ?? normal(peer);
}

/** IPv4 that comes as IPv6 is IPv4. */
function normal(address: string | null): string | null {
  if (address === null || !ipaddr.isValid(address)) return null;
  return ipaddr.process(address).toString();
}
