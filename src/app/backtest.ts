/**
 * The backtest: an owner's past, walked step by step through the real core.
 *
 * Three markets walk side by side and see the same demand and the same forecasts: the policy's whole ladder, its firm
 * rung alone, and its shortest rung alone. Forecast, ladder and sales see only what was known by then; the oracle,
 * which sees all, is computed apart.
 */
import { Calendar } from "../fleet/calendar.ts";
import type { DeclaredRun } from "../fleet/calendar.ts";
import type { JobLog } from "../fleet/job.ts";
import type { JobEvent } from "../fleet/owner-queue.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { hourReading, stepStart } from "../fleet/usage.ts";
import type { Policy } from "../policy/policy.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { createForecaster } from "../surplus/forecast.ts";
import type { ForecastScorer } from "../surplus/score.ts";
import { createScorer } from "../surplus/score.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { epochMs, gpus, HOUR_MS, later, NO_GPUS } from "../units.ts";
import { allowedWait } from "../policy/waits.ts";
import type { Buyers } from "./buyers.ts";
import { delaysOf, JobsOwner } from "./jobs-owner.ts";
import { OwnerWalk } from "./owner-walk.ts";
import type { StepReading } from "./owner-walk.ts";

export const SKU = "gpu";

export interface BacktestInput {
  /** The owner's demand; for a job log, its plain replay. */
  readonly trace: UsageTrace;
  /** The owner's jobs, on the minute, where demand is to react to hand-overs; null where only usage is known. */
  readonly log: JobLog | null;
  /** Starts of the plain replay of the log. */
  readonly plainStarts: readonly JobEvent[];
  readonly calendar: readonly DeclaredRun[];
  readonly policy: Policy;
  /** Price of a firm GPU-hour. */
  readonly price: MicroUsdPerGpuHour;
  readonly buyers: (policy: Policy) => Buyers;
  /** Told the share of the trace that is done and the time reached. */
  readonly onProgress: (done: number, at: EpochMs) => void;
}

/** One of the markets that walk side by side. */
export interface Market {
  readonly policy: Policy;
  readonly walk: OwnerWalk;
  readonly buyers: Buyers;
  readonly jobs: JobsOwner | null;
}

/** Everything that was measured, before it is put into words and dollars. */
export interface Walked {
  readonly ladder: Market;
  readonly firmOnly: Market;
  readonly spotOnly: Market;
  readonly scorer: ForecastScorer;
  /** Steps in which something could be sold: after the warm-up and outside outages. */
  readonly scored: Uint8Array;
}

/** Sees each step of the main market after its sales. */
export type Observer = (index: number, market: Market, forecast: DemandForecast | null) => void;

export function walkTrace(input: BacktestInput, observe: Observer): Walked {
  const { trace, policy } = input;
  const markets = [policy, firmOnly(policy), spotOnly(policy)].map((each) => market(input, each));
  const [ladder, firm, spot] = markets as [Market, Market, Market];
  const feed = new ForecastFeed(trace, input.calendar);
  const scored = new Uint8Array(trace.demand.length);
  for (let index = 0; index < trace.demand.length; index++) {
    const reading = feed.reading(index);
    const forecast = feed.forecastAt(index);
    for (const each of markets) step(each, reading, forecast);
    scored[index] = reading.capacity > 0 && forecast !== null ? 1 : 0;
    observe(index, ladder, forecast);
    input.onProgress((index + 1) / trace.demand.length, stepStart(trace, index));
  }
  const end = stepStart(trace, trace.demand.length);
  for (const each of markets) {
    scoreDelays(each, input.plainStarts, end);
    each.walk.close(end);
  }
  return { ladder, firmOnly: firm, spotOnly: spot, scorer: feed.scorer, scored };
}

function step(market: Market, read: StepReading, forecast: DemandForecast | null): void {
  const { walk, buyers, jobs } = market;
  if (read.capacity === 0) return walk.breakDown(read.now);
  const reading = jobs === null ? arrive(walk, read) : playJobs(jobs, read);
  if (forecast === null) return;
  walk.plan(reading, forecast);
  buyers.buy(walk.writer, reading.now);
}

function arrive(walk: OwnerWalk, reading: StepReading): StepReading {
  for (const { waits, allowed } of walk.arrive(reading)) walk.score.waited(waits, allowed);
  return reading;
}

function playJobs(jobs: JobsOwner, reading: StepReading): StepReading {
  jobs.playUntil(reading.now);
  return { ...reading, demand: jobs.demand };
}

/** A job has waited as much longer as it started later than in the plain replay. */
function scoreDelays(market: Market, plain: readonly JobEvent[], end: EpochMs): void {
  const { jobs, walk, policy } = market;
  if (jobs === null) return;
  jobs.playUntil(end);
  for (const { job, delay } of delaysOf(plain, jobs.starts, end)) {
    const allowed = allowedWait(policy.allowedWaits, job.gpus);
    walk.score.waited([{ gpus: job.gpus, wait: delay }], allowed);
  }
}

function market(input: BacktestInput, policy: Policy): Market {
  const { trace, price } = input;
  const capacity = gpus(Math.max(...trace.total));
  const { start, step } = trace;
  const walk = new OwnerWalk({ sku: SKU, policy, price, start, step, capacity });
  const { log, calendar } = input;
  const jobs = log === null ? null : new JobsOwner(log, calendar, walk, capacity, start);
  return { policy, walk, buyers: input.buyers(policy), jobs };
}

export function firmOnly(policy: Policy): Policy {
  return { ...policy, rungs: policy.rungs.slice(0, 1) };
}

export function spotOnly(policy: Policy): Policy {
  return { ...policy, rungs: policy.rungs.slice(-1) };
}

/** Turns the trace into what was known at each step. */
class ForecastFeed {
  readonly scorer: ForecastScorer = createScorer();
  readonly #trace: UsageTrace;
  readonly #calendar: Calendar;
  readonly #forecaster = createForecaster();
  #forecast: DemandForecast | null = null;
  #declaredNow: Gpus = NO_GPUS;

  constructor(trace: UsageTrace, calendar: readonly DeclaredRun[]) {
    this.#trace = trace;
    this.#calendar = new Calendar(calendar);
  }

  reading(index: number): StepReading {
    const { demand, total, outage, step } = this.#trace;
    const now = stepStart(this.#trace, index);
    this.#calendar.advanceTo(now);
    const declared = this.#calendar.peak(now, later(now, step));
    const next = this.#calendar.peak(later(now, step), later(now, (2 * step) as DurationMs));
    const declaredRise = gpus(declared - this.#declaredNow);
    this.#declaredNow = declared;
    return {
      now,
      capacity: outage[index] === 1 ? NO_GPUS : gpus(total[index] ?? 0),
      demand: gpus(demand[index] ?? 0),
      declaredRise,
      declaredRiseNext: gpus(Math.max(0, next - declared)),
    };
  }

  /** The newest forecast once step `index` has arrived: it knows every hour that is over by the step's end. */
  forecastAt(index: number): DemandForecast | null {
    const { step, total } = this.#trace;
    const end = later(stepStart(this.#trace, index), step);
    if (end % HOUR_MS !== 0) return this.#forecast;
    const hour = epochMs(end - HOUR_MS);
    const reading = hourReading(this.#trace, hour);
    this.#forecaster.observe(reading);
    this.scorer.observe(reading);
    const capacity = Math.max(1, total[index] ?? 1);
    const share = (start: EpochMs): number =>
      this.#calendar.demand(start, later(start, HOUR_MS)) / HOUR_MS / capacity;
    const forecast = this.#forecaster.forecast({ share });
    this.#forecast = forecast === "history_too_short" ? null : remembering(forecast);
    if (this.#forecast !== null) this.scorer.enter(this.#forecast);
    return this.#forecast;
  }
}

/** Three markets and several steps ask one forecast the same questions: each is answered once. */
function remembering(forecast: DemandForecast): DemandForecast {
  const means = new Map<number, Float64Array>();
  const peaks = new Map<number, Float64Array>();
  const windows = new Map<string, Float64Array>();
  return {
    ...forecast,
    mean: (lead) => once(means, lead, () => forecast.mean(lead)),
    peak: (lead) => once(peaks, lead, () => forecast.peak(lead)),
    windowPeak: (from, to) => once(windows, `${from} ${to}`, () => forecast.windowPeak(from, to)),
  };
}

function once<K>(known: Map<K, Float64Array>, key: K, ask: () => Float64Array): Float64Array {
  const old = known.get(key);
  if (old !== undefined) return old;
  const answer = ask();
  known.set(key, answer);
  return answer;
}
