import type { LedgerAccount, Transfer } from "../ledger/transfer.ts";
import type { EpochMs, MicroUsd, Window } from "../units.ts";
import type { CreditNote, Invoice, InvoiceDraft } from "./invoice.ts";

/** Closes a customer's period: with an invoice, or without where nothing was charged or credited. */
export interface IssueInvoice {
  readonly type: "issue_invoice";
  readonly draft: InvoiceDraft;
  readonly payBy: EpochMs;
}

/** Takes charges of an invoice back, in whole or in part, with their tax. */
export interface IssueCreditNote {
  readonly type: "issue_credit_note";
  /** Number of the invoice. */
  readonly invoice: string;
  readonly lines: readonly { readonly line: number; readonly amount: MicroUsd }[];
  readonly reason: string;
}

export type InvoicingCommand = IssueInvoice | IssueCreditNote;

export type InvoicingEvent =
  | { readonly type: "invoice_issued"; readonly invoice: Invoice }
  | {
      readonly type: "period_closed";
      readonly customer: string;
      readonly period: Window;
      readonly balance: MicroUsd;
      readonly earnings: MicroUsd;
    }
  | { readonly type: "credit_note_issued"; readonly note: CreditNote };

/**
 * The first of these that is true:
 * - of an invoice: `period_empty`, `period_not_over`, `period_already_invoiced`: it begins before the last one's end;
 *   `opening_differs`: it does not begin with what the last one ended with, so that entries between them were left out;
 * - of a credit note: `invoice_unknown`, `nothing_credited`; of each line in order: `line_unknown`, `line_repeated`,
 *   `amount_not_positive`, `credit_exceeds_line`; then `earnings_insufficient`: the reseller who was paid has not so
 *   much left to give back.
 */
export type InvoicingRefusal =
  | "period_empty"
  | "period_not_over"
  | "period_already_invoiced"
  | "opening_differs"
  | "invoice_unknown"
  | "nothing_credited"
  | "line_unknown"
  | "line_repeated"
  | "amount_not_positive"
  | "credit_exceeds_line"
  | "earnings_insufficient";

export interface InvoicingContext {
  readonly now: EpochMs;
  /** What stands on an account of the ledger. */
  readonly balanceOf: (account: LedgerAccount) => MicroUsd;
}

export type InvoicingDecision =
  /** The transfers are to be posted together with the event. */
  | { readonly event: InvoicingEvent; readonly transfers: readonly Transfer[] }
  | { readonly refusal: InvoicingRefusal };
