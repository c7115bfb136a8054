import type { Path, Regimes } from "./profile.ts";
import { exponential, type Random, wobble } from "./random.ts";

/** Value of `path` at `share`, on straight lines between its points; level before the first and after the last. */
export function interpolate(path: Path, share: number): number {
  let [shareBelow, valueBelow] = path[0] ?? [0, 0];
  for (const [shareAbove, valueAbove] of path) {
    if (share < shareAbove) {
      const along = Math.max(0, (share - shareBelow) / (shareAbove - shareBelow));
      return valueBelow + along * (valueAbove - valueBelow);
    }
    [shareBelow, valueBelow] = [shareAbove, valueAbove];
  }
  return valueBelow;
}

/** Value of the last point of `path` that is not after `share`. */
export function stepAt(path: Path, share: number): number {
  return path.findLast(([from]) => from <= share)?.[1] ?? path[0]?.[1] ?? 0;
}

/** One factor an hour: stretches of random length, each with a factor of its own. */
export function regimeFactors(regimes: Regimes, hours: number, random: Random): Float64Array {
  const factors = new Float64Array(hours).fill(1);
  if (regimes.sigma === 0) return factors;
  for (let from = 0; from < hours;) {
    const to = from + 24 + Math.round(exponential(random, 24 * regimes.meanDays));
    factors.fill(wobble(random, regimes.sigma), from, to);
    from = to;
  }
  return factors;
}
