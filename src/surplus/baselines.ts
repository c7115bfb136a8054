import type { ExpertIdea } from "./expert.ts";
import type { HourlySeries } from "./series.ts";
import type { Signals } from "./signals.ts";
import type { Target } from "./targets.ts";

const DAY = 24;
const WEEK = 7 * DAY;
const FOUR_WEEKS = 28 * DAY;

/**
 * The latest known outcome that lies a whole number of periods before the target; NaN where there is none.
 *
 * @param period hours: 24 for the same hour of the day, 168 of the week
 */
export function seasonal(signals: Signals, target: Target, period: number): number {
  const origin = signals.levels.length;
  const periods = Math.ceil(target.horizon / period);
  return latestOf(target.outcomes, origin - periods * period, period);
}

function latestOf(outcomes: HourlySeries, from: number, period: number): number {
  let at = from;
  while (at >= 0 && Number.isNaN(outcomes.at(at))) at -= period;
  return outcomes.at(at);
}

function seasonalOrLast(period: number): ExpertIdea["point"] {
  return (signals, target) => {
    const value = seasonal(signals, target, period);
    return Number.isNaN(value) ? signals.levels.last : value;
  };
}

/** An idea with one band and plain residuals of the trailing `memory` hours. */
export function plainIdea(
  name: string,
  point: ExpertIdea["point"],
  memory: number = FOUR_WEEKS,
): ExpertIdea {
  return {
    name,
    point,
    pointBefore: Number.NaN,
    memory,
    bands: 1,
    scale: () => 1,
    band: () => 0,
  };
}

/** What a forecast has to beat; each is widened by its own residuals of the trailing 28 days. */
export const BASELINES: readonly ExpertIdea[] = [
  plainIdea("persistence", (signals) => signals.levels.last),
  plainIdea("seasonal_naive_24h", seasonalOrLast(DAY)),
  plainIdea("seasonal_naive_168h", seasonalOrLast(WEEK)),
  plainIdea("mean_28d", (signals) => signals.levels.trailingMean(FOUR_WEEKS)),
];
