/**
 * A share of capacity, in [0, 1]. What misses a bound by rounding alone is put on it: an interval that ends
 * at capacity must contain a cluster that is full.
 */
export function share(value: number): number {
  if (value < 1e-9) return 0;
  return value > 1 - 1e-9 ? 1 : value;
}

/** Sorts `values[from, to)` by insertion: quantiles are nearly in order before they are made so. */
export function sortStretch(values: Float64Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i += 1) {
    const value = values[i]!;
    let at = i - 1;
    while (at >= from && values[at]! > value) {
      values[at + 1] = values[at]!;
      at -= 1;
    }
    values[at + 1] = value;
  }
}
