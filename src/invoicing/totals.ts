import type { LedgerAccount } from "../ledger/transfer.ts";
import type { MicroUsd, Ppm } from "../units.ts";
import { addMoney, assert, NO_MONEY, subMoney } from "../units.ts";
import type { InvoiceDraft, InvoiceLine, Statement, TaxLine } from "./invoice.ts";
import { isCharge } from "./invoice.ts";

/** What a credit note posted, in a statement. */
export const NOTED = "credit_note";
/** What moves money without being charged or credited on an invoice. */
const UNBILLED: ReadonlySet<string> = new Set(["deposit", "reversal", "payout", NOTED]);

/** What a reseller is paid. */
const EARNED: ReadonlySet<string> = new Set(["usage", "cancellation"]);

/** @param earnings the ledger account of what the customer earned as a reseller */
export function totalsOf(lines: readonly InvoiceLine[], earnings: LedgerAccount) {
  const charges = lines.filter(({ kind }) => isCharge(kind));
  const subtotal = sumOf(charges);
  const credits = sumOf(lines.filter(({ kind }) => !isCharge(kind)));
  const tax = lines.reduce((sum, line) => addMoney(sum, line.tax), NO_MONEY);
  const total = subMoney(addMoney(subtotal, tax), credits);
  const fromEarnings = sumOf(charges.filter(({ own }) => own === earnings));
  return { taxes: taxesOf(lines), subtotal, tax, credits, total, fromEarnings };
}

/** What the customer's balance pays, besides what was kept back from earnings. */
export function payableOf({
  total,
  fromEarnings,
}: Pick<InvoiceDraft, "total" | "fromEarnings">): MicroUsd {
  return subMoney(total, fromEarnings);
}

export function sumOf(items: readonly { readonly amount: MicroUsd }[]): MicroUsd {
  return items.reduce((sum, { amount }) => addMoney(sum, amount), NO_MONEY);
}

/** By rate, the highest first; what is not taxed is in none. */
export function taxesOf(lines: readonly Pick<InvoiceLine, "taxRate" | "amount" | "tax">[]) {
  const byRate = new Map<Ppm, TaxLine>();
  for (const { taxRate: rate, amount, tax } of lines) {
    if (rate === null) continue;
    const before = byRate.get(rate) ?? { rate, taxable: NO_MONEY, amount: NO_MONEY };
    const taxable = addMoney(before.taxable, amount);
    byRate.set(rate, { rate, taxable, amount: addMoney(before.amount, tax) });
  }
  return [...byRate.values()].sort((a, b) => b.rate - a.rate);
}

/** The statements were added up from the same entries in another way: by what each did to the balances. */
export function checkTotals({ total, fromEarnings, balance, earnings }: InvoiceDraft): void {
  const charged = payableOf({ total, fromEarnings });
  assert(
    addMoney(billedIn(balance), charged) === 0n,
    "the lines of an invoice are all that was charged and credited",
  );
  const earned = sumOf(earnings.movements.filter(({ kind }) => EARNED.has(kind)));
  assert(
    billedIn(earnings) === subMoney(earned, fromEarnings),
    "what was kept back of a reseller's earnings stands on the invoice",
  );
}

function billedIn({ movements }: Statement): MicroUsd {
  return sumOf(movements.filter(({ kind }) => !UNBILLED.has(kind)));
}
