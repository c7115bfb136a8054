import { z } from "@hono/zod-openapi";
import { invoiceSheet } from "../../paper/invoice-sheet.ts";
import { draftInvoice, payBy } from "../../service/invoicing.ts";
import { notFound } from "../api-error.ts";
import type { Api, ApiContext } from "../context.ts";
import { answersFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { invoiceResource } from "../resources.ts";
import { slug, time } from "../schemas.ts";
import { creditNoteRoutes } from "./credit-notes.ts";
import { issuedIn, numberParamOf, sellerIn, servePapers } from "./papers.ts";

const TAG = "Invoices";
const numberParam = numberParamOf("INV-2026-000001");

export function invoiceRoutes(api: Api, context: ApiContext): void {
  issueInvoice(api, context);
  readInvoices(api, context);
  printInvoice(api, context);
  creditNoteRoutes(api, context);
}

function issueInvoice(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/invoices",
    id: "issueInvoice",
    tag: TAG,
    summary: "Invoice now what was posted for a customer since its last invoice",
    description:
      "Months that are over are invoiced by themselves. Where nothing was charged or credited there is no invoice.",
    scope: "owner:write",
    body: z
      .strictObject({
        account: slug,
        until: time.optional().openapi({ description: "Left out: now" }),
      })
      .openapi("InvoiceRequest"),
    answer: z.object({ data: z.array(invoiceResource) }),
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const { accounts, market } = context.journal.durable.state;
    const account = accounts.accounts.get(body.account);
    if (account === undefined) throw notFound("account", body.account);
    const draft = await draftInvoice(
      context.store,
      context.journal,
      account,
      body.until ?? market.now,
    );
    const done = await submit((desk) =>
      desk.do({ type: "issue_invoice", draft, payBy: payBy(desk.state.market.now) }),
    );
    return { data: answersFrom(context, caller, done, "invoice") };
  });
}

function readInvoices(api: Api, context: ApiContext): void {
  const list = {
    method: "get",
    path: "/v1/invoices",
    id: "listInvoices",
    tag: TAG,
    summary: "Invoices, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      account: slug.optional(),
      status: z.enum(["issued", "paid", "void"]).optional(),
    }),
    answer: pageOf(invoiceResource),
  } as const;
  serve(api, context, list, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "invoice", where, { limit, cursor }),
  );
  const read = {
    method: "get",
    path: "/v1/invoices/{number}",
    id: "getInvoice",
    tag: TAG,
    summary: "One invoice; each line says which ledger transactions and events it stands on",
    scope: "account:read",
    params: numberParam,
    answer: invoiceResource,
  } as const;
  serve(api, context, read, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "invoice", params.number),
  );
}

function printInvoice(api: Api, context: ApiContext): void {
  const described = { id: "getInvoice", what: "invoice", params: numberParam };
  servePapers(api, { ...described, path: "/v1/invoices/{number}" }, async (caller, number) => {
    const event = await issuedIn(context, caller, "invoice", number);
    if (event.type !== "invoice_issued") throw new Error(`bug: no event has issued ${number}`);
    return invoiceSheet(event.invoice, sellerIn(context));
  });
}
