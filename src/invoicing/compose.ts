import { creditOf, heldOf, payableTo } from "../ledger/chart.ts";
import type { MicroUsd, Window } from "../units.ts";
import { assert } from "../units.ts";
import type { CreditKind, InvoiceCustomer, InvoiceDraft } from "./invoice.ts";
import { isCharge } from "./invoice.ts";
import type { LineBookSources } from "./line-book.ts";
import { LineBook } from "./line-book.ts";
import type { BilledReading, PostedEntry } from "./posted.ts";
import { RunningStatement } from "./statement.ts";
import { checkTotals, NOTED, totalsOf } from "./totals.ts";

export interface InvoiceSources extends LineBookSources {
  readonly customer: InvoiceCustomer;
  readonly period: Window;
  /** Everything in the ledger that touches the customer and was posted in the period, in order; other entries are a bug. */
  readonly entries: Iterable<PostedEntry>;
  /** Readings of the customer's contracts that were billed in the period, in order. */
  readonly readings: Iterable<BilledReading>;
  /** What the customer had when the period began: free and held together, and earned as a reseller. */
  readonly opening: { readonly balance: MicroUsd; readonly earnings: MicroUsd };
  /** Numbers of the customer's credit notes: what these posted is theirs, and on no invoice. */
  readonly creditNotes: ReadonlySet<string>;
}

const CREDITS: ReadonlySet<string> = new Set<CreditKind>([
  "compensation",
  "breach_credit",
  "sla_credit",
  "correction",
  "goodwill",
]);

/**
 * The invoice of a period from what was posted in it. Each entry stands on one line; the sums of the lines are those of
 * the entries, to the micro-dollar.
 */
export function composeInvoice(sources: InvoiceSources): InvoiceDraft {
  const { customer, period } = sources;
  const book = new LineBook(sources);
  for (const reading of sources.readings) {
    assert(isIn(period, reading.at), `reading ${reading.sequence} was billed in the period`);
    book.deliver(reading);
  }
  const { balance, earnings } = enterAll(book, sources);
  const lines = book.lines().sort((a, b) => Number(isCharge(b.kind)) - Number(isCharge(a.kind)));
  const totals = totalsOf(lines, payableTo(customer.id));
  const draft = { customer, period, lines, ...totals, balance, earnings };
  checkTotals(draft);
  return draft;
}

function enterAll(book: LineBook, { customer, period, entries, opening, ...rest }: InvoiceSources) {
  const [credit, held, payable] = [creditOf, heldOf, payableTo].map((of) => of(customer.id));
  assert(credit !== undefined && held !== undefined && payable !== undefined, "three accounts");
  const balance = new RunningStatement([credit, held], opening.balance);
  const earnings = new RunningStatement([payable], opening.earnings);
  const own = new Set([credit, held, payable]);
  let last: PostedEntry | null = null;
  for (const entry of entries) {
    assert(isIn(period, entry.at), `transaction ${entry.transaction} was posted in the period`);
    assert(last === null || follows(last, entry), "entries come once each, in order");
    last = entry;
    const isNoted = rest.creditNotes.has(entry.subject);
    const kind = isNoted ? NOTED : entry.kind;
    balance.hear(entry, kind);
    earnings.hear(entry, kind);
    if (!isNoted) enter(book, entry, own, credit);
  }
  return { balance: balance.close(), earnings: earnings.close() };
}

/** A customer who buys what it sells itself is on both sides of an entry: it pays, and earns. */
function enter(book: LineBook, entry: PostedEntry, own: ReadonlySet<string>, credit: string): void {
  const { kind, debit } = entry;
  const isOwnCharge = own.has(debit);
  if (isOwnCharge && isCharge(kind)) {
    book.add(kind, entry, debit, entry.credit);
  } else if (isOwnCharge && kind === "tax") {
    book.tax(entry);
  } else if (entry.credit === credit && CREDITS.has(kind)) {
    book.add(kind as CreditKind, entry, credit, debit);
  }
}

function isIn({ start, end }: Window, time: number): boolean {
  return start <= time && time < end;
}

function follows(before: PostedEntry, after: PostedEntry): boolean {
  if (before.transaction === after.transaction) return before.leg < after.leg;
  return before.transaction < after.transaction;
}
