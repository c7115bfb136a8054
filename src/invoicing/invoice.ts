import type { LedgerAccount } from "../ledger/transfer.ts";
import type {
  EpochMs,
  GpuMs,
  Gpus,
  MicroUsd,
  MicroUsdPerGpuHour,
  Notice,
  Ppm,
  Window,
} from "../units.ts";
import type { NumberRun } from "./number-runs.ts";

/** Whom an invoice is for, as they were when it was made. */
export interface InvoiceCustomer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly taxRate: Ppm;
}

/** A contract as an invoice describes it. */
export interface ContractSummary {
  readonly contract: string;
  readonly sku: string;
  readonly gpus: Gpus;
  readonly window: Window;
  readonly notice: Notice;
}

/** On what terms the customer pays for a contract's usage to one payee. */
export interface Purchase {
  readonly contract: string;
  /** The ledger account that its usage is credited to: a pool's revenue, or what is payable to a reseller. */
  readonly payee: LedgerAccount;
  readonly price: MicroUsdPerGpuHour;
  readonly taxRate: Ppm;
  /** Share of what the payee receives that is the market's. */
  readonly feeRate: Ppm;
}

export type ChargeKind = "usage" | "cancellation" | "fee";
export type CreditKind =
  | "compensation"
  | "breach_credit"
  | "sla_credit"
  | "correction"
  | "goodwill";

/** What a line stands on. */
export interface Trace {
  /** Numbers of the ledger's transactions. */
  readonly transactions: readonly NumberRun[];
  /** Sequence numbers of the journal's events that posted them, and of the readings behind usage. */
  readonly events: readonly NumberRun[];
  readonly readings: readonly NumberRun[];
}

/** Everything of one kind that was posted in the period for one thing. */
export interface InvoiceLine {
  readonly kind: ChargeKind | CreditKind;
  /** The id of a contract; of a credit, whatever it was given for. */
  readonly subject: string;
  /** Null where the subject is no contract. */
  readonly contract: ContractSummary | null;
  /** Delivered; null for what is not usage. */
  readonly gpuMs: GpuMs | null;
  /** Of usage; null where the contract was bought more than once at different prices. */
  readonly price: MicroUsdPerGpuHour | null;
  /** Of a charge, what is to be paid; of a credit, what is given. Never negative, without tax. */
  readonly amount: MicroUsd;
  /** Null: not taxed. */
  readonly taxRate: Ppm | null;
  readonly tax: MicroUsd;
  /** Share of it that the market took of the payee; null: it took nothing. */
  readonly feeRate: Ppm | null;
  /** The customer's ledger account that was debited, or credited, and the account on the other side. */
  readonly own: LedgerAccount;
  readonly other: LedgerAccount;
  readonly trace: Trace;
}

export interface TaxLine {
  readonly rate: Ppm;
  readonly taxable: MicroUsd;
  /** As posted: the floor of each contract's cumulative tax, so at most a micro-dollar a contract below the rate. */
  readonly amount: MicroUsd;
}

/** What moved a balance in the period, by kind; what goes out is negative. `credit_note`: posted by credit notes. */
export interface Movement {
  readonly kind: string;
  readonly amount: MicroUsd;
}

export interface Statement {
  readonly opening: MicroUsd;
  readonly movements: readonly Movement[];
  readonly closing: MicroUsd;
}

/** An invoice that has no number yet. `total = subtotal + tax − credits`; all in micro-dollars, exact. */
export interface InvoiceDraft {
  readonly customer: InvoiceCustomer;
  /** What was posted in it, whenever it was delivered: a late reading belongs to the period that hears of it. */
  readonly period: Window;
  /** Charges, then credits; each in the order of its first entry. */
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly TaxLine[];
  readonly subtotal: MicroUsd;
  readonly tax: MicroUsd;
  readonly credits: MicroUsd;
  /** Negative where more was credited than charged. */
  readonly total: MicroUsd;
  /** Charges that were kept back from what the customer earned as a reseller. */
  readonly fromEarnings: MicroUsd;
  /** The customer's money here: free and held. */
  readonly balance: Statement;
  /** What the customer earned as a reseller and has not been paid. */
  readonly earnings: Statement;
}

export interface Invoice extends InvoiceDraft {
  readonly kind: "invoice";
  readonly number: string;
  readonly issued: EpochMs;
  readonly payBy: EpochMs;
  /** What was still to be paid when it was issued, after prepaid credit: at least 0. */
  readonly due: MicroUsd;
}

/** Part of an invoice's line that is taken back. */
export interface CreditNoteLine {
  /** Place among the invoice's lines, from 0. */
  readonly line: number;
  readonly kind: ChargeKind;
  readonly subject: string;
  readonly amount: MicroUsd;
  readonly taxRate: Ppm | null;
  readonly tax: MicroUsd;
  readonly own: LedgerAccount;
  readonly other: LedgerAccount;
}

/** Corrects an invoice that was issued: the invoice itself never changes. */
export interface CreditNote {
  readonly kind: "credit_note";
  readonly number: string;
  readonly issued: EpochMs;
  readonly customer: InvoiceCustomer;
  /** Number of the invoice that it corrects. */
  readonly invoice: string;
  readonly reason: string;
  readonly lines: readonly CreditNoteLine[];
  readonly taxes: readonly TaxLine[];
  readonly subtotal: MicroUsd;
  readonly tax: MicroUsd;
  readonly total: MicroUsd;
}

export function isCharge(kind: string): kind is ChargeKind {
  return kind === "usage" || kind === "cancellation" || kind === "fee";
}
