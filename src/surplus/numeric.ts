/**
 * e^x by repeated squaring of 1 + x ÷ 4096: multiplications alone, so the same bits on every machine, which
 * Math.exp does not promise. Relative error x² ÷ 8192: enough for a factor that feedback corrects anyway.
 */
export function exponential(x: number): number {
  let power = 1 + x / 4096;
  for (let i = 0; i < 12; i += 1) power *= power;
  return power;
}

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
