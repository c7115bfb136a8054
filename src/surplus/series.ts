/**
 * A series of hourly values that only grows, with sums that make any trailing mean cheap. NaN is an hour
 * without a reading (an outage).
 */
export class HourlySeries {
  #values = new Float64Array(1024);
  #sums = new Float64Array(1025);
  #counts = new Int32Array(1025);
  #length = 0;
  #last = Number.NaN;

  get length(): number {
    return this.#length;
  }

  /** The latest reading; NaN before the first. */
  get last(): number {
    return this.#last;
  }

  push(value: number): void {
    const at = this.#length;
    if (at === this.#values.length) this.#grow();
    const read = !Number.isNaN(value);
    this.#values[at] = value;
    this.#sums[at + 1] = this.#sums[at]! + (read ? value : 0);
    this.#counts[at + 1] = this.#counts[at]! + (read ? 1 : 0);
    this.#length = at + 1;
    if (read) this.#last = value;
  }

  /** The value of hour `index`; NaN where there is none. */
  at(index: number): number {
    return index < 0 || index >= this.#length ? Number.NaN : this.#values[index]!;
  }

  /** How many of the latest `hours` have a reading. */
  readings(hours: number): number {
    return this.#counts[this.#length]! - this.#counts[Math.max(0, this.#length - hours)]!;
  }

  /** Mean of the readings of the latest `hours`, or of as many as there are; NaN without any. */
  trailingMean(hours: number): number {
    const from = Math.max(0, this.#length - hours);
    const count = this.#counts[this.#length]! - this.#counts[from]!;
    return count === 0 ? Number.NaN : (this.#sums[this.#length]! - this.#sums[from]!) / count;
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2);
    const sums = new Float64Array(values.length + 1);
    const counts = new Int32Array(values.length + 1);
    values.set(this.#values);
    sums.set(this.#sums);
    counts.set(this.#counts);
    [this.#values, this.#sums, this.#counts] = [values, sums, counts];
  }
}
