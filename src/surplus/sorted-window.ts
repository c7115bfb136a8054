import { assert } from "../units.ts";

/**
 * The latest `length` values in order of size, for their quantiles. NaN takes its turn in the window but no
 * part in the quantiles, so that a window of hours stays a window of hours across an outage.
 */
export class SortedWindow {
  readonly #arrivals: Float64Array;
  readonly #sorted: Float64Array;
  #size = 0;
  #next = 0;

  constructor(length: number) {
    this.#arrivals = new Float64Array(length).fill(Number.NaN);
    this.#sorted = new Float64Array(length);
  }

  /** How many values the quantiles stand on. */
  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    const oldest = this.#arrivals[this.#next]!;
    this.#arrivals[this.#next] = value;
    this.#next = this.#next + 1 === this.#arrivals.length ? 0 : this.#next + 1;
    if (!Number.isNaN(oldest)) this.#remove(oldest);
    if (!Number.isNaN(value)) this.#insert(value);
  }

  /** The quantile at `level` in [0, 1], linear between order statistics. The window must not be empty. */
  quantile(level: number): number {
    assert(this.#size > 0, "an empty window has no quantile");
    const at = level * (this.#size - 1);
    const below = Math.floor(at);
    const low = this.#sorted[below]!;
    if (below + 1 >= this.#size) return low;
    return low + (at - below) * (this.#sorted[below + 1]! - low);
  }

  #indexOf(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #remove(value: number): void {
    const at = this.#indexOf(value);
    this.#sorted.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
  }

  #insert(value: number): void {
    const at = this.#indexOf(value);
    this.#sorted.copyWithin(at + 1, at, this.#size);
    this.#sorted[at] = value;
    this.#size += 1;
  }
}
