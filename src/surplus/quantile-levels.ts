import { QUANTILES } from "./quantiles.ts";

/** The value at `level` (0 to 1), straight between the known quantiles and held beyond them. */
export function quantileAt(values: Float64Array, level: number): number {
  const above = QUANTILES.findIndex((known) => known >= level);
  if (above < 0) return values.at(-1) ?? 1;
  const upper = QUANTILES[above] ?? 1;
  if (above === 0 || upper === level) return values[above] ?? 1;
  const lower = QUANTILES[above - 1] ?? 0;
  return between(values[above - 1] ?? 0, values[above] ?? 1, (level - lower) / (upper - lower));
}

/** The chance of a value at most `value`: straight between the known quantiles, half the last tail beyond them. */
export function levelOf(values: Float64Array, value: number): number {
  const above = values.findIndex((known) => known > value);
  if (above < 0) return (1 + (QUANTILES.at(-1) ?? 1)) / 2;
  if (above === 0) return (QUANTILES[0] ?? 0) / 2;
  const [low, high] = [values[above - 1] ?? 0, values[above] ?? 1];
  return between(QUANTILES[above - 1] ?? 0, QUANTILES[above] ?? 1, (value - low) / (high - low));
}

function between(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}
