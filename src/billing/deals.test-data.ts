import type { Contract } from "../contracts/contract.ts";
import type { ContractDraft } from "../recall/recall.test-data.ts";
import { at, contractOf } from "../recall/recall.test-data.ts";
import type { MicroUsdPerGpuHour } from "../units.ts";
import { gpuMs, microUsdPerGpuHour, MINUTE_MS, ppm } from "../units.ts";
import type { Deal, PurchaseTerms } from "./deal.ts";
import { soldDeal } from "./deal.ts";
import type { Reading } from "./meter.ts";

/** A price at which a GPU-minute is no whole number of micro-dollars; 19 % tax, a fee of 2 %. */
export const TERMS: PurchaseTerms = {
  price: microUsdPerGpuHour(1_000_001n),
  taxRate: ppm(190_000),
  feeRate: ppm(20_000),
};

export function termsAt(price: bigint, terms: Partial<PurchaseTerms> = {}): PurchaseTerms {
  return { ...TERMS, price: microUsdPerGpuHour(price), ...terms };
}

export function heldByOf(holder: string, draft: ContractDraft): Contract {
  return { ...contractOf(draft), holder };
}

/** Eight GPUs through minutes 0 to 240 that "buyer" has bought from pool p as contract "c". */
export function dealOf(terms: PurchaseTerms = TERMS, draft: Partial<ContractDraft> = {}): Deal {
  const contract = heldByOf("buyer", { id: "c", price: terms.price, ...draft });
  return soldDeal(contract, { ...terms, cancellationRate: ppm(200_000) });
}

/** Of contract c, in minutes; GPU-minutes. */
export function readingOf(from: number, to: number, gpuMinutes: number): Reading {
  const delivered = gpuMs(Math.round(gpuMinutes * MINUTE_MS));
  return { contract: "c", from: at(from), to: at(to), gpuMs: delivered };
}

/** The floor of a price, by plain arithmetic. */
export function costOf(price: MicroUsdPerGpuHour, delivered: number): bigint {
  return (price * BigInt(delivered)) / 3_600_000n;
}
