import { creditOf, customerOf } from "../ledger/chart.ts";
import type { Transfer } from "../ledger/transfer.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, assert, NO_MONEY, subMoney } from "../units.ts";
import { CENT, duesOf } from "./dues.ts";
import type { InvoicingState, IssuedInvoice } from "./state.ts";
import { billingOf } from "./state.ts";

/**
 * Hears every transfer that is posted: what comes in from outside, or goes out, changes what is due.
 * @returns the customers whose invoices may now stand otherwise
 */
export function hearPayments(state: InvoicingState, transfers: readonly Transfer[]): string[] {
  const changed = new Set<string>();
  for (const transfer of transfers) {
    const { kind, debit, credit } = transfer;
    if (kind !== "deposit" && kind !== "reversal" && kind !== "payout") continue;
    const customer = customerOf(credit) ?? customerOf(debit);
    if (customer === null || (credit !== creditOf(customer) && debit !== creditOf(customer))) {
      continue;
    }
    const account = billingOf(state, customer);
    const received = addMoney(account.received, paidInBy(transfer, customer));
    state.accounts.set(customer, { ...account, received });
    changed.add(customer);
  }
  for (const customer of changed) settleDues(state, customer);
  return [...changed];
}

function paidInBy({ credit, amount }: Transfer, customer: string): MicroUsd {
  return credit === creditOf(customer) ? amount : subMoney(NO_MONEY, amount);
}

/** Says anew what is due of each of a customer's invoices, and where it stands. */
export function settleDues(state: InvoicingState, customer: string): void {
  const { invoices: numbers, received } = billingOf(state, customer);
  const invoices = numbers.map((number) => {
    const invoice = state.invoices.get(number);
    assert(invoice !== undefined, `${number} was issued`);
    return invoice;
  });
  const dues = duesOf(
    invoices.map(({ payable }) => payable),
    received,
  );
  for (const [index, invoice] of invoices.entries()) {
    const due = dues[index];
    assert(due !== undefined, "each invoice has its due");
    const status = statusOf(invoice, due < CENT);
    if (due === invoice.due && status === invoice.status) continue;
    state.invoices.set(invoice.number, { ...invoice, due, status });
  }
}

function statusOf({ lines }: IssuedInvoice, isCovered: boolean): IssuedInvoice["status"] {
  const isVoid = lines.length > 0 && lines.every(({ amount, credited }) => credited === amount);
  if (isVoid) return "void";
  return isCovered ? "paid" : "issued";
}
