import { z } from "@hono/zod-openapi";
import { fromEntry } from "../../journal/entries.ts";
import { restOf } from "../../invoicing/decide-credit-note.ts";
import type { Invoice } from "../../invoicing/invoice.ts";
import { invoiceSheet } from "../../paper/invoice-sheet.ts";
import { sheetPage } from "../../paper/page.ts";
import { sheetPdf } from "../../paper/pdf.ts";
import { OWNER } from "../../accounts/account.ts";
import { draftInvoice, payBy } from "../../service/invoicing.ts";
import { notFound } from "../api-error.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, answersFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { creditNoteResource, invoiceResource } from "../resources.ts";
import { positiveMoney, slug, time } from "../schemas.ts";
import { servePaper } from "../serve-paper.ts";

const TAG = "Invoices";
const numberParam = z.object({
  number: z
    .string()
    .regex(/^[A-Z]{2,4}-\d{4}-\d{1,9}$/)
    .openapi({ example: "INV-2026-000001" }),
});

export function invoiceRoutes(api: Api, context: ApiContext): void {
  issueInvoice(api, context);
  readInvoices(api, context);
  printInvoice(api, context);
  issueCreditNote(api, context);
  listCreditNotes(api, context);
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
  const shared = { tag: TAG, scope: "account:read", params: numberParam } as const;
  servePaper(
    api,
    {
      ...shared,
      path: "/v1/invoices/{number}/page",
      id: "getInvoicePage",
      summary: "The invoice as a page to print",
      type: "text/html",
    },
    async (caller, number) => sheetPage(await sheetOf(context, caller, number)),
  );
  servePaper(
    api,
    {
      ...shared,
      path: "/v1/invoices/{number}/pdf",
      id: "getInvoicePdf",
      summary: "The invoice as a PDF",
      type: "application/pdf",
    },
    async (caller, number) => sheetPdf(await sheetOf(context, caller, number)),
  );
}

async function sheetOf(context: ApiContext, caller: Caller, number: string) {
  const owner = context.journal.durable.state.accounts.accounts.get(OWNER);
  const seller = { name: owner?.name ?? "", lines: [owner?.email ?? ""] };
  return invoiceSheet(await issuedInvoice(context, caller, number), seller);
}

/** From the event that issued it: the document's position in the journal. */
async function issuedInvoice(
  { store }: ApiContext,
  { viewer }: Caller,
  number: string,
): Promise<Invoice> {
  const document = await store.document(viewer, "invoice", number);
  if (document === null) throw notFound("invoice", number);
  const [entry] = await store.entriesAfter(document.position - 1, 1);
  const event = entry === undefined ? null : fromEntry(entry).event;
  if (event?.type !== "invoice_issued") throw new Error(`bug: no event has issued ${number}`);
  return event.invoice;
}

const noteRequest = z
  .strictObject({
    lines: z
      .array(z.strictObject({ line: z.int().min(0).max(100_000), amount: positiveMoney }))
      .min(1)
      .max(1_000)
      .optional()
      .openapi({ description: "Left out: all that is left of the invoice" }),
    reason: z.string().trim().min(1).max(500),
  })
  .openapi("CreditNoteRequest");

function issueCreditNote(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/invoices/{number}/credit_notes",
    id: "issueCreditNote",
    tag: TAG,
    summary: "Take charges of an invoice back, with their tax",
    scope: "owner:write",
    params: numberParam,
    body: noteRequest,
    answer: creditNoteResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const done = await submit((desk) => {
      const issued = desk.state.invoicing.invoices.get(params.number);
      if (issued === undefined) return "invoice_unknown";
      const lines = body.lines ?? restOf(issued);
      const { reason } = body;
      return desk.do({ type: "issue_credit_note", invoice: params.number, lines, reason });
    });
    return answerFrom(context, caller, done, "credit_note");
  });
}

function listCreditNotes(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/credit_notes",
    id: "listCreditNotes",
    tag: TAG,
    summary: "Credit notes, newest first",
    scope: "account:read",
    query: pageQuery.extend({ account: slug.optional() }),
    answer: pageOf(creditNoteResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "credit_note", where, { limit, cursor }),
  );
}
