import { z } from "@hono/zod-openapi";
import { auditRecordOf } from "../../journal/audit.ts";
import type { AuditEntry } from "../../ports.ts";
import { formatTime } from "../../wire/time.ts";
import { invalid } from "../api-error.ts";
import type { Api, ApiContext } from "../context.ts";
import { serve } from "../operation.ts";
import { pageOf, pageQuery } from "../pages.ts";
import { timeText } from "../resources.ts";
import { slug } from "../schemas.ts";

const auditResource = z
  .object({
    number: z.int(),
    at: timeText,
    account: z.string(),
    member: z.string(),
    key: z.string(),
    operation: z.string(),
    path: z.string(),
    address: z.string().nullable().openapi({ description: "Where it came from" }),
    request_id: z.string(),
    outcome: z.string().openapi({
      description: "done, the refusal's code, or asked: done beside the journal, right after",
    }),
    first_event: z.int().nullable(),
    last_event: z.int().nullable(),
    hash: z.string().openapi({ description: "Covers this entry and the hash before it" }),
  })
  .openapi("AuditEntry");

/** Who did what: for the owner and the auditors. */
export function auditRoutes(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/audit",
    id: "listAuditEntries",
    tag: "Members and keys",
    summary: "Requests that were to change something, newest first",
    description: "Note a number and its hash elsewhere: `spillway audit verify --expect` compares.",
    scope: "owner:read",
    query: pageQuery.extend({ account: slug.optional() }),
    answer: pageOf(auditResource),
  } as const;
  serve(api, context, described, async ({ caller, query: { limit, cursor, account = null } }) => {
    const before = cursor === undefined ? null : numberIn(cursor);
    const query = { account, before, limit: limit + 1 };
    const found = await context.store.audit(caller.viewer, query);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const more = found.length > limit && last !== undefined;
    return { data: shown.map(auditView), next_cursor: more ? String(last.number) : null };
  });
}

function numberIn(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw invalid("cursor_not_valid", "A cursor is the next_cursor of the page before.", "cursor");
}

function auditView(entry: AuditEntry): z.input<typeof auditResource> {
  const { at, requestId, first, last, ...record } = auditRecordOf(entry);
  const isEmpty = last < first;
  return {
    ...record,
    at: formatTime(at),
    request_id: requestId,
    first_event: isEmpty ? null : first,
    last_event: isEmpty ? null : last,
    hash: entry.hash,
  };
}
