import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { Narrator } from "../../journal/narrator.ts";
import { RecentEvents } from "../../journal/recent.ts";
import { EVENT_TYPES, isEventType } from "../../views/event-types.ts";
import type { Notification } from "../../views/notification.ts";
import { ApiError } from "../api-error.ts";
import { mayListenStill, requireScope } from "../authenticate.ts";
import type { Api, ApiContext, ApiEnv, Caller } from "../context.ts";
import { parsePlace, readAfter } from "../event-place.ts";
import { isHeard, streamEvents } from "../event-stream.ts";
import { ERROR_RESPONSES, serve } from "../operation.ts";
import { timeText } from "../resources.ts";

const TAG = "Events";
const HEARTBEAT_MS = 15_000;
const MOST_STREAMS = 512;
const MOST_STREAMS_OF_ACCOUNT = 16;

const NAMES = EVENT_TYPES.map((type) => `\`${type}\``).join(", ");
const DESCRIPTION = `Each event has an \`id\`, a \`type\`, a \`time\`, the \`account\` that it concerns (null: everyone) and its \`data\`. Types: ${NAMES}. Ids order them, and are the same for everyone and for ever.`;

const types = z
  .string()
  .max(1000)
  .optional()
  .transform((text, context) => {
    if (text === undefined) return null;
    const named = text.split(",");
    const stray = named.find((type) => !isEventType(type));
    if (stray === undefined) return new Set(named);
    context.addIssue(
      `There is no type of events ${JSON.stringify(stray)}: expected some of the list, with commas.`,
    );
    return z.NEVER;
  })
  .openapi({
    type: "string",
    description: "Only these types, with commas between them",
    example: "recall.noticed,contract.breached",
  });

export interface EventOptions {
  readonly heartbeatMs?: number;
}

/** What has happened, as it happens or later, each to whom it concerns. */
export function eventRoutes(api: Api, context: ApiContext, options: EventOptions = {}): void {
  const recent = new RecentEvents(context.journal);
  const feed = { narrator: new Narrator(context.store, recent), recent };
  listEvents(api, context, feed);
  followEvents(api, context, feed, options.heartbeatMs ?? HEARTBEAT_MS);
}

interface Feed {
  readonly narrator: Narrator;
  readonly recent: RecentEvents;
}

const eventResource = z
  .object({
    id: z.string().openapi({ example: "1207.0" }),
    type: z.string().openapi({ example: "recall.noticed" }),
    time: timeText,
    account: z.string().nullable(),
    data: z.record(z.string(), z.unknown()).openapi({ example: { contract: "ord_7f3k.12" } }),
  })
  .openapi("Event");

const USUAL = 50;
const MOST = 500;
/** Events of the journal that one request looks at. */
const LOOKS = 5000;
const PAGE = 500;

function listEvents(api: Api, context: ApiContext, { narrator }: Feed): void {
  const described = {
    method: "get",
    path: "/v1/events/list",
    id: "listEvents",
    tag: TAG,
    summary: "Events, oldest first, for those who cannot follow the stream",
    description: DESCRIPTION,
    scope: "account:read",
    query: z.object({
      after: z.string().max(40).default("0").openapi({
        description: "next_after of the answer before; 0: from the beginning",
        example: "1207.0",
      }),
      limit: z.coerce.number().int().min(1).max(MOST).default(USUAL).openapi({ type: "integer" }),
      types,
    }),
    answer: z.object({
      data: z.array(eventResource),
      next_after: z.string(),
      more: z.boolean().openapi({
        description: "false: this is all there is by now. An answer may be empty and have more.",
      }),
    }),
  } as const;
  serve(api, context, described, async ({ caller, query: { limit, ...query } }) => {
    const after = parsePlace(query.after, "after", context.journal.durable.sequence);
    const heard: Notification[] = [];
    let position = readAfter(after);
    for (let looked = 0; looked < LOOKS; looked += PAGE) {
      const chapter = await narrator.after(position, PAGE);
      if (chapter === null) return pageOf(heard, String(Math.max(position, after.sequence)), false);
      const listening = { viewer: caller.viewer, types: query.types, after };
      heard.push(...chapter.notifications.filter((told) => isHeard(listening, told)));
      const [last] = heard.slice(limit - 1, limit);
      if (last !== undefined) return pageOf(heard.slice(0, limit), last.id, true);
      position = chapter.last;
    }
    return pageOf(heard, String(position), true);
  });
}

function pageOf(data: readonly Notification[], after: string, more: boolean) {
  // Data are records by construction, which JSON's type does not say.
  const shown = data as readonly (Notification & { data: Record<string, unknown> })[];
  return { data: [...shown], next_after: after, more };
}

function followEvents(api: Api, context: ApiContext, feed: Feed, heartbeatMs: number): void {
  const open = new Map<string, number>();
  const route = createRoute({
    method: "get",
    path: "/v1/events",
    operationId: "followEvents",
    tags: [TAG],
    summary: "A stream of events (server-sent), from now on or from where it broke off",
    description: `${DESCRIPTION}\n\nSend the last id that you have seen as \`Last-Event-ID\` (or \`after\`): nothing is missed and nothing comes twice. A comment comes every ${heartbeatMs / 1000} s where there is nothing else.\n\nNeeds the scope \`account:read\`.`,
    security: [{ key: [] }],
    request: {
      headers: z.object({ "last-event-id": z.string().max(40).optional() }),
      query: z.object({ after: z.string().max(40).optional(), types }),
    },
    responses: {
      200: {
        description: "Events as they happen",
        content: { "text/event-stream": { schema: z.string() } },
      },
      ...ERROR_RESPONSES,
    },
  });
  api.openapi(route, ((request: Context<ApiEnv>) => {
    const caller = request.get("caller");
    requireScope(caller, "account:read");
    const query = request.req.valid("query" as never) as z.output<typeof route.request.query>;
    const given = request.req.header("Last-Event-ID") ?? query.after;
    const listening = {
      viewer: caller.viewer,
      after: parsePlace(
        given ?? String(feed.recent.last),
        "after",
        context.journal.durable.sequence,
      ),
      types: query.types,
      isAllowed: () => mayListenStill(context, caller),
      heartbeatMs,
      stopping: context.stopping ?? NEVER,
    };
    enter(open, caller);
    // Proxies must not keep events back.
    request.header("X-Accel-Buffering", "no");
    return streamSSE(request, async (stream) => {
      try {
        await streamEvents(stream, feed, listening);
      } catch (fault) {
        context.logFault(fault, request.get("requestId"));
      } finally {
        leave(open, caller);
      }
    });
  }) as never);
}

const NEVER = new AbortController().signal;

function enter(open: Map<string, number>, { account }: Caller): void {
  const theirs = open.get(account) ?? 0;
  const all = [...open.values()].reduce((sum, count) => sum + count, 0);
  if (all >= MOST_STREAMS) {
    const sentence = `As many streams are open as can be, ${MOST_STREAMS}: try again, or ask /v1/events/list.`;
    throw new ApiError("unavailable", "streams_exhausted", sentence, {}, HEARTBEAT_MS / 1000);
  }
  if (theirs >= MOST_STREAMS_OF_ACCOUNT) {
    const sentence = `An account may follow ${MOST_STREAMS_OF_ACCOUNT} streams at a time: close one, or ask /v1/events/list.`;
    throw new ApiError("rate_limit", "too_many_streams", sentence, {}, HEARTBEAT_MS / 1000);
  }
  open.set(account, theirs + 1);
}

function leave(open: Map<string, number>, { account }: Caller): void {
  const theirs = open.get(account) ?? 1;
  if (theirs > 1) open.set(account, theirs - 1);
  else open.delete(account);
}
