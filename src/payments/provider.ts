import type { MicroUsd } from "../units.ts";

/**
 * What came of a payment outside. References are the provider's own and never change, so that each is booked once,
 * however often it is told:
 * - `paid`: money has come in for an account: a deposit;
 * - `failed`: it was tried, and none has come;
 * - `taken_back`: of the deposit with the reference `of`, by a refund or a dispute: a reversal;
 * - `given_back`: what was taken back under the reference `of` has come back: the refund failed, the dispute was won.
 */
export type PaymentNotice =
  | {
      readonly kind: "paid" | "failed";
      readonly reference: string;
      readonly account: string;
      readonly amount: MicroUsd;
    }
  | {
      readonly kind: "taken_back" | "given_back";
      readonly reference: string;
      readonly of: string;
      /** Reference of the payment that all of it began with. */
      readonly payment: string;
      readonly amount: MicroUsd;
    };

/**
 * Why a message is not believed, the first that is true:
 * - `signature_missing`, `signature_invalid`; `signature_stale`: right, and too old: a replay;
 * - `event_unreadable`: signed, and not what the provider documents;
 * - `currency_not_usd`, `amount_invalid`: of something that concerns this installation.
 */
export type MessageRefusal =
  | "signature_missing"
  | "signature_invalid"
  | "signature_stale"
  | "event_unreadable"
  | "currency_not_usd"
  | "amount_invalid";

/** `ignored` says why there is nothing to book. */
export type Heard =
  | { readonly notice: PaymentNotice }
  | { readonly ignored: string }
  | { readonly refusal: MessageRefusal };

export interface Checkout {
  readonly account: string;
  readonly amount: MicroUsd;
  /** Where the payer's browser goes afterwards. */
  readonly successUrl: string;
  readonly cancelUrl: string;
  /** The same key opens one checkout, however often it is sent. */
  readonly idempotencyKey: string;
}

export type CheckoutRefusal = "amount_not_in_cents" | "amount_too_small" | "amount_too_large";

/** A means of payment. Its name is the means that the ledger's cash account is named after. */
export interface PaymentProvider {
  readonly name: string;
  /** @throws where the provider cannot be reached or refuses, without any secret in the error */
  readonly createCheckout?: (
    checkout: Checkout,
  ) => Promise<
    { readonly id: string; readonly url: string } | { readonly refusal: CheckoutRefusal }
  >;
  /** @param body exactly as it was received, since the signature is on its bytes */
  readonly parseEvent?: (body: string | Uint8Array, signature: string | null) => Heard;
  /**
   * Whether this installation has asked for the payment of that reference; others may use the same account with the
   * provider. @throws where the provider cannot be reached
   */
  readonly isOurs?: (payment: string) => Promise<boolean>;
}
