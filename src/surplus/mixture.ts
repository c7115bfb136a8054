import { share, sortStretch } from "./numeric.ts";
import { QUANTILES } from "./quantiles.ts";

const LEVELS = QUANTILES.length;
/** What an expert weighs that has done no better than the mixture: little, but it can come back. */
const LEAST_REGRET = 1e-12;
/** Squared regret (shares of capacity) that an expert is credited with before it has shown any. */
const PRIOR_SQUARES = 0.01;

/**
 * A convex combination of experts for each quantile by itself, learned online from the pinball loss, as late
 * as outcomes come in. The rule is ML-Poly with linearised losses (Gaillard, Stoltz and van Erven, "A
 * second-order bound with excess losses", COLT 2014): weights in proportion to the positive part of the
 * regret towards the expert, divided by its accumulated squares. It has no rate to tune. Experts may sleep:
 * who sleeps in a forecast neither weighs nor learns in it.
 */
export class Mixture {
  readonly #experts: number;
  /** Forecasts by slot, expert and quantile. Experts write their quantiles here. */
  readonly forecasts: Float64Array;
  /** The combination by slot and quantile, ascending. */
  readonly combined: Float64Array;
  readonly #awake: Uint8Array;
  readonly #regret: Float64Array;
  readonly #squares: Float64Array;

  constructor(experts: number, horizon: number) {
    this.#experts = experts;
    this.forecasts = new Float64Array(horizon * experts * LEVELS);
    this.combined = new Float64Array(horizon * LEVELS);
    this.#awake = new Uint8Array(horizon * experts);
    this.#regret = new Float64Array(experts * LEVELS);
    this.#squares = new Float64Array(experts * LEVELS);
  }

  /** Where in `forecasts` an expert's quantiles of a slot begin. */
  offset(slot: number, expert: number): number {
    return (slot * this.#experts + expert) * LEVELS;
  }

  setAwake(slot: number, expert: number, awake: boolean): void {
    this.#awake[slot * this.#experts + expert] = awake ? 1 : 0;
  }

  learn(slot: number, outcome: number): void {
    for (let expert = 0; expert < this.#experts; expert += 1) {
      if (this.#awake[slot * this.#experts + expert] === 0) continue;
      const from = this.offset(slot, expert);
      for (let j = 0; j < LEVELS; j += 1) {
        const combined = this.combined[slot * LEVELS + j]!;
        const gradient = (outcome <= combined ? 1 : 0) - QUANTILES[j]!;
        const regret = gradient * (combined - this.forecasts[from + j]!);
        this.#regret[expert * LEVELS + j]! += regret;
        this.#squares[expert * LEVELS + j]! += regret * regret;
      }
    }
  }

  /** Combines what the experts that are awake have written to `slot`; there is at least one. */
  combine(slot: number): void {
    const at = slot * LEVELS;
    for (let j = 0; j < LEVELS; j += 1) this.combined[at + j] = share(this.#weighted(slot, j));
    sortStretch(this.combined, at, at + LEVELS);
  }

  #weighted(slot: number, j: number): number {
    let sum = 0;
    let weights = 0;
    for (let expert = 0; expert < this.#experts; expert += 1) {
      if (this.#awake[slot * this.#experts + expert] === 0) continue;
      const at = expert * LEVELS + j;
      const weight =
        Math.max(this.#regret[at]!, LEAST_REGRET) / (PRIOR_SQUARES + this.#squares[at]!);
      weights += weight;
      sum += weight * this.forecasts[this.offset(slot, expert) + j]!;
    }
    return sum / weights;
  }
}
