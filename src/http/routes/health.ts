import type { Context } from "hono";
import { authenticate, requireScope } from "../authenticate.ts";
import type { Api, ApiContext, ApiEnv } from "../context.ts";

/** How long the store may take to answer. */
const LIMIT_MS = 2_000;

/** How old an answer may be, by the clock outside: anybody may ask, and each asks the store. */
const FRESH_MS = 1_000;

/** For whoever watches over the process: nothing here is for customers, and nothing is told about them. */
export function healthRoutes(api: Api, context: ApiContext): void {
  const store = askedSeldom(() => answers(() => context.store.head()));
  const ready = async (request: Context<ApiEnv>): Promise<Response> => {
    const readiness = readinessOf(context, await store());
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
function readinessOf({ journal, service }: ApiContext, doesAnswer: boolean) {
  const pools = journal.durable.state.market.pools.size;
  const unseen = service.unseen.size;
  const parts = {
    journal: journal.stopped === null ? "writing" : journal.stopped.reason,
    store: doesAnswer ? "answers" : "does_not_answer",
    pools: { seen: Math.max(0, pools - unseen), unseen },
  };
  const isReady =
    journal.stopped === null && parts.store === "answers" && (pools === 0 || parts.pools.seen > 0);
  return { status: isReady ? "ready" : "not_ready", ...parts };
}

function askedSeldom<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let last: { readonly at: number; readonly answer: Promise<Answer> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at >= FRESH_MS) last = { at: now, answer: ask() };
    return last.answer;
  };
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
