import { betweenLeads } from "./family.ts";
import { LEADS_HOURS } from "./leads.ts";
import { sortStretch } from "./numeric.ts";
import { QUANTILES } from "./quantiles.ts";

/**
 * Quantiles of the highest demand in `[from, to)` hours from the origin.
 *
 * A window that begins now is forecast as such. One that begins later is put together:
 * the peak of an equally long window that begins now, moved quantile by quantile by as much as the peak of
 * the window's last hour lies above that of an hour so far ahead; then held between what must be true of
 * it: not below the peak of any hour in it, not above the peak of `[0, to)`, which contains it.
 *
 * @param hours quantiles of hourly peaks by grid lead
 * @param windows quantiles of the peaks of `[0, length)` by grid length
 */
export function windowPeak(
  hours: readonly Float64Array[],
  windows: readonly Float64Array[],
  from: number,
  to: number,
): Float64Array {
  const containing = betweenLeads(windows, to);
  if (from === 0) return containing;
  const asLong = betweenLeads(windows, to - from);
  const here = betweenLeads(hours, to - from);
  const there = betweenLeads(hours, to);
  const within = highestHour(hours, from, to);
  const put = Float64Array.from(QUANTILES, (_, j) => {
    const moved = asLong[j]! + there[j]! - here[j]!;
    return Math.min(containing[j]!, Math.max(within[j]!, moved));
  });
  sortStretch(put, 0, put.length);
  return put;
}

/** Quantile by quantile, the highest of the hours that begin in the window: its first, its last, the grid's. */
function highestHour(hours: readonly Float64Array[], from: number, to: number): Float64Array {
  const highest = betweenLeads(hours, Math.floor(from) + 1);
  const inside = LEADS_HOURS.filter((lead) => lead - 1 >= from && lead <= to);
  for (const lead of [...inside, Math.ceil(to)]) {
    const hour = betweenLeads(hours, lead);
    for (let j = 0; j < highest.length; j += 1) highest[j] = Math.max(highest[j]!, hour[j]!);
  }
  return highest;
}
