import type { Settled } from "../exchange/commands.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { billingOf } from "../invoicing/state.ts";
import { customerOf } from "../ledger/chart.ts";
import { creditNoteJson, invoiceJson } from "../paper/invoice-json.ts";
import { formatMoney } from "../wire/money.ts";
import type { Shelf } from "./shelf.ts";

/** An invoice never changes; whether it is paid does. */
export function hearInvoice(
  shelf: Shelf,
  { sequence, event }: Recorded,
  state: ExchangeState,
): void {
  switch (event.type) {
    case "invoice_issued": {
      const { invoice } = event;
      const { id } = invoice.customer;
      const standing = standingOf(state, invoice.number);
      const body = { id: invoice.number, account: id, ...standing, invoice: invoiceJson(invoice) };
      return shelf.put("invoice", invoice.number, id, sequence, body);
    }
    case "credit_note_issued": {
      const { number, customer } = event.note;
      const body = { id: number, account: customer.id, credit_note: creditNoteJson(event.note) };
      shelf.put("credit_note", number, customer.id, sequence, body);
      shelf.finish("credit_note", number);
      return restate(shelf, state, customer.id);
    }
    case "settled":
      for (const customer of payersIn(event)) restate(shelf, state, customer);
      return;
    default:
  }
}

function standingOf({ invoicing }: ExchangeState, number: string) {
  const kept = invoicing.invoices.get(number);
  if (kept === undefined) throw new Error(`bug: invoice ${number} was issued`);
  return { status: kept.status, due: formatMoney(kept.due) };
}

/** Money that came in or went out pays the oldest invoices first: any of them may now stand otherwise. */
function restate(shelf: Shelf, state: ExchangeState, customer: string): void {
  for (const number of billingOf(state.invoicing, customer).invoices) {
    const now = standingOf(state, number);
    const before = shelf.get("invoice", number);
    if (before === undefined || (before.status === now.status && before.due === now.due)) continue;
    shelf.change("invoice", number, (body) => ({ ...body, ...now }));
  }
}

const PAYMENTS: ReadonlySet<string> = new Set(["deposit", "reversal", "payout"]);

function payersIn({ transaction }: Settled): Set<string> {
  const payers = new Set<string>();
  for (const { kind, debit, credit } of transaction?.transfers ?? []) {
    const customer = customerOf(credit) ?? customerOf(debit);
    if (PAYMENTS.has(kind) && customer !== null) payers.add(customer);
  }
  return payers;
}
