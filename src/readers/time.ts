import type { EpochMs } from "../units.ts";
import { epochMs } from "../units.ts";

const ISO_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

export const TIME_WITH_ZONE = "an ISO 8601 time with its zone (2026-01-31T10:00:00Z)";

/**
 * Reads an ISO 8601 time with a zone (`Z` or an offset), between 1990 and 2100; what is finer than a millisecond is
 * cut off.
 * @returns null where it isn't one, or has no zone
 */
export function parseTime(text: string): EpochMs | null {
  const parts = ISO_TIME.exec(text);
  const zone = parts?.[8];
  if (!parts || zone === undefined) return null;
  const local = localMs(parts);
  const offset = offsetMs(zone);
  if (local === null || offset === null) return null;
  return plausible(local - offset);
}

/** What a wall clock shows, without a zone, as if it were UTC; null where `text` isn't such a time. */
export function parseLocalTime(text: string): number | null {
  const parts = ISO_TIME.exec(text);
  return parts && parts[8] === undefined ? localMs(parts) : null;
}

/** Seconds since 1970, possibly with a fraction; null where they lie outside 1990 to 2100. */
export function parseEpochSeconds(seconds: number): EpochMs | null {
  return plausible(Math.floor(seconds * 1000));
}

function plausible(ms: number): EpochMs | null {
  return ms >= EARLIEST && ms < LATEST ? epochMs(ms) : null;
}

function localMs(parts: RegExpExecArray): number | null {
  const part = (index: number): number => Number(parts[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC carries 31 February over into March; a real calendar day comes back as it went in.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const fraction = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
}

function offsetMs(zone: string): number | null {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || 0);
  if (hours > 15 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
