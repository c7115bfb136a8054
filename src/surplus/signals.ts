import { HourlySeries } from "./series.ts";
import { SortedWindow } from "./sorted-window.ts";

const DAY = 24;
const RANK_HOURS = 28 * DAY;
/** A day's share in the daily profile, and an hour's in the volatility: memories of 10 days and of 2. */
const PROFILE_RATE = 0.1;
const VOLATILITY_RATE = 1 / 48;

/** What the experts see at an origin: the history of one kind of level, and what is derived from it. */
export class Signals {
  /** Hourly mean or hourly peak of demand, a share of capacity. */
  readonly levels = new HourlySeries();
  /** Level minus what the calendar had declared for that hour when it began. */
  readonly undeclared = new HourlySeries();
  readonly #profile = new Float64Array(DAY);
  readonly #pressures = new SortedWindow(RANK_HOURS);
  #firstHourOfDay = 0;
  #declared: Float64Array | null = null;
  /** Mean absolute change from hour to hour, lately. */
  volatility = 0;
  /** Quarter of its 28 days in which the latest pressure lies (0 to 3); 4 where demand queues. */
  pressureBand = 0;

  /** Closes an hour. NaN: an outage. */
  close(hourOfDay: number, level: number, pressure: number): void {
    if (this.levels.length === 0) this.#firstHourOfDay = hourOfDay;
    const before = this.levels.last;
    this.levels.push(level);
    this.undeclared.push(level - (this.#declared?.[0] ?? Number.NaN));
    this.#declared = null;
    this.#pressures.push(pressure);
    if (Number.isNaN(level)) return;
    const change = Number.isNaN(before) ? 0 : Math.abs(level - before);
    this.volatility += (change - this.volatility) * VOLATILITY_RATE;
    const deviation = level - this.levels.trailingMean(DAY);
    this.#profile[hourOfDay]! += (deviation - this.#profile[hourOfDay]!) * PROFILE_RATE;
    this.pressureBand = this.#band(pressure);
  }

  /**
   * What is declared as of this origin.
   *
   * @param shares of capacity by hour from the origin; null where no calendar is known
   */
  declare(shares: Float64Array | null): void {
    this.#declared = shares;
  }

  /** Highest declared share in `[firstHour, horizon)` from the origin; NaN where no calendar is known. */
  declaredPeak(firstHour: number, horizon: number): number {
    const shares = this.#declared;
    if (shares === null) return Number.NaN;
    let peak = 0;
    for (let at = firstHour; at < horizon; at += 1) peak = Math.max(peak, shares[at]!);
    return peak;
  }

  /** Hour of the day, 0 to 23, of hour `index` of the history or beyond it. */
  hourOfDay(index: number): number {
    return (index + this.#firstHourOfDay) % DAY;
  }

  /** How far the hours of the day `[from, to)` usually reach above their day's mean. */
  profilePeak(from: number, to: number): number {
    let peak = -1;
    for (let index = Math.max(from, to - DAY); index < to; index += 1) {
      peak = Math.max(peak, this.#profile[this.hourOfDay(index)]!);
    }
    return peak;
  }

  #band(pressure: number): number {
    if (pressure > 1) return 4;
    let band = 0;
    while (band < 3 && pressure > this.#pressures.quantile((band + 1) / 4)) band += 1;
    return band;
  }
}
