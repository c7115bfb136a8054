import type { MicroUsd } from "../units.ts";
import { microUsd } from "../units.ts";

const MICRO_USD_PER_CENT = 10_000n;

/** @returns null where `amount` is not whole cents, or more than a number holds exactly */
export function toCents(amount: MicroUsd): number | null {
  if (amount % MICRO_USD_PER_CENT !== 0n) return null;
  const cents = Number(amount / MICRO_USD_PER_CENT);
  return Number.isSafeInteger(cents) ? cents : null;
}

/** @returns null where `cents` is not a whole number */
export function fromCents(cents: unknown): MicroUsd | null {
  if (typeof cents !== "number" || !Number.isSafeInteger(cents)) return null;
  return microUsd(BigInt(cents) * MICRO_USD_PER_CENT);
}
