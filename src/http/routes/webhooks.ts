import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { OWNER } from "../../accounts/account.ts";
import type { WebhookEndpoint } from "../../ports.ts";
import { DAY_MS, epochMs, later } from "../../units.ts";
import { EVENT_TYPES } from "../../views/event-types.ts";
import { whyNotSentTo } from "../../webhooks/address.ts";
import { newSecret } from "../../webhooks/sign.ts";
import { ApiError, invalid, notFound } from "../api-error.ts";
import { requireScope } from "../authenticate.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { serve } from "../operation.ts";
import { id } from "../schemas.ts";
import {
  deliveryResource,
  deliveryView,
  endpointResource,
  endpointView,
  newEndpoint,
} from "../webhook-view.ts";

const TAG = "Webhooks";
const idParam = z.object({ id });
const MOST_ENDPOINTS = 20;

/** Where an account's own servers are told what happens. */
export function webhookRoutes(api: Api, context: ApiContext): void {
  createEndpoint(api, context);
  listEndpoints(api, context);
  getEndpoint(api, context);
  deleteEndpoint(api, context);
  rotateSecret(api, context);
  replay(api, context);
  listDeliveries(api, context);
}

const RULES =
  "Deliveries are signed by the Standard Webhooks rules: check `webhook-signature` with a library of theirs, and keep `webhook-id` to tell repeats. Events come in order, each at least once; an answer other than 2xx within 10 s is tried again, with longer and longer pauses for a day. Only public https addresses are called, and redirects are not followed.";

function createEndpoint(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/webhooks",
    id: "createWebhook",
    tag: TAG,
    summary: "Have a server of your own told what happens, from now on",
    description: `${RULES}\n\nRepeated with the same Idempotency-Key, it makes no second one, and the secret is null: rotate it if the first answer was lost.\n\nNeeds what reading the same events needs: \`account:read\`, and \`owner:read\` for the owner's account, whose webhooks are told of everyone.`,
    scope: "account:write",
    besideJournal: true,
    body: z
      .strictObject({
        url: z.string().openapi({ example: "https://acme.example/hooks" }),
        types: z
          .array(z.enum(EVENT_TYPES))
          .min(1)
          .max(EVENT_TYPES.length)
          .optional()
          .openapi({
            description: "Left out: all types of events",
            example: ["recall.noticed", "contract.breached"],
          }),
      })
      .openapi("WebhookRequest"),
    answer: newEndpoint,
  } as const;
  serve(api, context, described, async ({ caller, body, idempotencyKey }) => {
    requireScope(caller, "account:read");
    if (caller.account === OWNER) requireScope(caller, "owner:read");
    const wrong = whyNotSentTo(body.url, context.webhookRules ?? {});
    if (wrong !== null) throw invalid("url_not_allowed", wrong, "url");
    const endpoint: WebhookEndpoint = {
      id: idOf(context, caller, idempotencyKey),
      account: caller.account,
      url: body.url,
      types: body.types ?? null,
      created: outsideNow(),
      cursor: context.journal.durable.sequence,
      status: "active",
      failures: 0,
      retryAt: epochMs(0),
    };
    return add(context, caller, endpoint);
  });
}

/** The same for the same Idempotency-Key, so that there is one endpoint for it. */
function idOf({ ids }: ApiContext, { account }: Caller, key: string | undefined): string {
  if (key === undefined) return ids.next("whk");
  return `whk_${createHash("sha256").update(`${account}\n${key}`).digest("hex").slice(0, 24)}`;
}

async function add({ store }: ApiContext, { account, viewer }: Caller, asked: WebhookEndpoint) {
  const all = await store.webhooks.list({ account, sees: "own" });
  const before = all.find((each) => each.id === asked.id);
  if (before === undefined && all.length >= MOST_ENDPOINTS) {
    const sentence = `An account has at most ${MOST_ENDPOINTS} webhooks: delete one first.`;
    throw new ApiError("refused", "too_many_webhooks", sentence);
  }
  if (before !== undefined && !isSame(before, asked)) {
    const sentence = "This Idempotency-Key was used for another webhook.";
    throw new ApiError("refused", "idempotency_key_reused", sentence);
  }
  const made = newSecret();
  const isNew = await store.webhooks.add(asked, { secret: made, previous: null });
  const kept = await store.webhooks.get(viewer, asked.id);
  return { ...endpointView(kept ?? asked), secret: isNew ? made : null };
}

function isSame(a: WebhookEndpoint, b: WebhookEndpoint): boolean {
  return a.url === b.url && JSON.stringify(a.types) === JSON.stringify(b.types);
}

function listEndpoints(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/webhooks",
    id: "listWebhooks",
    tag: TAG,
    summary: "Webhooks, and how they fare",
    scope: "account:read",
    answer: z.object({ data: z.array(endpointResource) }),
  } as const;
  serve(api, context, described, async ({ caller }) => {
    const all = await context.store.webhooks.list(caller.viewer);
    return { data: all.map(endpointView) };
  });
}

async function find({ store }: ApiContext, { viewer }: Caller, name: string) {
  const endpoint = await store.webhooks.get(viewer, name);
  if (endpoint === null) throw notFound("webhook", name);
  return endpoint;
}

/** To change it: its own account's, or any if the caller acts for all. */
async function findToChange(context: ApiContext, caller: Caller, name: string) {
  const endpoint = await find(context, caller, name);
  const isTheirs = endpoint.account === caller.account || caller.scopes.has("owner:write");
  if (!isTheirs) throw notFound("webhook", name);
  return endpoint;
}

function getEndpoint(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/webhooks/{id}",
    id: "getWebhook",
    tag: TAG,
    summary: "One webhook, and how it fares",
    scope: "account:read",
    params: idParam,
    answer: endpointResource,
  } as const;
  serve(api, context, described, async ({ caller, params }) =>
    endpointView(await find(context, caller, params.id)),
  );
}

function deleteEndpoint(api: Api, context: ApiContext): void {
  const described = {
    method: "delete",
    path: "/v1/webhooks/{id}",
    id: "deleteWebhook",
    tag: TAG,
    summary: "Tell this server nothing more",
    scope: "account:write",
    besideJournal: true,
    params: idParam,
    answer: endpointResource,
  } as const;
  serve(api, context, described, async ({ caller, params }) => {
    const endpoint = await findToChange(context, caller, params.id);
    await context.store.webhooks.remove(endpoint.id);
    return endpointView(endpoint);
  });
}

function rotateSecret(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/webhooks/{id}/rotate",
    id: "rotateWebhookSecret",
    tag: TAG,
    summary: "A new secret; for a day, deliveries are signed with the old one too",
    description:
      "Repeated with the same Idempotency-Key, it changes nothing, and the secret is null: rotate it with another key if the first answer was lost.",
    scope: "account:write",
    besideJournal: true,
    params: idParam,
    answer: newEndpoint,
  } as const;
  serve(api, context, described, async ({ caller, params, isRepeated }) => {
    const endpoint = await findToChange(context, caller, params.id);
    // A second rotation would push out the secret that is good for a day still.
    if (isRepeated) return { ...endpointView(endpoint), secret: null };
    const { webhooks } = context.store;
    const before = await webhooks.secrets(endpoint.id);
    const made = newSecret();
    const until = later(outsideNow(), DAY_MS);
    const previous = before === null ? null : { secret: before.secret, until };
    await webhooks.setSecrets(endpoint.id, { secret: made, previous });
    return { ...endpointView(endpoint), secret: made };
  });
}

/** Webhooks live by the clock outside. */
function outsideNow() {
  return epochMs(Date.now());
}

function replay(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/webhooks/{id}/replay",
    id: "replayWebhook",
    tag: TAG,
    summary: "Send again from an event on; what was given up is taken up",
    scope: "account:write",
    besideJournal: true,
    params: idParam,
    query: z.object({
      from: z.coerce.number().int().min(1).openapi({
        type: "integer",
        description: "The event's sequence number: of the id 1207.0, 1207",
        example: 1207,
      }),
    }),
    answer: endpointResource,
  } as const;
  serve(api, context, described, async ({ caller, params, query }) => {
    const endpoint = await findToChange(context, caller, params.id);
    const { sequence } = context.journal.durable;
    const cursor = Math.min(query.from - 1, sequence);
    const fresh = { cursor, status: "active", failures: 0, retryAt: epochMs(0) } as const;
    await context.store.webhooks.move(endpoint.id, null, fresh);
    return endpointView({ ...endpoint, ...fresh });
  });
}

const MOST = 1000;

function listDeliveries(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/webhooks/{id}/deliveries",
    id: "listWebhookDeliveries",
    tag: TAG,
    summary: "What was sent, newest first: the last 1,000 attempts",
    scope: "account:read",
    params: idParam,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(MOST).default(50).openapi({ type: "integer" }),
    }),
    answer: z.object({ data: z.array(deliveryResource) }),
  } as const;
  serve(api, context, described, async ({ caller, params, query }) => {
    const { id: name } = await find(context, caller, params.id);
    const found = await context.store.webhooks.deliveries(caller.viewer, name, query.limit);
    return { data: found.map(deliveryView) };
  });
}
