import { HourlySeries } from "./series.ts";

/** What one channel forecasts, and what it came to for the origins that can know it already. */
export interface Target {
  /** Hours from the origin until the outcome is known. */
  readonly horizon: number;
  /** First hour that counts, from the origin: `horizon − 1` for a single hour, 0 for a window. */
  readonly firstHour: number;
  /** Outcomes by origin: hour 0 of the history is origin 0. NaN where an outage hid it. */
  readonly outcomes: HourlySeries;
  /**
   * Takes the hour that `levels` has just got and answers the outcome that it decides (NaN: none), be it of an
   * origin before the history began, which is in no series but still says what outcomes are like.
   */
  close(levels: HourlySeries): number;
}

/** The level of the hour `[origin + lead − 1, origin + lead)`. */
export function hourTarget(lead: number): Target {
  const outcomes = new HourlySeries();
  return {
    horizon: lead,
    firstHour: lead - 1,
    outcomes,
    close(levels) {
      const outcome = levels.at(levels.length - 1);
      if (levels.length >= lead) outcomes.push(outcome);
      return outcome;
    },
  };
}

/**
 * The highest level of the hours `[origin, origin + hours)`; of the hours outside outages where at least half
 * of them are, otherwise nothing.
 */
export function windowTarget(hours: number): Target {
  const outcomes = new HourlySeries();
  const peaks: number[] = [];
  let first = 0;
  return {
    horizon: hours,
    firstHour: 0,
    outcomes,
    close(levels) {
      const now = levels.length - 1;
      const level = levels.at(now);
      while (first < peaks.length && peaks[first]! <= now - hours) first += 1;
      if (!Number.isNaN(level)) {
        while (peaks.length > first && levels.at(peaks.at(-1)!) <= level) peaks.pop();
        peaks.push(now);
      }
      if (levels.length < hours) return Number.NaN;
      const hidden = levels.readings(hours) * 2 < hours;
      const outcome = hidden ? Number.NaN : levels.at(peaks[first]!);
      outcomes.push(outcome);
      return outcome;
    },
  };
}
