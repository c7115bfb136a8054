import { HashedMap } from "../hashed-map.ts";
import type { LedgerAccount } from "../ledger/transfer.ts";
import type { StateHash } from "../state-hash.ts";
import type { EpochMs, MicroUsd, Ppm } from "../units.ts";
import { NO_MONEY } from "../units.ts";
import type { ChargeKind, InvoiceCustomer } from "./invoice.ts";

/**
 * - *issued*: something is still to be paid;
 * - *paid*: less than a cent is; a deposit that is taken back makes it issued again;
 * - *void*: credit notes have taken back every charge. It stays so.
 */
export type InvoiceStatus = "issued" | "paid" | "void";

/** A charge of an invoice, and what credit notes have taken back of it. */
export interface CreditableLine {
  /** Place among the invoice's lines. */
  readonly line: number;
  readonly kind: ChargeKind;
  readonly subject: string;
  readonly own: LedgerAccount;
  readonly other: LedgerAccount;
  readonly amount: MicroUsd;
  readonly taxRate: Ppm | null;
  readonly tax: MicroUsd;
  readonly feeRate: Ppm | null;
  readonly credited: MicroUsd;
  readonly creditedTax: MicroUsd;
}

/** What decisions need of an invoice that was issued. */
export interface IssuedInvoice {
  readonly number: string;
  readonly customer: InvoiceCustomer;
  readonly status: InvoiceStatus;
  /** To be paid out of the customer's balance, less what credit notes took back; negative: a credit. */
  readonly payable: MicroUsd;
  /** Of it, what no payment covers. */
  readonly due: MicroUsd;
  readonly lines: readonly CreditableLine[];
}

/** How far a customer is invoiced, and what they have paid. */
export interface BillingAccount {
  readonly customer: string;
  /** End of the last period; null: none was closed yet. */
  readonly until: EpochMs | null;
  /** Closing balances of that period. */
  readonly balance: MicroUsd;
  readonly earnings: MicroUsd;
  /** Ever paid in, less what was paid out or taken back. */
  readonly received: MicroUsd;
  /** Oldest first. */
  readonly invoices: readonly string[];
  readonly creditNotes: readonly string[];
}

/** Changed only by `applyInvoicing` and `hearPayments`. */
export interface InvoicingState {
  readonly accounts: HashedMap<string, BillingAccount>;
  readonly invoices: HashedMap<string, IssuedInvoice>;
  /** Numbers given so far, by kind and year. */
  readonly series: HashedMap<string, number>;
}

export function nothingInvoiced(hash: StateHash): InvoicingState {
  return {
    accounts: new HashedMap(hash, accountFields),
    invoices: new HashedMap(hash, invoiceFields),
    series: new HashedMap(hash, (last, series) => ["invoice series", series, last]),
  };
}

export function billingOf(state: InvoicingState, customer: string): BillingAccount {
  const none = { balance: NO_MONEY, earnings: NO_MONEY, received: NO_MONEY };
  const fresh = { customer, until: null, ...none, invoices: [], creditNotes: [] };
  return state.accounts.get(customer) ?? fresh;
}

function accountFields(account: BillingAccount): (string | number | bigint)[] {
  const { customer, until, balance, earnings, received, invoices, creditNotes } = account;
  const numbers = [invoices.length, ...invoices, ...creditNotes];
  return ["billing", customer, until ?? "", balance, earnings, received, ...numbers];
}

function invoiceFields(invoice: IssuedInvoice): (string | number | bigint)[] {
  const { number, customer, status, payable, due, lines } = invoice;
  const { id, name, email, taxRate } = customer;
  const all = lines.flatMap((line) => [
    line.line,
    line.kind,
    line.subject,
    line.own,
    line.other,
    line.amount,
    line.taxRate ?? "",
    line.tax,
    line.feeRate ?? "",
    line.credited,
    line.creditedTax,
  ]);
  return ["invoice", number, id, name, email, taxRate, status, payable, due, ...all];
}
