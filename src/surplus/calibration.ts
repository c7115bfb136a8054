import { exp } from "../elementary.ts";
import { share, sortStretch } from "./numeric.ts";
import { quantileIndex, QUANTILES } from "./quantiles.ts";

const LEVELS = QUANTILES.length;
const LOW = quantileIndex(0.05);
const MEDIAN = quantileIndex(0.5);
const HIGH = quantileIndex(0.95);
/**
 * Change of a tail's stretch (a logarithm) for each missed outcome. Beyond a week ahead less, as outcomes of
 * origins closer together than the horizon are nearly one outcome, and feedback that is later must be gentler.
 */
const RATE = 0.01;
const FULL_RATE_HOURS = 168;
/** Tails are stretched to at most e³ times their distance from the median and shrunk to no less than e^−0.3. */
const MOST = 3;
const LEAST = -0.3;
/** A distance from the median that even a degenerate forecast is given, so that there is something to stretch. */
const LEAST_DISTANCE = 0.005;
const FOUR_WEEKS = 28 * 24;
/** Stretch at first of .05 and .95 at a horizon of four weeks: as long as residuals are remembered. */
const FIRST_STRETCH = 1;

/**
 * The longer the horizon, the fewer of the remembered residuals are independent, and the further out a tail,
 * the fewer of them lie beyond it: so much less of its width can be known before feedback tells.
 */
function firstStretch(level: number, horizon: number): number {
  const rarity = 0.05 / Math.min(level, 1 - level);
  return Math.min(MOST, FIRST_STRETCH * (horizon / FOUR_WEEKS) * Math.max(1, rarity));
}

/**
 * Holds the tails (.05, .95 and beyond) to their levels while the level drifts: each tail is stretched away
 * from the median by a factor that grows with every outcome beyond it and shrinks with every one within, as
 * adaptive conformal inference does (Gibbs and Candès, NeurIPS 2021). Over any long time the share of
 * outcomes beyond a tail is its level, but for the bounds. Outcomes teach nothing where the raw quantile is
 * at the bound of what demand can be: there nothing can lie beyond it.
 */
export class TailCorrection {
  readonly #rate: number;
  readonly #stretch: Float64Array;
  /** The corrected forecast by slot and quantile, ascending. */
  readonly corrected: Float64Array;

  constructor(horizon: number) {
    this.#rate = RATE * Math.min(1, FULL_RATE_HOURS / horizon);
    this.corrected = new Float64Array(horizon * LEVELS);
    this.#stretch = Float64Array.from(QUANTILES, (level) => firstStretch(level, horizon));
  }

  learn(slot: number, raw: Float64Array, outcome: number): void {
    const at = slot * LEVELS;
    for (let j = 0; j <= LOW; j += 1) {
      if (raw[at + j]! > 0) this.#move(j, outcome < this.corrected[at + j]!, QUANTILES[j]!);
    }
    for (let j = HIGH; j < LEVELS; j += 1) {
      if (raw[at + j]! < 1) this.#move(j, outcome > this.corrected[at + j]!, 1 - QUANTILES[j]!);
    }
  }

  correct(slot: number, raw: Float64Array): void {
    const at = slot * LEVELS;
    const median = raw[at + MEDIAN]!;
    for (let j = 0; j < LEVELS; j += 1) {
      const value = raw[at + j]!;
      if (j > LOW && j < HIGH) this.corrected[at + j] = value;
      else this.corrected[at + j] = share(value + this.#shift(j, value - median));
    }
    sortStretch(this.corrected, at, at + LEVELS);
  }

  #move(j: number, beyond: boolean, level: number): void {
    const stretch = this.#stretch[j]! + this.#rate * ((beyond ? 1 : 0) - level);
    this.#stretch[j] = Math.min(MOST, Math.max(LEAST, stretch));
  }

  #shift(j: number, distance: number): number {
    const least = j <= LOW ? -LEAST_DISTANCE : LEAST_DISTANCE;
    return (distance + least) * (exp(this.#stretch[j]!) - 1);
  }
}
