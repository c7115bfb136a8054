import type { Account } from "../accounts/account.ts";
import { OWNER } from "../accounts/account.ts";
import { composeInvoice } from "../invoicing/compose.ts";
import type { InvoiceDraft } from "../invoicing/invoice.ts";
import type { BillingAccount } from "../invoicing/state.ts";
import { billingOf } from "../invoicing/state.ts";
import type { Journal } from "../journal/journal.ts";
import { replayUntil } from "../journal/replica.ts";
import type { Store } from "../ports.ts";
import type { EpochMs, Window } from "../units.ts";
import { assert, DAY_MS, durationMs, epochMs, later } from "../units.ts";
import { InvoiceSources } from "./invoice-sources.ts";

/** How long a customer has to pay. */
const TO_PAY = durationMs(14 * DAY_MS);

/** The invoice of all that was posted for a customer since the last one, until `end`; see {@link draftInvoices}. */
export async function draftInvoice(
  store: Store,
  journal: Journal,
  account: Account,
  end: EpochMs,
): Promise<InvoiceDraft> {
  const [draft] = await draftInvoices(store, journal, [account], end);
  assert(draft !== undefined, "an account has an invoice");
  return draft;
}

/**
 * Invoices of several customers, from one reading of the journal.
 * @param end no later than the newest durable event: what comes later is of the next period
 */
async function draftInvoices(
  store: Store,
  { durable }: Journal,
  accounts: readonly Account[],
  end: EpochMs,
): Promise<InvoiceDraft[]> {
  const { market, invoicing } = durable.state;
  const drafting = accounts.map((account) => {
    const billing = billingOf(invoicing, account.id);
    const period = { start: billing.until ?? account.created, end };
    return { account, billing, period, sources: new InvoiceSources(account.id, period, market) };
  });
  for await (const recorded of replayUntil(store, durable.sequence)) {
    for (const { sources } of drafting) sources.hear(recorded);
  }
  return drafting.map(draftOf);
}

interface Drafting {
  readonly account: Account;
  readonly billing: BillingAccount;
  readonly period: Window;
  readonly sources: InvoiceSources;
}

function draftOf({ account, billing, period, sources }: Drafting): InvoiceDraft {
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
  const due = invoicesDue(journal);
  if (due.length === 0) return refused;
  const end = startOfMonth(journal.durable.state.market.now);
  for (const draft of await draftInvoices(store, journal, due, end)) {
    const { refusal } = await journal.submit((desk) => {
      return desk.do({ type: "issue_invoice", draft, payBy: payBy(desk.state.market.now) });
    });
    if (refusal !== null) refused.push(`${draft.customer.id}: ${refusal}`);
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
