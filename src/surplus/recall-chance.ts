import { exp, ln } from "../elementary.ts";
import type { EpochMs } from "../units.ts";
import { HOUR_MS } from "../units.ts";

/**
 * Turns the forecast's chance that a rung's GPUs will be needed into the chance of recall that a contract states, and
 * learns from contracts that have ended how the one relates to the other.
 *
 * The forecast does not know the owner's precautions, nor the order in which contracts are taken back; outcomes do.
 * The model is a logistic regression on the forecast's log-odds and the hour of day at which the contract ends (who
 * ends soonest is taken back first, so what happens at that hour decides), estimated recursively by an extended Kalman
 * filter that forgets (Haykin, "Kalman Filtering and Neural Networks", 2001, ch. 2). On top, what has been stated too
 * high or too low so far is paid back over the next rounds, an integral controller: whatever the model misses, over any
 * long stretch the mean stated chance follows the mean outcome (as in Gibbs & Candès, "Adaptive conformal inference
 * under distribution shift", 2021).
 *
 * One *round* is the outcome of as many lots as are open at once, so that a rung learns as fast whether it is sold
 * hourly or every ten minutes.
 */
export interface RecallChance {
  readonly weights: readonly number[];
  /** Of the weights; symmetric, row by row. */
  readonly covariance: readonly number[];
  /** Lots recalled beyond what was stated so far. */
  readonly debt: number;
  /** Lots sold whose contracts have not ended yet. */
  readonly openLots: number;
}

/** What was known of a contract at its sale: all that its stated chance was computed from. */
export interface ChanceBasis {
  /** The forecast's chance that demand needs these GPUs before the contract's end; in [0, 1]. */
  readonly forecast: number;
  readonly end: EpochMs;
}

const BIN_HOURS = 3;
const BINS = 24 / BIN_HOURS;
/** Intercept, slope on the forecast's log-odds, and an effect for each bin of the last hour of day. */
const SIZE = 2 + BINS;
/** Before the first outcome: a recall is likelier than the forecast says, for precaution comes before need. */
const PRIOR_EFFECT = 0.7;
const PRIOR_SLOPE = 0.5;
const PRIOR_VARIANCES = [4, 0.25, ...Array.from({ length: BINS }, () => 0.25)];
/** Independent observations that one round is worth: contracts of one day share its fate. */
const ROUND_WORTH = 8;
/** Share of the way back to the prior covariance that one round lets it move. */
const FORGETTING = 0.02;
/** Rounds over which a debt is paid back, and the most that a stated chance is moved for it. */
const PAY_BACK_ROUNDS = 2;
const MOST_MOVED = 0.12;
const LOG_ODDS_LIMIT = 2;
/** Below this p (1 − p) a chance is as good as certain, and log-odds must not run away. */
const LEAST_VARIANCE = 0.02;

export function untaught(): RecallChance {
  const weights = Array.from({ length: SIZE }, () => PRIOR_EFFECT);
  weights[1] = PRIOR_SLOPE;
  const covariance = Array.from({ length: SIZE * SIZE }, (_, index) => {
    const row = Math.floor(index / SIZE);
    return index % SIZE === row ? (PRIOR_VARIANCES[row] ?? 0) : 0;
  });
  return { weights, covariance, debt: 0, openLots: 0 };
}

/** The chance of recall to state; in (0, 1). */
export function stated(model: RecallChance, basis: ChanceBasis): number {
  return clamp(fromLogOdds(score(model.weights, basis)) + repayment(model), 0.001, 0.999);
}

/**
 * The forecast's chance at which a contract that ends at `end` states `chance`: the inverse of {@link stated}. 0 where
 * every contract would state more, 1 where every one would state less.
 */
export function forecastChanceAt(model: RecallChance, chance: number, end: EpochMs): number {
  if (chance >= 1) return 1;
  const wanted = clamp(chance - repayment(model), 0, 1);
  const [, slope = 0] = model.weights;
  const rest = dot(model.weights, features({ forecast: 0.5, end }));
  const needed = (logOdds(wanted) - rest) / Math.max(slope, 0.05);
  if (needed >= LOG_ODDS_LIMIT) return 1;
  return needed <= -LOG_ODDS_LIMIT ? 0 : fromLogOdds(needed);
}

/** The model once another contract of `lots` lots is out. */
export function awaiting(model: RecallChance, lots: number): RecallChance {
  return { ...model, openLots: model.openLots + lots };
}

/** The model once a contract is over that says nothing: the cluster was down. */
export function untold(model: RecallChance, lots: number): RecallChance {
  return { ...model, openLots: Math.max(0, model.openLots - lots) };
}

/**
 * Learns that `recalledShare` (0 to 1) of a contract of `lots` lots was recalled before its end.
 * @param basis of its sale
 * @param said the chance that was stated at its sale
 */
export function taught(
  model: RecallChance,
  basis: ChanceBasis,
  said: number,
  recalledShare: number,
  lots: number,
): RecallChance {
  const part = lots / Math.max(lots, model.openLots);
  const x = features(basis);
  const chance = modelled(model, x);
  const variance = Math.max(LEAST_VARIANCE, chance * (1 - chance));
  const grown = forgotten(model.covariance, part);
  const direction = times(grown, x);
  const gain = 1 / (dot(direction, x) + 1 / (ROUND_WORTH * part * variance));
  const surprise = clamp((recalledShare - chance) / variance, -5, 5);
  return {
    weights: model.weights.map((value, i) => value + gain * surprise * (direction[i] ?? 0)),
    covariance: grown.map((value, index) => value - gain * product(direction, index)),
    debt: model.debt + lots * (recalledShare - said),
    openLots: Math.max(0, model.openLots - lots),
  };
}

function repayment(model: RecallChance): number {
  const due = model.debt / (PAY_BACK_ROUNDS * Math.max(1, model.openLots));
  return clamp(due, -MOST_MOVED, MOST_MOVED);
}

function modelled(model: RecallChance, x: readonly number[]): number {
  return fromLogOdds(dot(model.weights, x));
}

/** The weights times the features, of which all but three are 0. */
function score(weights: readonly number[], { forecast, end }: ChanceBasis): number {
  const [effect = 0, slope = 0] = weights;
  return effect + slope * boundedLogOdds(forecast) + (weights[2 + binOf(end)] ?? 0);
}

function features({ forecast, end }: ChanceBasis): number[] {
  const bin = binOf(end);
  const hours = Array.from({ length: BINS }, (_, index) => (index === bin ? 1 : 0));
  return [1, boundedLogOdds(forecast), ...hours];
}

function boundedLogOdds(chance: number): number {
  return clamp(logOdds(chance), -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT);
}

function binOf(time: EpochMs): number {
  const hour = Math.floor((time - 1) / HOUR_MS) % 24;
  return Math.floor(((hour + 24) % 24) / BIN_HOURS);
}

/** What a round lets be forgotten: the covariance moves back towards the prior's, never beyond it. */
function forgotten(covariance: readonly number[], part: number): number[] {
  return covariance.map((value, index) => {
    const row = Math.floor(index / SIZE);
    const prior = index % SIZE === row ? (PRIOR_VARIANCES[row] ?? 0) : 0;
    return value + FORGETTING * part * (prior - value);
  });
}

function product(vector: readonly number[], index: number): number {
  return (vector[Math.floor(index / SIZE)] ?? 0) * (vector[index % SIZE] ?? 0);
}

function times(matrix: readonly number[], vector: readonly number[]): number[] {
  return vector.map((_, row) => dot(matrix.slice(row * SIZE, (row + 1) * SIZE), vector));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function logOdds(chance: number): number {
  const p = clamp(chance, 0.0001, 0.9999);
  return ln(p / (1 - p));
}

function fromLogOdds(score: number): number {
  return 1 / (1 + exp(-clamp(score, -30, 30)));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
