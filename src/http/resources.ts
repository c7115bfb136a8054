import { z } from "@hono/zod-openapi";
import { creditNoteShape, invoiceShape } from "../paper/invoice-shape.ts";
import type { Resources } from "../views/resources.ts";

/** Shapes of what the API answers; each must fit the document that it shows. */

export const money = z.string().openapi({ description: "US dollars", example: "12.50" });
export const timeText = z
  .string()
  .openapi({ format: "date-time", description: "ISO 8601, UTC", example: "2026-12-01T08:00:00Z" });
const duration = z.string().openapi({ example: "4h" });
export const noticeText = z
  .string()
  .openapi({ description: "firm, or a duration", example: "15m" });
const time = timeText;
const notice = noticeText;
const day = z.string().openapi({ format: "date", example: "2026-12-01" });

export const orderResource = z
  .object({
    id: z.string(),
    account: z.string(),
    side: z.enum(["buy", "sell"]),
    sku: z.string(),
    gpus: z.int(),
    filled_gpus: z.int(),
    start: z.object({ earliest: time, latest: time }),
    duration: z.object({ min: duration, max: duration }),
    limit_price: money,
    notice_at_least: notice,
    fabric: z.enum(["one", "any"]),
    fill: z.enum(["all-or-none", "partial"]),
    lifetime: z.enum(["immediate", "standing"]),
    expires: time.nullable(),
    contract: z.string().nullable(),
    replaces: z.string().nullable(),
    status: z.enum(["open", "filled", "cancelled", "expired"]),
    contracts: z.array(z.string()),
    placed: time,
  })
  .openapi("Order") satisfies z.ZodType<Resources["order"]>;

const cut = z.object({
  kind: z.enum(["recall", "breach", "resale"]),
  by: z.string().nullable(),
  fabric: z.string().nullable(),
  gpus: z.int(),
  from: time,
  until: time,
  owed: money,
  status: z.enum(["noticed", "withdrawn", "done"]),
});

export const contractResource = z
  .object({
    id: z.string(),
    account: z.string(),
    order: z.string(),
    pool: z.string(),
    sku: z.string(),
    start: time,
    end: time,
    gpus: z.int(),
    price: money,
    notice,
    minimum_run: duration,
    compensation: z.object({ recall: z.number(), breach: z.number() }),
    stated_recall_chance: z.number(),
    fabrics: z.array(z.object({ fabric: z.string(), gpus: z.int() })),
    resold_from: z.string().nullable(),
    followed_by: z.string().nullable(),
    given_up_from: time.nullable(),
    checkpoint: z.string().nullable(),
    status: z.enum(["active", "ended", "interrupted", "cancelled"]),
    cuts: z.array(cut),
    nodes: z
      .array(
        z.object({ node: z.string(), fabric: z.string(), gpus: z.int(), from: time, until: time }),
      )
      .describe(
        "Nodes that are the contract's, each through its window; none before they are chosen, shortly before the start.",
      ),
    delivered_gpu_milliseconds: z.int(),
    delivered_gpu_hours: z.string(),
    metered_until: time,
    billed: money,
  })
  .openapi("Contract") satisfies z.ZodType<Resources["contract"]>;

export const recallResource = z
  .object({
    id: z.string(),
    pool: z.string(),
    noticed: time,
    due: time,
    reason: z.enum(["surprise", "precaution", "owner"]),
    status: z.enum(["noticed", "withdrawn", "handed_over"]),
    gpus: z.int(),
    cost: money,
    cuts: z.array(
      z.object({
        contract: z.string(),
        holder: z.string(),
        notice,
        fabric: z.string(),
        gpus: z.int(),
        until: time,
        owed: money,
      }),
    ),
  })
  .openapi("Recall") satisfies z.ZodType<Resources["recall"]>;

export const noticeResource = z
  .object({
    id: z.string(),
    account: z.string(),
    recall: z.string(),
    contract: z.string(),
    noticed: time,
    due: time,
    gpus: z.int(),
    compensation: money,
    drill: z.boolean().openapi({ description: "true: nothing is taken" }),
    status: z.enum(["noticed", "withdrawn", "handed_over"]),
  })
  .openapi("Notice") satisfies z.ZodType<Resources["notice"]>;

export const breachClaimResource = z
  .object({
    id: z.string(),
    account: z.string(),
    contract: z.string(),
    from: time,
    until: time,
    gpus: z.int(),
    note: z.string(),
    claimed: time,
    status: z.enum(["open", "accepted", "declined"]),
    decided: time.nullable(),
    credit: money,
    reason: z.string().nullable(),
  })
  .openapi("BreachClaim") satisfies z.ZodType<Resources["breach_claim"]>;

export const usageResource = z
  .object({
    id: z.string(),
    account: z.string(),
    contract: z.string(),
    day,
    gpu_milliseconds: z.int(),
    gpu_hours: z.string(),
    amount: money,
    tax: money,
  })
  .openapi("Usage") satisfies z.ZodType<Resources["usage"]>;

export const fillResource = z
  .object({
    id: z.string(),
    at: time,
    sku: z.string(),
    gpus: z.int(),
    start: time,
    end: time,
    price: money,
    notice,
    resale: z.boolean(),
  })
  .openapi("Fill") satisfies z.ZodType<Resources["fill"]>;

export const accountResource = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    status: z.enum(["active", "closed"]),
    payment: z.object({ kind: z.enum(["prepaid", "postpaid"]), limit: money }),
    tax_rate: z.number(),
    max_gpus: z.int().nullable(),
    skus: z.array(z.string()).nullable(),
    accepted_terms: z.object({ version: z.string(), at: time }).nullable(),
    created: time,
  })
  .openapi("Account") satisfies z.ZodType<Resources["account"]>;

export const memberResource = z
  .object({
    id: z.string(),
    account: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.string(),
    status: z.enum(["active", "removed"]),
  })
  .openapi("Member") satisfies z.ZodType<Resources["member"]>;

export const keyResource = z
  .object({
    id: z.string(),
    account: z.string(),
    member: z.string(),
    name: z.string(),
    hint: z.string(),
    scopes: z.array(z.string()),
    created: time,
    expires: time.nullable(),
    revoked: time.nullable(),
  })
  .openapi("ApiKey") satisfies z.ZodType<Resources["api_key"]>;

export const runResource = z
  .object({
    id: z.string(),
    pool: z.string(),
    name: z.string(),
    declared: time,
    start: time,
    duration,
    gpus: z.int(),
    status: z.enum(["declared", "withdrawn"]),
  })
  .openapi("Run") satisfies z.ZodType<Resources["run"]>;

export const blockResource = z
  .object({
    id: z.string(),
    pool: z.string(),
    kind: z.enum(["blackout", "maintenance", "failure"]),
    start: time,
    end: time,
    gpus: z.int().nullable(),
    note: z.string(),
    status: z.enum(["set", "lifted"]),
  })
  .openapi("Block") satisfies z.ZodType<Resources["block"]>;

export const PAYMENT_KINDS = [
  ...(["deposit", "payout", "reversal"] as const),
  ...(["goodwill", "correction", "breach_credit"] as const),
] as const;

export const paymentResource = z
  .object({
    id: z.string(),
    account: z.string(),
    kind: z.enum(PAYMENT_KINDS),
    means: z.string().nullable(),
    amount: money,
    at: time,
  })
  .openapi("Payment") satisfies z.ZodType<Resources["payment"]>;

export const invoiceResource = z
  .object({
    id: z.string(),
    account: z.string(),
    status: z.enum(["issued", "paid", "void"]),
    due: money,
    invoice: invoiceShape,
  })
  .openapi("Invoice") satisfies z.ZodType<Resources["invoice"]>;

export const creditNoteResource = z
  .object({ id: z.string(), account: z.string(), credit_note: creditNoteShape })
  .openapi("CreditNote") satisfies z.ZodType<Resources["credit_note"]>;
