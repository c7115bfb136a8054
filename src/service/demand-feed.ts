import type { HourUsage } from "../fleet/usage.ts";
import { integral } from "../schedule/schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { DemandForecast } from "../surplus/forecast.ts";
import { createForecaster } from "../surplus/forecast.ts";
import type { EpochMs, Gpus } from "../units.ts";
import { floorTo, HOUR_MS, later } from "../units.ts";

/** An hour that is being collected: sums over its readings while the cluster was up. */
interface OpenHour {
  readonly start: EpochMs;
  readonly readings: number;
  readonly mean: number;
  readonly peak: number;
  readonly pressure: number;
}

/** What is made of a pool's readings. */
export interface Feed {
  /** @param capacity 0: the cluster is down, which says nothing of the demand */
  read(now: EpochMs, demand: Gpus, capacity: Gpus): void;
  /** Null while too little is known for one. */
  forecast(declared: Schedule, capacity: Gpus): DemandForecast | null;
}

/**
 * Turns readings of the owner's demand into a forecast: an hour is collected from the readings in it, and closed when the
 * next one begins. Of the past it knows what the cluster remembers, so that none of it needs to be kept here.
 */
export class DemandFeed implements Feed {
  readonly #forecaster = createForecaster();
  #hour: OpenHour;
  #forecast: DemandForecast | null = null;
  #isDue: boolean;

  /** @param history hours up to the one in which `now` lies, oldest first, without gaps */
  constructor(history: readonly HourUsage[], now: EpochMs) {
    for (const hour of history) this.#forecaster.observe(hour);
    this.#hour = emptyHour(floorTo(now, HOUR_MS));
    this.#isDue = history.length > 0;
  }

  read(now: EpochMs, demand: Gpus, capacity: Gpus): void {
    while (now >= later(this.#hour.start, HOUR_MS)) {
      this.#forecaster.observe(usageOf(this.#hour));
      this.#hour = emptyHour(later(this.#hour.start, HOUR_MS));
      this.#isDue = true;
    }
    if (capacity > 0) this.#hour = withReading(this.#hour, demand / capacity);
  }

  /** From the end of the last whole hour; null while less than two weeks are known. */
  forecast(declared: Schedule, capacity: Gpus): DemandForecast | null {
    if (!this.#isDue) return this.#forecast;
    this.#isDue = false;
    const share = (start: EpochMs): number =>
      integral(declared, { start, end: later(start, HOUR_MS) }) / HOUR_MS / Math.max(1, capacity);
    const forecast = this.#forecaster.forecast({ share });
    this.#forecast = forecast === "history_too_short" ? null : forecast;
    return this.#forecast;
  }
}

function emptyHour(start: EpochMs): OpenHour {
  return { start, readings: 0, mean: 0, peak: 0, pressure: 0 };
}

function withReading(hour: OpenHour, share: number): OpenHour {
  const clipped = Math.min(1, share);
  return {
    start: hour.start,
    readings: hour.readings + 1,
    mean: hour.mean + clipped,
    peak: Math.max(hour.peak, clipped),
    pressure: hour.pressure + share,
  };
}

function usageOf({ start, readings, mean, peak, pressure }: OpenHour): HourUsage {
  if (readings === 0) return { start, mean: null, peak: null, pressure: null };
  return { start, mean: mean / readings, peak, pressure: pressure / readings };
}
