import type { EpochMs, MicroUsd } from "../units.ts";

/**
 * An account of the ledger, named from its class downwards with colons, as plain-text accounting does:
 * `liabilities:customers:acme:credit`. {@link ./chart.ts} makes the names.
 */
export type LedgerAccount = string;

/**
 * Why money moved:
 * - `deposit`, `payout`: between a customer's credit and the cash that backs it; `reversal`: a deposit that was taken back;
 * - `hold`, `release`: between a customer's credit and what is held for what they may still have to pay;
 * - `usage`: from what is held to whoever sold, for GPU-time delivered; `fee`, `tax`: their parts that belong to others;
 * - `cancellation`: from what is held to whoever sold, for what a holder gave up;
 * - `compensation`: for a recall; `breach_credit`: for a promise broken; `sla_credit`: for GPUs that failed;
 * - `correction`: of usage that was metered wrongly; `goodwill`: given by the owner.
 */
export type TransferKind =
  | "deposit"
  | "payout"
  | "reversal"
  | "hold"
  | "release"
  | "usage"
  | "fee"
  | "tax"
  | "cancellation"
  | "compensation"
  | "breach_credit"
  | "sla_credit"
  | "correction"
  | "goodwill";

/** Money moves from what is credited to what is debited; one transfer always sums to zero. */
export interface Transfer {
  readonly kind: TransferKind;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  /** More than nothing. */
  readonly amount: MicroUsd;
  /** What it is for: the id of an order, contract, deposit or auction. */
  readonly subject: string;
}

/** Transfers that stand or fall together, numbered through the ledger from 1. */
export interface LedgerTransaction {
  readonly id: number;
  readonly at: EpochMs;
  readonly transfers: readonly Transfer[];
}
