import type { ReliabilityRow } from "./report.ts";
import type { EndedContract } from "./scorecard.ts";

const DECILES = 10;
/** Two-sided 95 % of a normal distribution. */
const Z_95 = 1.96;

export interface RecallRate {
  /** Recalled lots ÷ lots; null without lots. */
  readonly real: number | null;
  /** Lot-weighted mean of the chance stated at the sale. */
  readonly stated: number | null;
  /** 95 % interval of `real`; contracts that began on one day share their fate, so days are what is counted. */
  readonly interval: readonly [number, number] | null;
}

export function recallRate(contracts: readonly EndedContract[]): RecallRate {
  const lots = contracts.reduce((sum, contract) => sum + contract.lots, 0);
  if (lots === 0) return { real: null, stated: null, interval: null };
  const recalled = contracts.reduce((sum, contract) => sum + contract.recalledLots, 0);
  const stated = contracts.reduce((sum, contract) => sum + contract.stated * contract.lots, 0);
  const real = recalled / lots;
  return { real, stated: stated / lots, interval: intervalOf(contracts, real, lots) };
}

/** Linearised ratio estimate over clusters of days (Cochran, Sampling Techniques, 3rd ed., §9A). */
function intervalOf(
  contracts: readonly EndedContract[],
  rate: number,
  lots: number,
): readonly [number, number] | null {
  const residuals = new Map<number, number>();
  for (const { startDay, recalledLots, lots: size } of contracts) {
    residuals.set(startDay, (residuals.get(startDay) ?? 0) + recalledLots - rate * size);
  }
  const days = residuals.size;
  if (days < 2) return null;
  const squares = [...residuals.values()].reduce((sum, residual) => sum + residual * residual, 0);
  const half = (Z_95 * Math.sqrt((squares * days) / (days - 1))) / lots;
  return [Math.max(0, rate - half), Math.min(1, rate + half)];
}

export function startDays(contracts: readonly EndedContract[]): number {
  return new Set(contracts.map((contract) => contract.startDay)).size;
}

/** Stated against real, by decile of the stated chance: [0, 0.1), … [0.9, 1]. */
export function reliability(contracts: readonly EndedContract[]): ReliabilityRow[] {
  return Array.from({ length: DECILES }, (_, decile) => {
    const within = contracts.filter(({ stated }) => decileOf(stated) === decile);
    const { real, stated } = recallRate(within);
    return {
      stated_from: decile / DECILES,
      stated_to: (decile + 1) / DECILES,
      lots: within.reduce((sum, contract) => sum + contract.lots, 0),
      stated,
      recalled: real,
    };
  });
}

function decileOf(chance: number): number {
  return Math.min(DECILES - 1, Math.floor(chance * DECILES));
}
