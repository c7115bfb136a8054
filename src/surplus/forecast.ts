import { assert, epochMs, HOUR_MS, later, type EpochMs } from "../units.ts";
import { betweenLeads } from "./family.ts";
import { Lane } from "./lane.ts";
import { share } from "./numeric.ts";
import { chanceAtMost } from "./quantiles.ts";
import { windowPeak } from "./window-peak.ts";

export { LEADS_HOURS } from "./leads.ts";
export { QUANTILES } from "./quantiles.ts";

/** One hour of the owner's demand, as shares of capacity. */
export interface HourReading {
  readonly start: EpochMs;
  /** Mean of min(usage, total) ÷ total over the hour's steps, in [0, 1]; null in an outage. */
  readonly mean: number | null;
  /** Highest min(usage, total) ÷ total of any step of the hour; null in an outage. */
  readonly peak: number | null;
  /** Mean of usage ÷ total, not clipped: above 1 where demand queued; null in an outage. */
  readonly pressure: number | null;
}

/** What the training calendar declares, as known now. */
export interface DeclaredDemand {
  /** Share of capacity that is declared to run in the hour that starts at `start`; 0 if none. */
  share(start: EpochMs): number;
}

/** Quantiles are at the levels of QUANTILES, shares of capacity in [0, 1], non-decreasing. */
export interface DemandForecast {
  /** All that ended by then was known. */
  readonly origin: EpochMs;
  /** Quantiles of the mean demand of the hour `[origin + lead − 1, origin + lead)`; `lead ≥ 1`, whole hours. */
  mean(lead: number): Float64Array;
  /** The same for the highest step of that hour. */
  peak(lead: number): Float64Array;
  /** Quantiles of the highest demand of any step in `[origin + fromHours, origin + toHours)`. */
  windowPeak(fromHours: number, toHours: number): Float64Array;
  /** Chance that demand stays at or below `share` of capacity all through that window. */
  chanceAtMost(share: number, fromHours: number, toHours: number): number;
}

export interface Forecaster {
  /** Closes an hour; hours come in order and without gaps; an outage's hour has nulls. */
  observe(reading: HourReading): void;
  /**
   * The forecast from the end of the last observed hour. The calendar is remembered as it was declared at
   * each origin: give it at every origin, or the hours between count as undeclared.
   */
  forecast(declared?: DeclaredDemand): DemandForecast | "history_too_short";
}

const FEWEST_READINGS = 14 * 24;
const LONGEST_LEAD = 672;

export function createForecaster(): Forecaster {
  return new MixtureForecaster();
}

/**
 * States: an hour is observed (channels learn), then its end is forecast from: once, or again when the
 * calendar has changed. If the next hour is observed before that, the origin is forecast first, without a
 * calendar, so that learning misses no origin.
 *
 * Hourly means and hourly peaks are the same until an hour's peak differs from its mean, and share a lane;
 * then the lane of peaks is made from the history. Traces with hourly steps never need it.
 */
class MixtureForecaster implements Forecaster {
  readonly #readings: HourReading[] = [];
  readonly #means = new Lane();
  #peaks = this.#means;
  #readingCount = 0;
  #awaitsForecast = false;

  observe(reading: HourReading): void {
    const before = this.#readings.at(-1);
    const follows = before === undefined || reading.start === before.start + HOUR_MS;
    assert(follows, "hours come in order and without gaps");
    if (this.#awaitsForecast) this.#prepare(null);
    if (this.#peaks === this.#means && reading.peak !== reading.mean) this.#divide();
    this.#readings.push(reading);
    if (reading.mean !== null) this.#readingCount += 1;
    this.#means.observe(reading.start, reading.mean, reading.pressure);
    if (this.#peaks !== this.#means) observePeak(this.#peaks, reading);
    this.#awaitsForecast = true;
  }

  forecast(declared?: DeclaredDemand): DemandForecast | "history_too_short" {
    const last = this.#readings.at(-1);
    if (last === undefined) return "history_too_short";
    const origin = later(last.start, HOUR_MS);
    this.#prepare(declared === undefined ? null : declaredShares(declared, origin));
    if (this.#readingCount < FEWEST_READINGS) return "history_too_short";
    const means = this.#means.hours.grid();
    const peaks = this.#peaks === this.#means ? means : this.#peaks.hours.grid();
    return demandForecast(origin, means, peaks, this.#peaks.windows.grid());
  }

  #prepare(declared: Float64Array | null): void {
    this.#means.forecast(declared);
    if (this.#peaks !== this.#means) this.#peaks.forecast(declared);
    this.#awaitsForecast = false;
  }

  #divide(): void {
    this.#peaks = new Lane();
    this.#means.forgetWindows();
    for (const reading of this.#readings) {
      observePeak(this.#peaks, reading);
      this.#peaks.forecast(null);
    }
  }
}

function observePeak(lane: Lane, reading: HourReading): void {
  lane.observe(reading.start, reading.peak, reading.pressure);
}

function declaredShares(declared: DeclaredDemand, origin: EpochMs): Float64Array {
  const shares = new Float64Array(LONGEST_LEAD);
  for (let at = 0; at < LONGEST_LEAD; at += 1) {
    shares[at] = share(declared.share(epochMs(origin + at * HOUR_MS)));
  }
  return shares;
}

function demandForecast(
  origin: EpochMs,
  means: readonly Float64Array[],
  peaks: readonly Float64Array[],
  windows: readonly Float64Array[],
): DemandForecast {
  const rising = risingWithLength(windows);
  const highest = (fromHours: number, toHours: number): Float64Array => {
    assert(
      fromHours >= 0 && toHours > fromHours,
      "a window begins at the origin or later and has a length",
    );
    return windowPeak(peaks, rising, fromHours, toHours);
  };
  return {
    origin,
    mean: (lead) => betweenLeads(means, lead),
    peak: (lead) => betweenLeads(peaks, lead),
    windowPeak: highest,
    chanceAtMost: (value, fromHours, toHours) => chanceAtMost(highest(fromHours, toHours), value),
  };
}

/** What holds of a window's highest demand whatever its channels say: a longer window's is no lower. */
function risingWithLength(windows: readonly Float64Array[]): Float64Array[] {
  let highest = windows[0]!;
  return windows.map((window) => {
    const before = highest;
    highest = window.map((value, j) => Math.max(value, before[j]!));
    return highest;
  });
}
