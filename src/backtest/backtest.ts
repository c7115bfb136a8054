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
import { hourReading, largestCapacity, stepStart } from "../fleet/usage.ts";
import type { Policy } from "../policy/policy.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { createForecaster } from "../surplus/forecast.ts";
import type { ForecastScorer } from "../surplus/score.ts";
import { createScorer } from "../surplus/score.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assert, epochMs, FIRM, gpus, HOUR_MS, isFirm, later, NO_GPUS } from "../units.ts";
import { allowedWait } from "../policy/waits.ts";
import type { Buyers } from "./buyers.ts";
import { delaysOf, JobsOwner } from "./jobs-owner.ts";
import { MarketWriter } from "./market-writer.ts";
import { OwnerWalk } from "../operator/owner-walk.ts";
import type { StepReading } from "../operator/owner-walk.ts";
import { Scorecard } from "./scorecard.ts";

export const SKU = "gpu";
const POOL = "pool";
const FABRIC = "main";
/** More than any cluster has. */
const ALL = gpus(1_000_000_000);

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
  readonly writer: MarketWriter;
  readonly walk: OwnerWalk;
  readonly score: Scorecard;
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
  const feed = new ForecastFeed(input);
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
  const first = stepStart(trace, Math.max(0, scored.indexOf(1)));
  const plain = input.plainStarts.filter((start) => start.at >= first);
  for (const each of markets) {
    scoreDelays(each, plain, end);
    close(each, end);
  }
  return { ladder, firmOnly: firm, spotOnly: spot, scorer: feed.scorer, scored };
}

/** Counts what still runs when the trace is over. */
function close({ walk, score }: Market, end: EpochMs): void {
  walk.pass(end);
  score.close(walk.pool.holdings.all(), end);
}

function step(market: Market, read: StepReading, forecast: DemandForecast | null): void {
  const { walk, buyers, jobs, score, writer } = market;
  if (read.capacity === 0) return walk.breakDown(read.now);
  const reading = jobs === null ? read : playJobs(jobs, read);
  const waits = jobs === null ? walk.arrive(read) : [];
  if (forecast === null) return;
  for (const each of waits) score.waited(each.waits, each.allowed);
  walk.plan(reading, forecast);
  buyers.buy(writer, reading.now);
}

function playJobs(jobs: JobsOwner, reading: StepReading): StepReading {
  jobs.playUntil(reading.now);
  jobs.read();
  return { ...reading, demand: jobs.demand };
}

/** A job has waited as much longer as it started later than in the plain replay. */
function scoreDelays(market: Market, plain: readonly JobEvent[], end: EpochMs): void {
  const { jobs, score, policy } = market;
  if (jobs === null) return;
  jobs.playUntil(end);
  for (const { job, delay } of delaysOf(plain, jobs.starts, end)) {
    const allowed = allowedWait(policy.allowedWaits, job.gpus);
    score.waited([{ gpus: job.gpus, wait: delay }], allowed);
  }
}

function market(input: BacktestInput, policy: Policy): Market {
  const { trace, price, log, calendar } = input;
  const { start, step } = trace;
  const fabrics = [{ id: FABRIC, gpus: largestCapacity(trace) }];
  const score = new Scorecard(
    policy.rungs.map((rung) => rung.notice),
    policy.lot,
  );
  const writer = new MarketWriter(start, (event) => score.listen(event));
  writer.must({ type: "open_pool", pool: { id: POOL, sku: SKU, site: "", fabrics }, policy });
  let recalls = 0;
  const recallId = (): string => `r${++recalls}`;
  const walk = new OwnerWalk(writer, { pool: POOL, price, step, recallId }, null);
  const jobs = log === null ? null : new JobsOwner(log, calendar, walk, fabrics, start);
  return { policy, writer, walk, score, buyers: input.buyers(policy), jobs };
}

/** The firm rung alone; of a policy without one, a market that sells nothing. */
export function firmOnly(policy: Policy): Policy {
  const firm = policy.rungs.filter((rung) => isFirm(rung.notice));
  const [longest] = policy.rungs;
  assert(longest !== undefined, "a policy has at least one rung");
  if (firm.length > 0) return { ...policy, rungs: firm };
  return { ...policy, rungs: [{ ...longest, notice: FIRM, maxRecallChance: 0 }], reserve: ALL };
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
  /** A usage file's row is the level at the step's beginning; of a replay, a step is known when it is over. */
  readonly #knowsTheStep: boolean;
  #forecast: DemandForecast | null = null;
  #declaredNow: Gpus = NO_GPUS;
  #capacity = 1;

  constructor({ trace, calendar, log }: BacktestInput) {
    this.#trace = trace;
    this.#calendar = new Calendar(calendar);
    this.#knowsTheStep = log === null;
  }

  reading(index: number): StepReading {
    const { demand, total, outage, step } = this.#trace;
    const now = stepStart(this.#trace, index);
    this.#calendar.advanceTo(now);
    const declared = this.#calendar.peak(now, later(now, step));
    const next = this.#calendar.peak(later(now, step), later(now, (2 * step) as DurationMs));
    const declaredRise = gpus(declared - this.#declaredNow);
    this.#declaredNow = declared;
    const capacity = outage[index] === 1 ? NO_GPUS : gpus(total[index] ?? 0);
    return {
      now,
      capacity,
      fabrics: [{ id: FABRIC, gpus: capacity }],
      demand: gpus(demand[index] ?? 0),
      declaredRise,
      declaredRiseNext: gpus(Math.max(0, next - declared)),
    };
  }

  /** The newest forecast when step `index` has arrived: it knows every hour of which all is known. */
  forecastAt(index: number): DemandForecast | null {
    const { start, step, total } = this.#trace;
    const now = stepStart(this.#trace, index);
    const known = this.#knowsTheStep ? later(now, step) : now;
    if (known % HOUR_MS !== 0 || known <= start) return this.#forecast;
    const hour = epochMs(known - HOUR_MS);
    const reading = hourReading(this.#trace, hour);
    this.#forecaster.observe(reading);
    this.scorer.observe(reading);
    this.#capacity = total[index] || this.#capacity;
    const share = (from: EpochMs): number =>
      this.#calendar.demand(from, later(from, HOUR_MS)) / HOUR_MS / this.#capacity;
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
