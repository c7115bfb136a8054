import type { CreditNoteLine, InvoiceLine, TaxLine } from "../invoicing/invoice.ts";
import { microUsd } from "../units.ts";
import { exactly, hoursOf, textOf } from "./amount.ts";
import type { SheetRow, SheetTotal } from "./sheet.ts";
import { noticeOf, percentOf, rangeOf, windowOf } from "./words.ts";

const NAMES = {
  usage: "GPU-hours delivered",
  cancellation: "Cancelled before its end",
  fee: "Market fee on what you resold",
  compensation: "Compensation for a recall",
  breach_credit: "Credit for a broken promise",
  sla_credit: "Credit for GPUs that failed",
  correction: "Correction",
  goodwill: "Goodwill",
} as const satisfies Record<InvoiceLine["kind"], string>;

export function rowOf(line: InvoiceLine): SheetRow {
  const { kind, gpuMs, price, amount } = line;
  return {
    what: nameOf(line),
    details: [kind === "usage" ? subjectOf(line) : aboutOf(line), traceOf(line)],
    quantity: gpuMs === null ? null : hoursOf(gpuMs),
    price: price === null ? null : exactly(microUsd(price)),
    amount: exactly(amount),
  };
}

function nameOf({ kind, contract }: InvoiceLine): string {
  if (kind !== "usage" || contract === null) return NAMES[kind];
  return `${contract.gpus} × ${contract.sku}, ${noticeOf(contract.notice)}`;
}

function subjectOf({ subject, contract }: InvoiceLine): string {
  return contract === null ? subject : `${subject}, ${windowOf(contract.window)}`;
}

function aboutOf(line: InvoiceLine): string {
  const { contract } = line;
  return contract === null
    ? line.subject
    : `${line.subject}: ${contract.gpus} × ${contract.sku}, ${noticeOf(contract.notice)}`;
}

/** The numbers in full are in the JSON; here it is enough to find them in the ledger's list. */
function traceOf({ trace }: InvoiceLine): string {
  const ledger = `Ledger ${rangeOf(trace.transactions)}, journal ${rangeOf(trace.events)}`;
  return trace.readings.length === 0 ? ledger : `${ledger}, readings ${rangeOf(trace.readings)}`;
}

export function creditedRowOf(line: CreditNoteLine): SheetRow {
  const details = [`${line.subject}, line ${line.line + 1} of the invoice`];
  return {
    what: NAMES[line.kind],
    details,
    quantity: null,
    price: null,
    amount: exactly(line.amount),
  };
}

export function taxTotal({ rate, taxable, amount }: TaxLine): SheetTotal {
  const label = `Tax ${percentOf(rate)} on ${textOf(exactly(taxable))}`;
  return { label, amount: exactly(amount), isStrong: false };
}
