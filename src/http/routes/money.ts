import { z } from "@hono/zod-openapi";
import { customerOf } from "../../ledger/chart.ts";
import type { LedgerEntry } from "../../ports.ts";
import { formatMoney } from "../../wire/money.ts";
import { formatTime } from "../../wire/time.ts";
import { invalid } from "../api-error.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { PAYMENT_KINDS, paymentResource, usageResource } from "../resources.ts";
import { id, positiveMoney, slug, time } from "../schemas.ts";

const TAG = "Money";

const reference = z
  .string()
  .regex(/^[\w.:/#-]{1,100}$/)
  .openapi({
    description: "The payer's or the bank's own: each is booked once",
    example: "bank-2026-0042",
  });

const payment = { account: slug, amount: positiveMoney, reference };
const paymentRequest = z.strictObject(payment).openapi("PaymentRequest");

export function moneyRoutes(api: Api, context: ApiContext): void {
  recordDeposit(api, context);
  recordPayout(api, context);
  recordReversal(api, context);
  giveCredit(api, context);
  listPayments(api, context);
  listUsage(api, context);
  listLedger(api, context);
}

function recordDeposit(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/deposits",
    id: "recordDeposit",
    tag: TAG,
    summary: "Book a payment that has come in: the customer's credit grows by it",
    scope: "owner:write",
    body: paymentRequest,
    answer: paymentResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const done = await submit((desk) => desk.do({ type: "deposit", means: "manual", ...body }));
    return answerFrom(context, caller, done, "payment");
  });
}

function recordPayout(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/payouts",
    id: "recordPayout",
    tag: TAG,
    summary:
      "Book a payment to a customer: out of what it earned by resale, then out of its credit",
    scope: "owner:write",
    body: paymentRequest,
    answer: paymentResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const done = await submit((desk) => desk.do({ type: "pay_out", means: "manual", ...body }));
    return answerFrom(context, caller, done, "payment");
  });
}

function recordReversal(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/reversals",
    id: "recordReversal",
    tag: TAG,
    summary: "Book a deposit that was taken back",
    scope: "owner:write",
    // Not an extension: described as "all of" a closed shape and one more field, nothing would ever fit it.
    body: z
      .strictObject({
        ...payment,
        of: reference.openapi({ description: "Reference of the deposit" }),
      })
      .openapi("ReversalRequest"),
    answer: paymentResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const done = await submit((desk) => desk.do({ type: "reverse_deposit", ...body }));
    return answerFrom(context, caller, done, "payment");
  });
}

function giveCredit(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/credits",
    id: "giveCredit",
    tag: TAG,
    summary: "Give a customer credit: goodwill, or the correction of a meter",
    scope: "owner:write",
    body: z
      .strictObject({
        account: slug,
        amount: positiveMoney,
        kind: z.enum(["goodwill", "correction"]).default("goodwill"),
        subject: id.openapi({ description: "The contract, order or claim that it is for" }),
      })
      .openapi("CreditRequest"),
    answer: paymentResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const done = await submit((desk) => desk.do({ type: "give_credit", ...body }));
    return answerFrom(context, caller, done, "payment");
  });
}

function listPayments(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/payments",
    id: "listPayments",
    tag: TAG,
    summary: "Money that came in, went out or was given, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      account: slug.optional(),
      kind: z.enum(PAYMENT_KINDS).optional(),
    }),
    answer: pageOf(paymentResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "payment", where, { limit, cursor }),
  );
}

function listUsage(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/usage",
    id: "listUsage",
    tag: TAG,
    summary: "GPU-hours delivered, by contract and day (UTC), newest first",
    scope: "account:read",
    query: pageQuery.extend({
      account: slug.optional(),
      contract: id.optional(),
      day: z.iso.date().optional(),
    }),
    answer: pageOf(usageResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "usage", where, { limit, cursor }),
  );
}

const entry = z
  .object({
    transaction: z.int(),
    leg: z.int(),
    at: z.string(),
    kind: z.string(),
    debit: z.string().openapi({ description: "The ledger account that the money goes to" }),
    credit: z.string().openapi({ description: "The ledger account that it comes from" }),
    amount: z.string(),
    subject: z.string().openapi({ description: "The contract, order or payment that it is for" }),
  })
  .openapi("LedgerEntry");

function listLedger(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/ledger",
    id: "listLedgerEntries",
    tag: TAG,
    summary: "Ledger entries, newest first: a customer sees those that touch its own accounts",
    scope: "account:read",
    query: pageQuery.extend({
      ledger_account: z.string().max(200).optional(),
      subject: z.string().max(128).optional(),
      from: time.optional(),
      to: time.optional(),
    }),
    answer: pageOf(entry),
  } as const;
  serve(api, context, described, async ({ caller, query }) => {
    const { limit } = query;
    const found = await context.store.ledgerEntries(caller.viewer, {
      account: query.ledger_account ?? null,
      subject: query.subject ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
      after: query.cursor === undefined ? null : placeIn(query.cursor),
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const more = found.length > limit && last !== undefined;
    const data = shown.map((each) => shownTo(caller, each));
    return { data, next_cursor: more ? `${last.transaction}.${last.leg}` : null };
  });
}

function placeIn(cursor: string): { transaction: number; leg: number } {
  const [, transaction, leg] = /^(\d{1,15})\.(\d{1,6})$/.exec(cursor) ?? [];
  if (transaction === undefined) {
    throw invalid("cursor_not_valid", "A cursor is the next_cursor of the page before.", "cursor");
  }
  return { transaction: Number(transaction), leg: Number(leg) };
}

function shownTo({ viewer }: Caller, each: LedgerEntry) {
  const { transaction, leg, at, kind, amount, subject } = each;
  const named = (account: string): string => nameFor(viewer, account);
  return {
    transaction,
    leg,
    at: formatTime(at),
    kind,
    debit: named(each.debit),
    credit: named(each.credit),
    amount: formatMoney(amount),
    subject,
  };
}

/** Who is on the other side of a resale is nobody's business but the market's. */
function nameFor({ account, sees }: Caller["viewer"], name: string): string {
  const customer = customerOf(name);
  const isForeign = customer !== null && customer !== account && sees === "own";
  return isForeign ? name.replace(`:${customer}:`, ":another:") : name;
}
