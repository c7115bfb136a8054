import type { LedgerAccount } from "./transfer.ts";

/**
 * The chart of accounts. What the installation owes its customers are liabilities: their credit (what they may spend),
 * what is held of it for orders and contracts, and what a reseller has earned and not been paid. A postpaid customer's
 * credit may be negative, down to the agreed limit.
 */
export const creditOf = (customer: string): LedgerAccount =>
  `liabilities:customers:${customer}:credit`;
export const heldOf = (customer: string): LedgerAccount => `liabilities:customers:${customer}:held`;
export const payableTo = (customer: string): LedgerAccount =>
  `liabilities:customers:${customer}:payable`;

/** Of the owner, by pool. */
export const revenueOf = (pool: string): LedgerAccount => `revenues:pools:${pool}:usage`;
export const compensationOf = (pool: string): LedgerAccount =>
  `expenses:pools:${pool}:compensation`;
export const breachesOf = (pool: string): LedgerAccount => `expenses:pools:${pool}:breaches`;
export const failuresOf = (pool: string): LedgerAccount => `expenses:pools:${pool}:failures`;

export const FEES: LedgerAccount = "revenues:fees";
export const GOODWILL: LedgerAccount = "expenses:goodwill";
export const TAX: LedgerAccount = "liabilities:tax";

/** By the means of payment: `manual`, `stripe`. */
export const cashBy = (means: string): LedgerAccount => `assets:cash:${means}`;

/** What a provider took back of a customer's payment after it was spent, and the customer still owes. */
export const receivableFrom = (customer: string): LedgerAccount => `assets:receivables:${customer}`;

/** The customer whom the account belongs to; null for the owner's and the market's own. */
export function customerOf(account: LedgerAccount): string | null {
  const [, customers, customer] = account.split(":");
  return customers === "customers" ? (customer ?? null) : null;
}

/** Whether its balance grows by what is credited (liabilities, revenues) or by what is debited (assets, expenses). */
export function growsByCredit(account: LedgerAccount): boolean {
  return account.startsWith("liabilities:") || account.startsWith("revenues:");
}
