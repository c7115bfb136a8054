import { BASELINES } from "./baselines.ts";
import { Expert } from "./expert.ts";
import type { DemandForecast, HourReading } from "./forecast.ts";
import { LEADS_HOURS } from "./leads.ts";
import { quantileIndex, QUANTILES } from "./quantiles.ts";
import { HOUR_MS } from "../units.ts";
import { Signals } from "./signals.ts";
import { hourTarget } from "./targets.ts";

/** The published figures; undefined shares are null. Keys are those of the JSON report. */
export interface ForecastScore {
  readonly pinball_ratio: number | null;
  readonly by_lead: readonly LeadScore[];
}

export interface LeadScore {
  readonly lead_hours: number;
  readonly hours: number;
  readonly pinball: number | null;
  readonly best_baseline: string | null;
  readonly best_baseline_pinball: number | null;
  readonly coverage_90: number | null;
  readonly mae: number | null;
  readonly mae_seasonal_naive: number | null;
  /** Share of outcomes at or below each of QUANTILES. */
  readonly at_or_below: readonly number[];
}

export interface ForecastScorer {
  /** Closes an hour; call it with every hour, in order. */
  observe(reading: HourReading): void;
  /** Enters the forecast of the end of the last observed hour, where there is one. */
  enter(forecast: DemandForecast): void;
  score(): ForecastScore;
}

const LEVELS = QUANTILES.length;
const LOW = quantileIndex(0.05);
const MEDIAN = quantileIndex(0.5);
const HIGH = quantileIndex(0.95);
const SCORED_LEVELS = HIGH - LOW + 1;
const FIRST_SCORED_ORIGIN = 35 * 24;
/** A baseline that loses no more foretells a trace that never changes: there is nothing to be better at. */
const ROUND_OFF = 1e-9;
/** Leads whose ratios make the one figure. */
const RATIO_LEADS: readonly number[] = [1, 4, 24, 72, 168];
const SEASONAL_NAIVE = BASELINES.findIndex((idea) => idea.name === "seasonal_naive_24h");

/** Mean pinball loss over the levels .05 … .95 in steps of .05. */
export function pinball(quantiles: Float64Array, offset: number, outcome: number): number {
  let sum = 0;
  for (let j = LOW; j <= HIGH; j += 1) {
    const error = outcome - quantiles[offset + j]!;
    sum += error >= 0 ? QUANTILES[j]! * error : (QUANTILES[j]! - 1) * error;
  }
  return sum / SCORED_LEVELS;
}

/** Scores a forecaster's hourly means beside the baselines, hour by hour, as outcomes come in. */
export function createScorer(): ForecastScorer {
  const signals = new Signals();
  const leads = LEADS_HOURS.map((lead) => new LeadScorer(lead));
  return {
    observe(reading) {
      const hourOfDay = Math.floor(reading.start / HOUR_MS) % 24;
      signals.close(hourOfDay, reading.mean ?? Number.NaN, reading.pressure ?? Number.NaN);
      for (const lead of leads) lead.observe(signals);
    },
    enter(forecast) {
      for (const lead of leads) lead.enter(signals, forecast);
    },
    score: () => scoreOf(leads.map((lead) => lead.score())),
  };
}

function scoreOf(byLead: LeadScore[]): ForecastScore {
  const ratios = byLead
    .filter((lead) => RATIO_LEADS.includes(lead.lead_hours))
    .map(({ pinball: ours, best_baseline_pinball: best }) =>
      ours !== null && best !== null && best > ROUND_OFF ? ours / best : null,
    );
  const known = ratios.filter((ratio) => ratio !== null);
  const sum = known.reduce((total, ratio) => total + ratio, 0);
  const isWhole = known.length === RATIO_LEADS.length;
  return { pinball_ratio: isWhole ? sum / known.length : null, by_lead: byLead };
}

/** One lead: forecasts wait in slots (origins modulo the lead) for the hour that they are about. */
class LeadScorer {
  readonly #lead: number;
  readonly #target: ReturnType<typeof hourTarget>;
  readonly #baselines: readonly Expert[];
  readonly #ours: Float64Array;
  readonly #theirs: Float64Array;
  /** What the seasonal naive says, without a band: the same hour of an earlier day. */
  readonly #naive: Float64Array;
  readonly #entered: Uint8Array;
  readonly #baselineLoss = new Float64Array(BASELINES.length);
  readonly #atOrBelow = new Float64Array(LEVELS);
  #hours = 0;
  #loss = 0;
  #covered = 0;
  #error = 0;
  #naiveError = 0;

  constructor(lead: number) {
    this.#lead = lead;
    this.#target = hourTarget(lead);
    this.#baselines = BASELINES.map((idea) => new Expert(idea, lead, 0));
    this.#ours = new Float64Array(lead * LEVELS);
    this.#theirs = new Float64Array(lead * LEVELS * BASELINES.length);
    this.#naive = new Float64Array(lead);
    this.#entered = new Uint8Array(lead);
  }

  observe(signals: Signals): void {
    const outcome = this.#target.close(signals.levels);
    const slot = signals.levels.length % this.#lead;
    if (this.#entered[slot] === 1 && !Number.isNaN(outcome)) this.#count(slot, outcome);
    this.#entered[slot] = 0;
    this.#baselines.forEach((expert, index) => {
      expert.settle(slot, outcome);
      expert.forecast(slot, signals, this.#target, this.#theirs, this.#offset(slot, index));
    });
    this.#naive[slot] = BASELINES[SEASONAL_NAIVE]!.point(signals, this.#target);
  }

  enter(signals: Signals, forecast: DemandForecast): void {
    if (signals.levels.length < FIRST_SCORED_ORIGIN) return;
    const slot = signals.levels.length % this.#lead;
    this.#ours.set(forecast.mean(this.#lead), slot * LEVELS);
    this.#entered[slot] = 1;
  }

  #offset(slot: number, baseline: number): number {
    return (slot * BASELINES.length + baseline) * LEVELS;
  }

  #count(slot: number, outcome: number): void {
    const ours = slot * LEVELS;
    this.#hours += 1;
    this.#loss += pinball(this.#ours, ours, outcome);
    BASELINES.forEach((_, index) => {
      this.#baselineLoss[index]! += pinball(this.#theirs, this.#offset(slot, index), outcome);
    });
    for (let j = 0; j < LEVELS; j += 1)
      if (outcome <= this.#ours[ours + j]!) this.#atOrBelow[j]! += 1;
    if (outcome >= this.#ours[ours + LOW]! && outcome <= this.#ours[ours + HIGH]!)
      this.#covered += 1;
    this.#error += Math.abs(outcome - this.#ours[ours + MEDIAN]!);
    this.#naiveError += Math.abs(outcome - this.#naive[slot]!);
  }

  score(): LeadScore {
    const { best, loss } = this.#bestBaseline();
    const share = (sum: number): number | null => (this.#hours === 0 ? null : sum / this.#hours);
    return {
      lead_hours: this.#lead,
      hours: this.#hours,
      pinball: share(this.#loss),
      best_baseline: this.#hours === 0 ? null : best,
      best_baseline_pinball: share(loss),
      coverage_90: share(this.#covered),
      mae: share(this.#error),
      mae_seasonal_naive: share(this.#naiveError),
      at_or_below: Array.from(this.#atOrBelow, (sum) => share(sum) ?? 0),
    };
  }

  #bestBaseline(): { best: string; loss: number } {
    const loss = Math.min(...this.#baselineLoss);
    return { best: BASELINES[this.#baselineLoss.indexOf(loss)]!.name, loss };
  }
}
