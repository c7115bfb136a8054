import type { EpochMs } from "../units.ts";
import { DAY_MS } from "../units.ts";

const PREFIX = { invoice: "INV", credit_note: "CN" } as const;

export type PaperKind = keyof typeof PREFIX;

/** Papers of one kind and year: numbered from 1 without gaps. */
export function seriesOf(kind: PaperKind, issued: EpochMs): string {
  return `${PREFIX[kind]}-${yearOf(issued)}`;
}

/** `INV-2026-000001` */
export function numberIn(series: string, ordinal: number): string {
  return `${series}-${String(ordinal).padStart(6, "0")}`;
}

const DAYS_IN_400_YEARS = 146_097;
const MARCH_OF_YEAR_0_TO_1970 = 719_468;

/**
 * The year in UTC by the Gregorian calendar, which repeats every 400 years. Years are counted from March, so that a leap
 * day is the last of its year: after Howard Hinnant, "chrono-compatible low-level date algorithms".
 */
export function yearOf(time: EpochMs): number {
  const days = Math.floor(time / DAY_MS) + MARCH_OF_YEAR_0_TO_1970;
  const era = Math.floor(days / DAYS_IN_400_YEARS);
  const day = days - era * DAYS_IN_400_YEARS;
  const leaps = Math.floor(day / 1460) - Math.floor(day / 36_524) + Math.floor(day / 146_096);
  const year = Math.floor((day - leaps) / 365);
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const isJanuaryOrFebruary = dayOfYear >= 306;
  return year + era * 400 + (isJanuaryOrFebruary ? 1 : 0);
}
