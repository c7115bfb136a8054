import type { MicroUsd } from "../units.ts";
import type { PaymentNotice, PaymentProvider } from "./provider.ts";

/** Bank transfers and the like: the owner sees them on a statement, and records them. */
export const manual: PaymentProvider = { name: "manual" };

export interface ManualPayment {
  readonly account: string;
  readonly amount: MicroUsd;
  /** As the bank states it. */
  readonly reference: string;
}

const LONGEST = 140;

/**
 * A recorded payment. References that differ only in spaces or in the case of letters are the same: a statement is often
 * typed off twice.
 */
export function recordPayment({
  account,
  amount,
  reference,
}: ManualPayment): PaymentNotice | { readonly refusal: "reference_invalid" | "amount_invalid" } {
  const name = reference.normalize("NFKC").replaceAll(/\s+/gu, " ").trim().toLowerCase();
  if (name === "" || name.length > LONGEST || /\p{C}/u.test(name)) {
    return { refusal: "reference_invalid" };
  }
  if (amount <= 0n) return { refusal: "amount_invalid" };
  return { kind: "paid", reference: `manual:${name}`, account, amount };
}
