import { z } from "@hono/zod-openapi";
import { restOf } from "../../invoicing/decide-credit-note.ts";
import { creditNoteSheet } from "../../paper/invoice-sheet.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { creditNoteResource } from "../resources.ts";
import { positiveMoney, slug } from "../schemas.ts";
import { issuedIn, numberParamOf, sellerIn, servePapers } from "./papers.ts";

const TAG = "Invoices";
const invoiceParam = numberParamOf("INV-2026-000001");
const noteParam = numberParamOf("CN-2026-000001");

export function creditNoteRoutes(api: Api, context: ApiContext): void {
  issueCreditNote(api, context);
  readCreditNotes(api, context);
  printCreditNote(api, context);
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
    params: invoiceParam,
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

function readCreditNotes(api: Api, context: ApiContext): void {
  const list = {
    method: "get",
    path: "/v1/credit_notes",
    id: "listCreditNotes",
    tag: TAG,
    summary: "Credit notes, newest first",
    scope: "account:read",
    query: pageQuery.extend({ account: slug.optional() }),
    answer: pageOf(creditNoteResource),
  } as const;
  serve(api, context, list, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "credit_note", where, { limit, cursor }),
  );
  const read = {
    method: "get",
    path: "/v1/credit_notes/{number}",
    id: "getCreditNote",
    tag: TAG,
    summary: "One credit note",
    scope: "account:read",
    params: noteParam,
    answer: creditNoteResource,
  } as const;
  serve(api, context, read, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "credit_note", params.number),
  );
}

function printCreditNote(api: Api, context: ApiContext): void {
  const described = { id: "getCreditNote", what: "credit note", params: noteParam };
  servePapers(api, { ...described, path: "/v1/credit_notes/{number}" }, async (caller, number) => {
    const event = await issuedIn(context, caller, "credit_note", number);
    if (event.type !== "credit_note_issued") throw new Error(`bug: no event has issued ${number}`);
    return creditNoteSheet(event.note, sellerIn(context));
  });
}
