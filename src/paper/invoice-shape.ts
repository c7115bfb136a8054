import { z } from "zod";

/**
 * Invoices and credit notes as JSON: money and GPU-hours are decimal strings, exact but for GPU-hours beyond six decimals;
 * rates are shares of 1. Who sold to the customer is not told.
 */

const time = z.string();
const money = z.string().regex(/^-?\d+\.\d{2,6}$/);
const window = z.strictObject({ start: time, end: time });
const customer = z.strictObject({ account: z.string(), name: z.string(), email: z.string() });
/** Evenly spaced numbers: `[first, step, count]`. */
const runs = z.array(z.tuple([z.int(), z.int(), z.int()]));

const line = z.strictObject({
  kind: z.enum([
    "usage",
    "cancellation",
    "fee",
    "compensation",
    "breach_credit",
    "sla_credit",
    "correction",
    "goodwill",
  ]),
  subject: z.string(),
  contract: z
    .strictObject({ sku: z.string(), gpus: z.int(), window, notice: z.string() })
    .nullable(),
  gpu_hours: z.string().nullable(),
  price_per_gpu_hour: money.nullable(),
  amount: money,
  tax_rate: z.number().nullable(),
  tax: money,
  trace: z.strictObject({ ledger_transactions: runs, journal_events: runs, meter_readings: runs }),
});
const taxLine = z.strictObject({ rate: z.number(), taxable: money, amount: money });
const statement = z.strictObject({
  opening: money,
  movements: z.array(z.strictObject({ kind: z.string(), amount: money })),
  closing: money,
});

export const invoiceShape = z.strictObject({
  kind: z.literal("invoice"),
  number: z.string(),
  issued: time,
  pay_by: time,
  customer,
  period: window,
  lines: z.array(line),
  taxes: z.array(taxLine),
  subtotal: money,
  tax: money,
  credits: money,
  total: money,
  from_earnings: money,
  due: money,
  /** What is asked for: `due`, rounded down to the cent. */
  to_pay: money,
  balance: statement,
  earnings: statement,
});

export const creditNoteShape = z.strictObject({
  kind: z.literal("credit_note"),
  number: z.string(),
  issued: time,
  customer,
  invoice: z.string(),
  reason: z.string(),
  lines: z.array(
    z.strictObject({
      /** Place among the invoice's lines, from 0. */
      line: z.int(),
      kind: z.enum(["usage", "cancellation", "fee"]),
      subject: z.string(),
      amount: money,
      tax_rate: z.number().nullable(),
      tax: money,
    }),
  ),
  taxes: z.array(taxLine),
  subtotal: money,
  tax: money,
  total: money,
});

export type InvoiceJson = z.output<typeof invoiceShape>;
export type CreditNoteJson = z.output<typeof creditNoteShape>;
