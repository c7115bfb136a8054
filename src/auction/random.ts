/**
 * A small generator of pseudo-random numbers: xorshift32 (Marsaglia, "Xorshift RNGs", 2003). The search draws
 * from it in a fixed order, so one seed gives one answer on every machine.
 */
export class Xorshift {
  #state: number;

  constructor(seed: number) {
    // Zero is the one state that xorshift never leaves, and small seeds begin alike: both are stirred away.
    this.#state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) | 1;
    for (let turn = 0; turn < 8; turn += 1) this.below(2);
  }

  /** A whole number in `[0, bound)`; `bound` is at least 1 and far below 2^32, so that the bias is nothing here. */
  below(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % bound;
  }
}
