import type { Feed } from "../src/service/demand-feed.ts";
import type { DemandForecast } from "../src/surplus/forecast.ts";
import { chanceAtMost, QUANTILES } from "../src/surplus/quantiles.ts";
import type { EpochMs, Gpus } from "../src/units.ts";
import { floorTo, HOUR_MS } from "../src/units.ts";

/**
 * Demand stays about where it is, the less surely the further ahead. What a forecast says is no concern of any
 * invariant, and the real one wants two weeks of history for every seed.
 *
 * @param spread how far demand may stray, as a share of capacity
 */
export function roughFeed(spread: number): Feed {
  let [share, at] = [0.5, 0];
  return {
    read: (now, demand, capacity) => {
      at = now;
      if (capacity > 0) share = Math.min(1, demand / capacity);
    },
    forecast: (_, capacity: Gpus) =>
      capacity === 0 ? null : forecastFrom(floorTo(at as EpochMs, HOUR_MS), share, spread),
  };
}

function forecastFrom(origin: EpochMs, share: number, spread: number): DemandForecast {
  const quantiles = (hours: number): Float64Array => {
    const width = spread * Math.min(1, 0.2 + hours / 24);
    return Float64Array.from(QUANTILES, (level) =>
      Math.min(1, Math.max(0, share + (level - 0.5) * width)),
    );
  };
  return {
    origin,
    mean: quantiles,
    peak: quantiles,
    windowPeak: (_, to) => quantiles(to),
    chanceAtMost: (value, _, to) => chanceAtMost(quantiles(to), value),
  };
}
