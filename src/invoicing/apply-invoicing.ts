import { customerOf, payableTo } from "../ledger/chart.ts";
import { addMoney, assert, NO_MONEY, subMoney } from "../units.ts";
import type { InvoicingEvent } from "./commands.ts";
import type { CreditNote, Invoice, InvoiceLine } from "./invoice.ts";
import { isCharge } from "./invoice.ts";
import { numberIn, seriesOf } from "./numbering.ts";
import { settleDues } from "./settle-dues.ts";
import type { CreditableLine, InvoicingState, IssuedInvoice } from "./state.ts";
import { billingOf } from "./state.ts";
import { payableOf } from "./totals.ts";

/** Carries an event out in place. */
export function applyInvoicing(state: InvoicingState, event: InvoicingEvent): void {
  switch (event.type) {
    case "invoice_issued":
      return issue(state, event.invoice);
    case "period_closed": {
      const { customer, period, balance, earnings } = event;
      const account = billingOf(state, customer);
      state.accounts.set(customer, { ...account, until: period.end, balance, earnings });
      return;
    }
    case "credit_note_issued":
      return credit(state, event.note);
  }
}

function issue(state: InvoicingState, invoice: Invoice): void {
  const { number, customer, period, due, lines } = invoice;
  count(state, seriesOf("invoice", invoice.issued), number);
  const account = billingOf(state, customer.id);
  const closing = { balance: invoice.balance.closing, earnings: invoice.earnings.closing };
  const invoices = [...account.invoices, number];
  state.accounts.set(customer.id, { ...account, until: period.end, ...closing, invoices });
  const kept = { number, customer, payable: payableOf(invoice), due };
  state.invoices.set(number, { ...kept, status: "issued", lines: creditable(lines) });
  settleDues(state, customer.id);
}

function creditable(lines: readonly InvoiceLine[]): CreditableLine[] {
  return lines.flatMap(({ kind, subject, own, other, amount, taxRate, tax, feeRate }, line) => {
    if (!isCharge(kind) || amount === 0n) return [];
    const charge = { line, kind, subject, own, other, amount, taxRate, tax, feeRate };
    return [{ ...charge, credited: NO_MONEY, creditedTax: NO_MONEY }];
  });
}

function credit(state: InvoicingState, note: CreditNote): void {
  count(state, seriesOf("credit_note", note.issued), note.number);
  const invoice = state.invoices.get(note.invoice);
  assert(invoice !== undefined, `${note.number} corrects an invoice that was issued`);
  for (const touched of touchedBy(note)) {
    const account = billingOf(state, touched);
    const creditNotes = [...account.creditNotes, note.number];
    state.accounts.set(touched, { ...account, creditNotes });
  }
  state.invoices.set(note.invoice, credited(invoice, note));
  settleDues(state, note.customer.id);
}

/** Whose balances it moves: the customer's, and those of resellers who give back what they earned. */
function touchedBy({ customer, lines }: CreditNote): Set<string> {
  const resellers = lines.map(({ other }) => customerOf(other)).filter((id) => id !== null);
  return new Set([customer.id, ...resellers]);
}

function credited(invoice: IssuedInvoice, note: CreditNote): IssuedInvoice {
  const earnings = payableTo(note.customer.id);
  let { payable } = invoice;
  const lines = invoice.lines.map((line) => {
    const back = note.lines.find((each) => each.line === line.line);
    if (back === undefined) return line;
    if (back.own !== earnings) payable = subMoney(payable, addMoney(back.amount, back.tax));
    return {
      ...line,
      credited: addMoney(line.credited, back.amount),
      creditedTax: addMoney(line.creditedTax, back.tax),
    };
  });
  return { ...invoice, payable, lines };
}

function count(state: InvoicingState, series: string, number: string): void {
  const last = (state.series.get(series) ?? 0) + 1;
  assert(number === numberIn(series, last), `${number} follows the one before it`);
  state.series.set(series, last);
}
