import type { LedgerAccount } from "../ledger/transfer.ts";
import type { EpochMs, GpuMs, MicroUsd } from "../units.ts";

/** A transfer as it stands in the ledger. */
export interface PostedEntry {
  readonly transaction: number;
  /** Place in the transaction, from 0. */
  readonly leg: number;
  readonly at: EpochMs;
  readonly kind: string;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amount: MicroUsd;
  readonly subject: string;
}

/** A reading of a contract's meter that was billed. */
export interface BilledReading {
  /** Of the event in the journal. */
  readonly sequence: number;
  /** When it was billed, which may be long after the delivery. */
  readonly at: EpochMs;
  readonly contract: string;
  readonly gpuMs: GpuMs;
}
