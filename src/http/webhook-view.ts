import { z } from "@hono/zod-openapi";
import type { WebhookDelivery, WebhookEndpoint } from "../ports.ts";
import { formatTime } from "../wire/time.ts";
import { timeText } from "./resources.ts";

export const endpointResource = z
  .object({
    id: z.string().openapi({ example: "whk_5d1c90aa" }),
    account: z.string(),
    url: z.string().openapi({ example: "https://acme.example/hooks" }),
    types: z
      .array(z.string())
      .nullable()
      .openapi({
        description: "Types of events that it is told of; null: all",
        example: ["recall.noticed", "contract.breached"],
      }),
    created: timeText,
    told_until: z.int().openapi({
      description: "The event's sequence number up to which it has been told",
      example: 1207,
    }),
    status: z.enum(["active", "given_up"]).openapi({
      description: "given_up: it failed for a day; nothing is sent until a replay",
    }),
    failures: z.int().openapi({ description: "Attempts in vain since the last that succeeded" }),
    next_attempt: timeText.nullable(),
  })
  .openapi("Webhook");

const secret = z.string().nullable().openapi({
  description: "What its deliveries are signed with: shown now, and never again",
  example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
});
export const newEndpoint = endpointResource.extend({ secret }).openapi("NewWebhook");

export const deliveryResource = z
  .object({
    event: z.string().openapi({ example: "1207.0" }),
    type: z.string().openapi({ example: "recall.noticed" }),
    at: timeText.openapi({ description: "By the clock outside" }),
    attempt: z.int(),
    status: z.int().nullable().openapi({ description: "HTTP status; null: no answer" }),
    error: z.string().nullable().openapi({ description: "null: it was taken" }),
    took_ms: z.int(),
  })
  .openapi("WebhookDelivery");

export function endpointView(endpoint: WebhookEndpoint): z.input<typeof endpointResource> {
  const { id: name, account, url, types, created, cursor, status, failures, retryAt } = endpoint;
  return {
    id: name,
    account,
    url,
    types: types === null ? null : [...types],
    created: formatTime(created),
    told_until: cursor,
    status,
    failures,
    next_attempt: status === "active" && failures > 0 ? formatTime(retryAt) : null,
  };
}

export function deliveryView({ event, type, at, attempt, status, error, tookMs }: WebhookDelivery) {
  return { event, type, at: formatTime(at), attempt, status, error, took_ms: tookMs };
}
