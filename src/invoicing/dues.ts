import type { MicroUsd } from "../units.ts";
import { addMoney, microUsd, NO_MONEY, subMoney } from "../units.ts";

/** A cent. What is less is not asked for. */
export const CENT = microUsd(10_000n);

/**
 * What is due of each of a customer's invoices, oldest first, where `received` was paid in all. Payments and credits go to
 * the oldest debt: an invoice that comes out below nothing pays for those before it.
 * @param payables what each invoice asks for; negative: it credits
 */
export function duesOf(payables: readonly MicroUsd[], received: MicroUsd): MicroUsd[] {
  const owedAfter = lowestFromHere(runningSums(payables));
  const first = owedAfter[0] ?? NO_MONEY;
  let covered = most(received, least(NO_MONEY, first));
  return owedAfter.map((owed) => {
    const due = most(subMoney(owed, covered), NO_MONEY);
    covered = most(covered, owed);
    return due;
  });
}

function runningSums(amounts: readonly MicroUsd[]): MicroUsd[] {
  let sum = NO_MONEY;
  return amounts.map((amount) => (sum = addMoney(sum, amount)));
}

/** Of what is owed after each invoice, what is still owed after all later credits. */
function lowestFromHere(sums: readonly MicroUsd[]): MicroUsd[] {
  const lowest = [...sums];
  for (let index = lowest.length - 2; index >= 0; index--) {
    lowest[index] = least(lowest[index] ?? NO_MONEY, lowest[index + 1] ?? NO_MONEY);
  }
  return lowest;
}

function least(a: MicroUsd, b: MicroUsd): MicroUsd {
  return a < b ? a : b;
}

function most(a: MicroUsd, b: MicroUsd): MicroUsd {
  return a > b ? a : b;
}
