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
 *
 * A mixture counts the evidence of the next shorter horizon beside its own: that comes in earlier, and who is
 * good at a week ahead is seldom bad at two.
 */
export class Mixture {
  readonly #experts: number;
  /** The shorter horizon's own, which go on changing; zeros for the shortest. */
  readonly #shorterRegret: Float64Array;
  readonly #shorterSquares: Float64Array;
  readonly #weights = new Float64Array(LEVELS);
  /** Forecasts by slot, expert and quantile. Experts write their quantiles here. */
  readonly forecasts: Float64Array;
  /** The combination by slot and quantile, ascending. */
  readonly combined: Float64Array;
  readonly #awake: Uint8Array;
  readonly #regret: Float64Array;
  readonly #squares: Float64Array;

  /** @param shorter the mixture of the same experts for the next shorter horizon; null for the shortest */
  constructor(experts: number, horizon: number, shorter: Mixture | null) {
    this.#experts = experts;
    const none = new Float64Array(experts * LEVELS);
    this.#shorterRegret = shorter === null ? none : shorter.#regret;
    this.#shorterSquares = shorter === null ? none : shorter.#squares;
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
    this.combined.fill(0, at, at + LEVELS);
    this.#weights.fill(0);
    for (let expert = 0; expert < this.#experts; expert += 1) {
      if (this.#awake[slot * this.#experts + expert] === 1) this.#add(slot, expert);
    }
    for (let j = 0; j < LEVELS; j += 1) {
      this.combined[at + j] = share(this.combined[at + j]! / this.#weights[j]!);
    }
    sortStretch(this.combined, at, at + LEVELS);
  }

  #add(slot: number, expert: number): void {
    const from = this.offset(slot, expert);
    for (let j = 0; j < LEVELS; j += 1) {
      const at = expert * LEVELS + j;
      const regret = this.#regret[at]! + this.#shorterRegret[at]!;
      const squares = this.#squares[at]! + this.#shorterSquares[at]!;
      const weight = Math.max(regret, LEAST_REGRET) / (PRIOR_SQUARES + squares);
      this.#weights[j]! += weight;
      this.combined[slot * LEVELS + j]! += weight * this.forecasts[from + j]!;
    }
  }
}
