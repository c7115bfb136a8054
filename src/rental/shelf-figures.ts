import type { GpuMs, MicroUsd, MicroUsdPerGpuHour, Ppm } from "../units.ts";
import {
  charge,
  gpuMs,
  HOUR_MS,
  microUsdPerGpuHour,
  mulDiv,
  NO_MONEY,
  ONE_PPM,
  ppm,
  shareOf,
  subMoney,
} from "../units.ts";

/** What a shelf's figures are made of. */
export interface ShelfBooks {
  /** GPU-time of the contract when it was put on the shelf, and of the slices sold since. */
  readonly whole: GpuMs;
  readonly sold: GpuMs;
  /** GPU-time that is neither sold nor over. */
  readonly rest: GpuMs;
  /** What the holder pays a GPU-hour. */
  readonly costPrice: MicroUsdPerGpuHour;
  /** What buyers pay for the slices, and the market's part of it. */
  readonly income: MicroUsd;
  readonly fees: MicroUsd;
  /** The market's share of what else is sold. */
  readonly feeRate: Ppm;
}

export interface ShelfFigures {
  /** Of the whole contract, sold or not; rounded up. */
  readonly cost: MicroUsd;
  /** Income less fees less cost. */
  readonly margin: MicroUsd;
  /** Sold GPU-hours of all GPU-hours; rounded down. */
  readonly utilisation: Ppm;
  /**
   * Lowest price of a GPU-hour at which selling all of the rest makes the margin no less than nothing; rounded up. 0:
   * it is so already; null: nothing is left that could.
   */
  readonly breakEven: MicroUsdPerGpuHour | null;
}

/** By what was sold, not by what was delivered: recalls and failures are credited on their own. */
export function shelfFigures(books: ShelfBooks): ShelfFigures {
  const { sold, costPrice, income, fees } = books;
  // A recall that was pending when it was put there may have been withdrawn since.
  const whole = gpuMs(Math.max(books.whole, sold + books.rest));
  const cost = charge(costPrice, whole, "ceil");
  const margin = subMoney(subMoney(income, fees), cost);
  const utilisation =
    whole === 0 ? 0 : mulDiv(BigInt(sold), BigInt(ONE_PPM), BigInt(whole), "floor");
  return {
    cost,
    margin,
    utilisation: ppm(Number(utilisation)),
    breakEven: breakEven(books, margin),
  };
}

/** `p × rest × (1 − fee) ≥ −margin`, solved for `p`; the fee is rounded down, so that what is kept is rounded up. */
function breakEven({ rest, feeRate }: ShelfBooks, margin: MicroUsd): MicroUsdPerGpuHour | null {
  if (margin >= 0n) return microUsdPerGpuHour(0n);
  const kept = BigInt(ONE_PPM - feeRate);
  if (rest === 0 || kept === 0n) return null;
  const missing = subMoney(NO_MONEY, margin);
  // One more micro-dollar, for what buyers pay is rounded down.
  const income = mulDiv(missing, BigInt(ONE_PPM), kept, "ceil") + 1n;
  return microUsdPerGpuHour(mulDiv(income, BigInt(HOUR_MS), BigInt(rest), "ceil"));
}

/** What a slice of so much GPU-time brings, and what the market keeps of it; as it is billed. */
export function sliceIncome(
  price: MicroUsdPerGpuHour,
  amount: GpuMs,
  feeRate: Ppm,
): { readonly income: MicroUsd; readonly fee: MicroUsd } {
  const income = charge(price, amount, "floor");
  return { income, fee: shareOf(income, feeRate, "floor") };
}
