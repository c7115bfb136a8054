import { HOUR_MS, type EpochMs } from "../units.ts";
import { Family } from "./family.ts";
import { Signals } from "./signals.ts";
import { hourTarget, windowTarget } from "./targets.ts";

/** The forecasts of one kind of level, hourly mean or hourly peak: of single hours and of windows' highest. */
export class Lane {
  readonly #signals = new Signals();
  readonly hours = new Family(this.#signals, hourTarget);
  readonly windows = new Family(this.#signals, windowTarget);
  #families: readonly Family[] = [this.hours, this.windows];

  /** From here on only single hours are asked of this lane. */
  forgetWindows(): void {
    this.#families = [this.hours];
  }

  /** Closes an hour; null is an outage. */
  observe(start: EpochMs, level: number | null, pressure: number | null): void {
    const hourOfDay = Math.floor(start / HOUR_MS) % 24;
    this.#signals.close(hourOfDay, level ?? Number.NaN, pressure ?? Number.NaN);
    for (const family of this.#families) family.settle();
  }

  /** @param declared shares of capacity by hour from now; null where no calendar is known */
  forecast(declared: Float64Array | null): void {
    this.#signals.declare(declared);
    for (const family of this.#families) family.forecast();
  }
}
