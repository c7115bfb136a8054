import type { EpochMs, Gpus, MicroUsd, Ppm } from "../units.ts";
import { NO_MONEY, subMoney } from "../units.ts";
import type { Role, Scope } from "./roles.ts";

/** The one account that owns the cluster; every other buys. */
export const OWNER = "owner";

/** Prepaid: credit never below nothing. Postpaid: down to minus the limit. */
export type Payment =
  | { readonly kind: "prepaid" }
  | { readonly kind: "postpaid"; readonly limit: MicroUsd };

/** Active, or closed: a closed account buys and sells nothing; what it holds runs its course. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: "active" | "closed";
  readonly payment: Payment;
  readonly taxRate: Ppm;
  /** Most GPUs that it may hold and have on order at one time; null: no limit of its own. */
  readonly maxGpus: Gpus | null;
  /** SKUs that it may buy; null: all. */
  readonly skus: readonly string[] | null;
  /** Version of the owner's terms that it has accepted, and when; null: none. */
  readonly accepted: { readonly version: string; readonly at: EpochMs } | null;
  readonly created: EpochMs;
}

export interface Member {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** Of a key only its hash is kept. Live until it expires or is revoked. */
export interface ApiKey {
  readonly id: string;
  readonly account: string;
  readonly member: string;
  readonly name: string;
  /** SHA-256 of the whole key, in hexadecimal digits. */
  readonly hash: string;
  /** The key's first characters, by which its owner recognises it. */
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly created: EpochMs;
  readonly expires: EpochMs | null;
  readonly revoked: EpochMs | null;
}

/** Lowest that the account's credit may come to. */
export function creditFloor(account: Account): MicroUsd {
  return account.payment.kind === "prepaid" ? NO_MONEY : subMoney(NO_MONEY, account.payment.limit);
}
