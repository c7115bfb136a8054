import type { Context } from "hono";
import { authenticate, requireScope } from "../authenticate.ts";
import type { Api, ApiContext, ApiEnv } from "../context.ts";

/** How long the store may take to answer. */
const LIMIT_MS = 2_000;

/** For whoever watches over the process: nothing here is for customers, and nothing is told about them. */
export function healthRoutes(api: Api, context: ApiContext): void {
  const ready = async (request: Context<ApiEnv>): Promise<Response> => {
    const readiness = await readinessOf(context);
    return request.json(readiness, readiness.status === "ready" ? 200 : 503);
  };
  const metrics = async (request: Context<ApiEnv>): Promise<Response> => {
    requireScope(request.get("caller"), "owner:read");
    if (context.metrics === undefined) return request.notFound();
    const { type, text } = await context.metrics();
    return request.body(text, 200, { "Content-Type": type });
  };
  api.get("/healthz", (request) => request.json({ status: "alive" }));
  api.get("/readyz", (request) => ready(request));
  api.use("/metrics", authenticate(context));
  api.get("/metrics", (request) => metrics(request));
}

/**
 * Ready: the journal writes, the store answers, and a cluster has been seen. One cluster that is down makes nothing of the
 * others' market unavailable: that is for an alert, not for whoever directs requests.
 */
async function readinessOf({ journal, store, service }: ApiContext) {
  const pools = journal.durable.state.market.pools.size;
  const unseen = service.unseen.size;
  const parts = {
    journal: journal.stopped === null ? "writing" : journal.stopped.reason,
    store: (await answers(() => store.head())) ? "answers" : "does_not_answer",
    pools: { seen: Math.max(0, pools - unseen), unseen },
  };
  const isReady =
    journal.stopped === null && parts.store === "answers" && (pools === 0 || parts.pools.seen > 0);
  return { status: isReady ? "ready" : "not_ready", ...parts };
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => limit.resolve(false), LIMIT_MS);
  const asked = ask().then(
    () => true,
    () => false,
  );
  const came = await Promise.race([asked, limit.promise]);
  clearTimeout(timer);
  return came;
}
