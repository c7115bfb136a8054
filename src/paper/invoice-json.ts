import type {
  CreditNote,
  Invoice,
  InvoiceCustomer,
  InvoiceLine,
  Statement,
  TaxLine,
} from "../invoicing/invoice.ts";
import type { NumberRun } from "../invoicing/number-runs.ts";
import { formatNotice } from "../policy/duration.ts";
import type { Window } from "../units.ts";
import { formatGpuHours, formatMoney } from "../wire/money.ts";
import { shareNumber } from "../wire/share.ts";
import { formatTime } from "../wire/time.ts";
import { downToCent } from "./amount.ts";
import type { CreditNoteJson, InvoiceJson } from "./invoice-shape.ts";

export function invoiceJson(invoice: Invoice): InvoiceJson {
  return {
    kind: "invoice",
    number: invoice.number,
    issued: formatTime(invoice.issued),
    pay_by: formatTime(invoice.payBy),
    customer: customerJson(invoice.customer),
    period: windowJson(invoice.period),
    lines: invoice.lines.map(lineJson),
    taxes: invoice.taxes.map(taxJson),
    subtotal: formatMoney(invoice.subtotal),
    tax: formatMoney(invoice.tax),
    credits: formatMoney(invoice.credits),
    total: formatMoney(invoice.total),
    from_earnings: formatMoney(invoice.fromEarnings),
    due: formatMoney(invoice.due),
    to_pay: formatMoney(downToCent(invoice.due)),
    balance: statementJson(invoice.balance),
    earnings: statementJson(invoice.earnings),
  };
}

export function creditNoteJson(note: CreditNote): CreditNoteJson {
  const { kind, number, issued, invoice, reason } = note;
  return {
    kind,
    number,
    issued: formatTime(issued),
    customer: customerJson(note.customer),
    invoice,
    reason,
    lines: note.lines.map((line) => ({
      line: line.line,
      kind: line.kind,
      subject: line.subject,
      amount: formatMoney(line.amount),
      tax_rate: rateJson(line.taxRate),
      tax: formatMoney(line.tax),
    })),
    taxes: note.taxes.map(taxJson),
    subtotal: formatMoney(note.subtotal),
    tax: formatMoney(note.tax),
    total: formatMoney(note.total),
  };
}

function lineJson(line: InvoiceLine): InvoiceJson["lines"][number] {
  const { kind, subject, contract, gpuMs, price, amount, taxRate, tax, trace } = line;
  return {
    kind,
    subject,
    contract: contract && {
      sku: contract.sku,
      gpus: contract.gpus,
      window: windowJson(contract.window),
      notice: formatNotice(contract.notice),
    },
    gpu_hours: gpuMs === null ? null : formatGpuHours(gpuMs),
    price_per_gpu_hour: price === null ? null : formatMoney(price),
    amount: formatMoney(amount),
    tax_rate: rateJson(taxRate),
    tax: formatMoney(tax),
    trace: {
      ledger_transactions: runsJson(trace.transactions),
      journal_events: runsJson(trace.events),
      meter_readings: runsJson(trace.readings),
    },
  };
}

function customerJson({ id, name, email }: InvoiceCustomer): InvoiceJson["customer"] {
  return { account: id, name, email };
}

function windowJson({ start, end }: Window): InvoiceJson["period"] {
  return { start: formatTime(start), end: formatTime(end) };
}

function rateJson(rate: InvoiceLine["taxRate"]): number | null {
  return rate === null ? null : shareNumber(rate);
}

function taxJson({ rate, taxable, amount }: TaxLine): InvoiceJson["taxes"][number] {
  return {
    rate: shareNumber(rate),
    taxable: formatMoney(taxable),
    amount: formatMoney(amount),
  };
}

function runsJson(runs: readonly NumberRun[]): [number, number, number][] {
  return runs.map(({ first, step, count }) => [first, step, count]);
}

function statementJson({ opening, movements, closing }: Statement): InvoiceJson["balance"] {
  return {
    opening: formatMoney(opening),
    movements: movements.map(({ kind, amount }) => ({ kind, amount: formatMoney(amount) })),
    closing: formatMoney(closing),
  };
}
