import type { EpochMs, MicroUsd } from "../units.ts";
import { assert } from "../units.ts";
import type {
  InvoicingCommand,
  InvoicingContext,
  InvoicingDecision,
  InvoicingRefusal,
  IssueInvoice,
} from "./commands.ts";
import { decideCreditNote } from "./decide-credit-note.ts";
import { duesOf } from "./dues.ts";
import type { InvoiceDraft } from "./invoice.ts";
import { numberIn, seriesOf } from "./numbering.ts";
import type { BillingAccount, InvoicingState } from "./state.ts";
import { billingOf } from "./state.ts";
import { payableOf } from "./totals.ts";

export function decideInvoicing(
  state: InvoicingState,
  command: InvoicingCommand,
  context: InvoicingContext,
): InvoicingDecision {
  return command.type === "issue_invoice"
    ? decideInvoice(state, command, context.now)
    : decideCreditNote(state, command, context);
}

function decideInvoice(
  state: InvoicingState,
  { draft, payBy }: IssueInvoice,
  now: EpochMs,
): InvoicingDecision {
  const account = billingOf(state, draft.customer.id);
  const refusal = refusalOf(account, draft, now);
  if (refusal !== null) return { refusal };
  if (draft.lines.length === 0) return { event: closed(draft), transfers: [] };
  const series = seriesOf("invoice", now);
  const number = numberIn(series, (state.series.get(series) ?? 0) + 1);
  const due = dueOf(state, account, draft);
  const invoice = { kind: "invoice", ...draft, number, issued: now, payBy, due } as const;
  return { event: { type: "invoice_issued", invoice }, transfers: [] };
}

function refusalOf(
  account: BillingAccount,
  { period, balance, earnings }: InvoiceDraft,
  now: EpochMs,
): InvoicingRefusal | null {
  if (period.end <= period.start) return "period_empty";
  if (period.end > now) return "period_not_over";
  if (account.until !== null && period.start < account.until) return "period_already_invoiced";
  const isNext = balance.opening === account.balance && earnings.opening === account.earnings;
  return isNext ? null : "opening_differs";
}

function closed({ customer, period, balance, earnings }: InvoiceDraft) {
  const closing = { balance: balance.closing, earnings: earnings.closing };
  return { type: "period_closed", customer: customer.id, period, ...closing } as const;
}

function dueOf(state: InvoicingState, account: BillingAccount, draft: InvoiceDraft): MicroUsd {
  const payables = account.invoices.flatMap((number) => state.invoices.get(number)?.payable ?? []);
  const due = duesOf([...payables, payableOf(draft)], account.received).at(-1);
  assert(due !== undefined, "each invoice has its due");
  return due;
}
