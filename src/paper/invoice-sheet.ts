import type { CreditNote, Invoice, Statement } from "../invoicing/invoice.ts";
import { isCharge } from "../invoicing/invoice.ts";
import { payableOf } from "../invoicing/totals.ts";
import type { MicroUsd } from "../units.ts";
import { NO_MONEY, subMoney } from "../units.ts";
import { downToCent, exactly, inCents } from "./amount.ts";
import { creditedRowOf, rowOf, taxTotal } from "./line-rows.ts";
import type { Party, Sheet, SheetStatement, SheetTotal } from "./sheet.ts";
import { dayOf, movementName, windowOf } from "./words.ts";

const EXACT =
  "Amounts are in US dollars, exact to a millionth of a dollar. What is to be paid is rounded down to the cent, in your favour.";
const TIMES =
  "Times are in UTC. An entry belongs to the period in which it was posted: what was metered late is on the next invoice.";
const TRACE =
  "Each line names the transactions of the ledger, the events of the journal and the meter readings on which it stands.";

export function invoiceSheet(invoice: Invoice, seller: Party): Sheet {
  const { number, issued, customer, period, payBy, lines, due } = invoice;
  const toPay = downToCent(due);
  const note = toPay === 0n ? "nothing is to be paid" : `to be paid by ${dayOf(payBy)}`;
  const charges = lines.filter(({ kind }) => isCharge(kind)).map(rowOf);
  const credits = lines.filter(({ kind }) => !isCharge(kind)).map(rowOf);
  return {
    title: "Invoice",
    number,
    issued,
    seller,
    customer: partyOf(customer),
    facts: [
      ["Issued", dayOf(issued)],
      ["Period", windowOf(period)],
      ["Pay by", toPay === 0n ? "paid" : dayOf(payBy)],
    ],
    headline: { label: "Due", amount: inCents(toPay), note },
    tables: [
      { title: "Charges", rows: charges },
      { title: "Credits", rows: credits },
    ].filter(({ rows }) => rows.length > 0),
    totals: totalsOf(invoice, toPay),
    statements: [
      ...statementOf("Your balance", invoice.balance),
      ...statementOf("Your earnings as a reseller", invoice.earnings),
    ],
    remarks: [EXACT, TIMES, TRACE],
  };
}

function totalsOf(invoice: Invoice, toPay: MicroUsd): SheetTotal[] {
  const { subtotal, taxes, credits, total, fromEarnings, due } = invoice;
  const paid = subMoney(payableOf(invoice), due);
  return [
    row("Subtotal", subtotal),
    ...taxes.map(taxTotal),
    ...rowIf("Credits", subMoney(NO_MONEY, credits)),
    row("Total", total, true),
    ...rowIf("Kept back from your earnings", subMoney(NO_MONEY, fromEarnings)),
    ...rowIf(
      paid < 0n ? "Added to your balance" : "Paid from your balance",
      subMoney(NO_MONEY, paid),
    ),
    ...rowIf("Rounded down to the cent", subMoney(toPay, due)),
    row("Due", toPay, true),
  ];
}

export function creditNoteSheet(note: CreditNote, seller: Party): Sheet {
  const { number, issued, customer, invoice, reason, lines, subtotal, taxes, total } = note;
  return {
    title: "Credit note",
    number,
    issued,
    seller,
    customer: partyOf(customer),
    facts: [
      ["Issued", dayOf(issued)],
      ["Corrects", invoice],
      ["Reason", reason],
    ],
    headline: { label: "Credited", amount: exactly(total), note: `on invoice ${invoice}` },
    tables: [{ title: "Taken back", rows: lines.map(creditedRowOf) }],
    totals: [row("Subtotal", subtotal), ...taxes.map(taxTotal), row("Credited", total, true)],
    statements: [],
    remarks: [
      "Amounts are in US dollars, exact to a millionth of a dollar. They were added to your balance, or to your earnings where they had been kept back from these.",
    ],
  };
}

function partyOf({ id, name, email }: Invoice["customer"]): Party {
  return { name, lines: [email, `Account ${id}`] };
}

function row(label: string, amount: MicroUsd, isStrong = false): SheetTotal {
  return { label, amount: exactly(amount), isStrong };
}

function rowIf(label: string, amount: MicroUsd): SheetTotal[] {
  return amount === 0n ? [] : [row(label, amount)];
}

/** Nothing where nothing was there and nothing moved. */
function statementOf(title: string, { opening, movements, closing }: Statement): SheetStatement[] {
  if (movements.length === 0 && opening === 0n) return [];
  const moved = movements.map(({ kind, amount }) => row(movementName(kind), amount));
  const rows = [row("At the beginning", opening), ...moved, row("At the end", closing, true)];
  return [{ title, rows }];
}
