import type { EpochMs } from "../units.ts";
import type { Amount } from "./amount.ts";

/**
 * What stands on a sheet of paper, whether it is drawn as a page or as a PDF: both show the same words and figures in
 * the same order.
 */
export interface Sheet {
  /** `Invoice`, `Credit note`. */
  readonly title: string;
  readonly number: string;
  readonly issued: EpochMs;
  readonly seller: Party;
  readonly customer: Party;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** The one figure that the reader looks for. */
  readonly headline: { readonly label: string; readonly amount: Amount; readonly note: string };
  readonly tables: readonly SheetTable[];
  readonly totals: readonly SheetTotal[];
  readonly statements: readonly SheetStatement[];
  readonly remarks: readonly string[];
}

export interface Party {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface SheetTable {
  readonly title: string;
  readonly rows: readonly SheetRow[];
}

export interface SheetRow {
  readonly what: string;
  /** Smaller, below. */
  readonly details: readonly string[];
  /** GPU-hours. */
  readonly quantity: Amount | null;
  readonly price: Amount | null;
  readonly amount: Amount;
}

export interface SheetTotal {
  readonly label: string;
  readonly amount: Amount;
  readonly isStrong: boolean;
}

export interface SheetStatement {
  readonly title: string;
  readonly rows: readonly SheetTotal[];
}
