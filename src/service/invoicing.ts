import type { Account } from "../accounts/account.ts";
import { OWNER } from "../accounts/account.ts";
import { composeInvoice } from "../invoicing/compose.ts";
import type { InvoiceDraft } from "../invoicing/invoice.ts";
import { billingOf } from "../invoicing/state.ts";
import type { Journal } from "../journal/journal.ts";
import { replayUntil } from "../journal/replica.ts";
import type { Store } from "../ports.ts";
import type { EpochMs } from "../units.ts";
import { DAY_MS, durationMs, epochMs, later } from "../units.ts";
import { InvoiceSources } from "./invoice-sources.ts";

/** How long a customer has to pay. */
const TO_PAY = durationMs(14 * DAY_MS);

/**
 * The invoice of all that was posted for a customer since the last one, until `end`.
 * @param end no later than the newest durable event: what comes later is of the next period
 */
export async function draftInvoice(
  store: Store,
  { durable }: Journal,
  account: Account,
  end: EpochMs,
): Promise<InvoiceDraft> {
  const { market, invoicing } = durable.state;
  const billing = billingOf(invoicing, account.id);
  const period = { start: billing.until ?? account.created, end };
  const sources = new InvoiceSources(account.id, period, market);
  for await (const recorded of replayUntil(store, durable.sequence)) sources.hear(recorded);
  const { entries, readings, purchases, eventOf } = sources;
  const { id, name, email, taxRate } = account;
  return composeInvoice({
    customer: { id, name, email, taxRate },
    period,
    entries,
    readings,
    contracts: sources.contracts.values(),
    purchases,
    eventOf,
    opening: { balance: billing.balance, earnings: billing.earnings },
    creditNotes: new Set(billing.creditNotes),
  });
}

/** Invoices the months that are over. @returns what was refused, and of whom */
export async function issueDueInvoices(store: Store, journal: Journal): Promise<string[]> {
  const refused: string[] = [];
  for (const account of invoicesDue(journal)) {
    const end = startOfMonth(journal.durable.state.market.now);
    const draft = await draftInvoice(store, journal, account, end);
    const { refusal } = await journal.submit((desk) => {
      return desk.do({ type: "issue_invoice", draft, payBy: payBy(desk.state.market.now) });
    });
    if (refusal !== null) refused.push(`${account.id}: ${refusal}`);
  }
  return refused;
}

export function payBy(issued: EpochMs): EpochMs {
  return later(issued, TO_PAY);
}

/** The first instant of the month (UTC) in which `time` lies. */
function startOfMonth(time: EpochMs): EpochMs {
  const date = new Date(time);
  return epochMs(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
}

/** Customers whose last month is over and not invoiced. */
function invoicesDue({ durable }: Journal): Account[] {
  const { market, accounts, invoicing } = durable.state;
  const month = startOfMonth(market.now);
  const customers = [...accounts.accounts.values()].filter(({ id }) => id !== OWNER);
  return customers.filter(({ id, created }) => (billingOf(invoicing, id).until ?? created) < month);
}
