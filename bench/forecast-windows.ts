import type { DemandForecast, HourReading } from "../src/surplus/forecast.ts";
import { QUANTILES } from "../src/surplus/quantiles.ts";

/** Hours from the origin, half-open. Those of one hour are the hourly peak at that lead. */
const WINDOWS: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 4],
  [0, 24],
  [0, 72],
  [4, 28],
  [24, 48],
  [24, 96],
  [3, 4],
  [23, 24],
  [71, 72],
];
const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99];

/** How often the highest demand of a window came out at or below each of its quantiles. */
export class WindowCalibration {
  readonly #hours: readonly HourReading[];
  readonly #atOrBelow = WINDOWS.map(() => new Float64Array(LEVELS.length));
  readonly #outcomes = new Float64Array(WINDOWS.length);

  constructor(hours: readonly HourReading[]) {
    this.#hours = hours;
  }

  /** @param origin hours of the trace that the forecast knows */
  enter(forecast: DemandForecast, origin: number): void {
    WINDOWS.forEach(([from, to], index) => {
      const peak = highestIn(this.#hours, origin + from, origin + to);
      if (peak === null) return;
      const quantiles =
        to - from === 1 && from > 0 ? forecast.peak(to) : forecast.windowPeak(from, to);
      this.#outcomes[index]! += 1;
      LEVELS.forEach((level, j) => {
        const below = peak <= quantiles[QUANTILES.indexOf(level)]!;
        this.#atOrBelow[index]![j]! += below ? 1 : 0;
      });
    });
  }

  /** One line for each window: percent of outcomes at or below each quantile. */
  lines(): string[] {
    const head = `window     ${LEVELS.map((level) => `q${level * 100}`.padStart(6)).join("")}`;
    const rows = WINDOWS.map(([from, to], index) => {
      const shares = Array.from(this.#atOrBelow[index]!, (sum) => sum / this.#outcomes[index]!);
      const cells = shares.map((share) => (share * 100).toFixed(1).padStart(6)).join("");
      return `[${from}, ${to}) h`.padEnd(11) + cells;
    });
    return [head, ...rows];
  }
}

function highestIn(hours: readonly HourReading[], from: number, to: number): number | null {
  if (to > hours.length) return null;
  const peaks = hours.slice(from, to).map((hour) => hour.peak);
  return peaks.some((peak) => peak === null) ? null : Math.max(...peaks.map((peak) => peak ?? 0));
}
