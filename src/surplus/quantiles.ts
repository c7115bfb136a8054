import { assert } from "../units.ts";

/** Levels of the forecast quantiles: .05 … .95 in steps of .05, and three further into each tail. */
export const QUANTILES: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7,
  0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 0.995,
];

/** Position in {@link QUANTILES} of a level that is one of them. */
export function quantileIndex(level: number): number {
  const index = QUANTILES.indexOf(level);
  assert(index >= 0, `${level} is not among the forecast quantiles`);
  return index;
}

/**
 * Chance that a share of capacity does not exceed `value`, read from its quantiles: linear between them, and
 * beyond them to 0 at share 0 and to 1 at share 1, which demand never leaves. Where several quantiles are
 * equal (demand stands at capacity, or at nothing), the highest of them counts.
 *
 * @param quantiles at {@link QUANTILES}, non-decreasing, in [0, 1]
 */
export function chanceAtMost(quantiles: Float64Array, value: number): number {
  if (value < 0) return 0;
  if (value >= 1) return 1;
  let above = 0;
  while (above < quantiles.length && quantiles[above]! <= value) above += 1;
  const lowValue = above === 0 ? 0 : quantiles[above - 1]!;
  const lowLevel = above === 0 ? 0 : QUANTILES[above - 1]!;
  const highValue = above === quantiles.length ? 1 : quantiles[above]!;
  const highLevel = above === quantiles.length ? 1 : QUANTILES[above]!;
  return lowLevel + ((value - lowValue) / (highValue - lowValue)) * (highLevel - lowLevel);
}

/** The share of capacity at `level` (0 to 1): straight between the known quantiles, and beyond them to 0 and to 1. */
export function quantileAt(values: Float64Array, level: number): number {
  const found = QUANTILES.findIndex((known) => known >= level);
  const above = found < 0 ? QUANTILES.length : found;
  const [lower, upper] = [QUANTILES[above - 1] ?? 0, QUANTILES[above] ?? 1];
  return between(values[above - 1] ?? 0, values[above] ?? 1, (level - lower) / (upper - lower));
}

function between(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}
