import { customerOf, creditOf, FEES, payableTo, TAX } from "../ledger/chart.ts";
import type { Transfer } from "../ledger/transfer.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, mulDiv, NO_MONEY, shareOf, subMoney, microUsd } from "../units.ts";
import type {
  InvoicingContext,
  InvoicingDecision,
  InvoicingRefusal,
  IssueCreditNote,
} from "./commands.ts";
import type { CreditNote, CreditNoteLine } from "./invoice.ts";
import { numberIn, seriesOf } from "./numbering.ts";
import type { CreditableLine, InvoicingState, IssuedInvoice } from "./state.ts";
import { sumOf, taxesOf } from "./totals.ts";

export function decideCreditNote(
  state: InvoicingState,
  command: IssueCreditNote,
  { now, balanceOf }: InvoicingContext,
): InvoicingDecision {
  const invoice = state.invoices.get(command.invoice);
  if (invoice === undefined) return { refusal: "invoice_unknown" };
  const lines = creditedLines(invoice, command.lines);
  if (typeof lines === "string") return { refusal: lines };
  const series = seriesOf("credit_note", now);
  const number = numberIn(series, (state.series.get(series) ?? 0) + 1);
  const subtotal = sumOf(lines);
  const tax = lines.reduce((sum, line) => addMoney(sum, line.tax), NO_MONEY);
  const note: CreditNote = {
    kind: "credit_note",
    number,
    issued: now,
    customer: invoice.customer,
    invoice: invoice.number,
    reason: command.reason,
    lines,
    taxes: taxesOf(lines),
    subtotal,
    tax,
    total: addMoney(subtotal, tax),
  };
  const transfers = transfersOf(note, invoice);
  if (overdrawsEarnings(transfers, balanceOf)) return { refusal: "earnings_insufficient" };
  return { event: { type: "credit_note_issued", note }, transfers };
}

/** Everything of an invoice that is not taken back yet: credited, it is void. */
export function restOf({ lines }: IssuedInvoice): IssueCreditNote["lines"] {
  return lines
    .map(({ line, amount, credited }) => ({ line, amount: subMoney(amount, credited) }))
    .filter(({ amount }) => amount > 0n);
}

function creditedLines(
  invoice: IssuedInvoice,
  wanted: IssueCreditNote["lines"],
): CreditNoteLine[] | InvoicingRefusal {
  if (wanted.length === 0) return "nothing_credited";
  const seen = new Set<number>();
  const credited: CreditNoteLine[] = [];
  for (const { line, amount } of wanted) {
    const charged = invoice.lines.find((each) => each.line === line);
    if (charged === undefined) return "line_unknown";
    if (seen.has(line)) return "line_repeated";
    if (amount <= 0n) return "amount_not_positive";
    if (amount > subMoney(charged.amount, charged.credited)) return "credit_exceeds_line";
    seen.add(line);
    credited.push(creditedLine(charged, amount));
  }
  return credited;
}

/** The tax on all that was ever credited, rounded up, less what was given back of it: nothing is lost by parts. */
function creditedLine(charged: CreditableLine, amount: MicroUsd): CreditNoteLine {
  const { line, kind, subject, own, other, taxRate } = charged;
  const credited = addMoney(charged.credited, amount);
  const taxCredited = microUsd(mulDiv(charged.tax, credited, charged.amount, "ceil"));
  const tax = subMoney(taxCredited, charged.creditedTax);
  return { line, kind, subject, own, other, taxRate, amount, tax };
}

/**
 * Each charge goes back the way it came: to a reseller's earnings what was kept back of them, else to the credit. Whoever
 * was paid gets back what the market took of it, so that nobody gives back more than it received.
 */
function transfersOf(
  { customer, number: subject, lines }: CreditNote,
  invoice: IssuedInvoice,
): Transfer[] {
  return lines.flatMap((line) => {
    const { own, other, amount, tax } = line;
    const credit = own === payableTo(customer.id) ? own : creditOf(customer.id);
    const charge: Transfer = { kind: "correction", debit: other, credit, amount, subject };
    const taxed: Transfer = { kind: "tax", debit: TAX, credit, amount: tax, subject };
    const fee = feeBack(line, invoice);
    const returned: Transfer = { kind: "fee", debit: FEES, credit: other, amount: fee, subject };
    return [charge, taxed, returned].filter((transfer) => transfer.amount > 0n);
  });
}

/** Of the fee on all that was ever credited, rounded down as it was taken, what was not given back yet. */
function feeBack({ line, amount }: CreditNoteLine, { lines }: IssuedInvoice): MicroUsd {
  const charged = lines.find((each) => each.line === line);
  if (charged === undefined || charged.feeRate === null) return NO_MONEY;
  const { credited, feeRate } = charged;
  const all = shareOf(addMoney(credited, amount), feeRate, "floor");
  return subMoney(all, shareOf(credited, feeRate, "floor"));
}

function overdrawsEarnings(
  transfers: readonly Transfer[],
  balanceOf: InvoicingContext["balanceOf"],
): boolean {
  const taken = new Map<string, MicroUsd>();
  const take = (account: string, amount: MicroUsd): void => {
    if (customerOf(account) === null) return;
    taken.set(account, addMoney(taken.get(account) ?? NO_MONEY, amount));
  };
  for (const { debit, credit, amount } of transfers) {
    take(debit, amount);
    take(credit, subMoney(NO_MONEY, amount));
  }
  return [...taken].some(([account, amount]) => amount > balanceOf(account));
}
