import type { EpochMs } from "../units.ts";
import { epochMs } from "../units.ts";

/** ISO 8601 in UTC; whole seconds without decimals: `2026-01-31T12:00:00Z`. */
export function formatTime(time: EpochMs): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** @returns null where `text` is no time that exists, with its offset from UTC */
export function parseTime(text: string): EpochMs | null {
  if (!ISO.test(text)) return null;
  const time = Date.parse(text);
  if (!Number.isSafeInteger(time)) return null;
  // Date.parse takes the 31st of June for the 1st of July.
  const day = Number(text.slice(8, 10));
  const local = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return local.getUTCDate() === day ? epochMs(time) : null;
}
