import { BASELINES, plainIdea } from "./baselines.ts";
import type { ExpertIdea } from "./expert.ts";
import type { Signals } from "./signals.ts";
import type { Target } from "./targets.ts";

const DAY = 24;
const WEEK = 7 * DAY;
const FOUR_WEEKS = 28 * DAY;
/** Keeps the residuals of a cluster that never moved finite. */
const LEAST_VOLATILITY = 0.003;

const last: ExpertIdea["point"] = (signals) => signals.levels.last;

/** Part of the way from the last level back to the mean of the last `hours`. */
function towardsMean(hours: number, part: number): ExpertIdea["point"] {
  return ({ levels }) => levels.last + part * (levels.trailingMean(hours) - levels.last);
}

/** Mean of the same hour (or window) of the last days that are known whole. */
function sameHourOfDays(days: number): ExpertIdea["point"] {
  return ({ levels }, { horizon, outcomes }) => {
    const first = levels.length - Math.ceil(horizon / DAY) * DAY;
    let sum = 0;
    let count = 0;
    for (let day = 0; day < days; day += 1) {
      const outcome = outcomes.at(first - day * DAY);
      if (Number.isNaN(outcome)) continue;
      sum += outcome;
      count += 1;
    }
    return count === 0 ? Number.NaN : sum / count;
  };
}

/** The distribution of recent outcomes: with a point of 0, the residuals are the outcomes themselves. */
function climatology(name: string, memory: number): ExpertIdea {
  return { ...plainIdea(name, () => 0, memory), pointBefore: 0 };
}

/** The last level, moved as far as the hours of the day in question usually lie apart. */
function diurnal(signals: Signals, target: Target): number {
  return withoutHourOfDay(signals) + profileOf(signals, target);
}

/** The same, after going part of the way back to the week's mean. */
function diurnalTowardsMean(signals: Signals, target: Target): number {
  const level = withoutHourOfDay(signals);
  const mean = signals.levels.trailingMean(WEEK);
  return level + 0.3 * (mean - level) + profileOf(signals, target);
}

function withoutHourOfDay(signals: Signals): number {
  const now = signals.levels.length;
  return signals.levels.last - signals.profilePeak(now - 1, now);
}

function profileOf(signals: Signals, target: Target): number {
  const now = signals.levels.length;
  return signals.profilePeak(now + target.firstHour, now + target.horizon);
}

/** The declared demand of the target, above or below what has run undeclared. */
function declaredPlus(undeclared: (signals: Signals) => number): ExpertIdea["point"] {
  return (signals, target) =>
    signals.declaredPeak(target.firstHour, target.horizon) + undeclared(signals);
}

/** What ran undeclared in the last hour, a week's and four weeks' mean of it: a calendar, corrected. */
const CALENDAR_IDEAS: readonly ExpertIdea[] = [
  plainIdea(
    "declared_and_last",
    declaredPlus((signals) => signals.undeclared.last),
  ),
  plainIdea(
    "declared_and_mean_7d",
    declaredPlus((signals) => signals.undeclared.trailingMean(WEEK)),
  ),
  plainIdea(
    "declared_and_mean_28d",
    declaredPlus((signals) => signals.undeclared.trailingMean(FOUR_WEEKS)),
  ),
];

/**
 * The experts of every target. For a window's highest level their points are the same, and their residuals
 * carry how far above them the window's peak usually lies.
 */
export const IDEAS: readonly ExpertIdea[] = [
  ...BASELINES,
  plainIdea("persistence_7d", last, WEEK),
  climatology("climatology_3d", 3 * DAY),
  climatology("climatology_10d", 10 * DAY),
  climatology("climatology_28d", FOUR_WEEKS),
  plainIdea("mean_7d", (signals) => signals.levels.trailingMean(WEEK)),
  plainIdea("same_hour_3d", sameHourOfDays(3)),
  plainIdea("same_hour_7d", sameHourOfDays(7)),
  plainIdea("towards_mean_24h", towardsMean(DAY, 0.5)),
  plainIdea("towards_mean_7d", towardsMean(WEEK, 0.5)),
  plainIdea("towards_mean_28d", towardsMean(FOUR_WEEKS, 0.5)),
  plainIdea("diurnal", diurnal),
  plainIdea("diurnal_towards_mean_7d", diurnalTowardsMean),
  {
    ...plainIdea("persistence_by_pressure", last),
    bands: 5,
    band: (signals) => signals.pressureBand,
  },
  {
    ...plainIdea("persistence_by_hour", last, 9 * DAY),
    bands: 8,
    band: (signals) => Math.floor(signals.hourOfDay(signals.levels.length) / 3),
  },
  {
    ...plainIdea("persistence_by_volatility", last),
    scale: (signals) => LEAST_VOLATILITY + signals.volatility,
  },
  ...CALENDAR_IDEAS,
];
