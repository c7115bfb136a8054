import type { MeterRequest } from "../../../ports.ts";
import type { Window } from "../../../units.ts";
import { DAY_MS, earliest, later, latest } from "../../../units.ts";

/** @param requests at least one */
export function windowOf(requests: readonly MeterRequest[]): Window {
  return {
    start: requests.map(({ from }) => from).reduce(earliest),
    end: requests.map(({ to }) => to).reduce(latest),
  };
}

/**
 * Those that end within a day of where the first begins. After a long absence the accounting is asked day by day: all at
 * once, it would not answer in time. Each request lies in one day, so that none is left over for ever.
 */
export function ofFirstDay(requests: readonly MeterRequest[]): readonly MeterRequest[] {
  if (requests.length === 0) return [];
  const end = later(windowOf(requests).start, DAY_MS);
  return requests.filter(({ to }) => to <= end);
}
