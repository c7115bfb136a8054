import type { EpochMs } from "../units.ts";
import { epochMs } from "../units.ts";
import { InputError, quoted } from "./input-error.ts";

/** What a wall clock may have meant: twice the same, but for the hour that is repeated when clocks go back. */
export interface LocalTime {
  readonly earlier: EpochMs;
  readonly later: EpochMs;
}

/** Reads a wall clock's milliseconds (as if it were UTC) in one zone. */
export type LocalClock = (localMs: number) => LocalTime;

/** Zones have changed their offset on whole quarters of an hour since long before Slurm. */
const QUARTER_MS = 900_000;

/**
 * @param timezone an IANA name, such as `Europe/Berlin`
 * @throws InputError where there is no such zone
 */
export function localClock(timezone: string): LocalClock {
  if (timezone === "UTC") return (ms) => ({ earlier: epochMs(ms), later: epochMs(ms) });
  refuseUnknownZone(timezone);
  const shifts = new Map<number, { earlier: number; later: number }>();
  return (localMs) => {
    const quarter = Math.floor(localMs / QUARTER_MS) * QUARTER_MS;
    const shift = shifts.get(quarter) ?? shiftAt(quarter, timezone);
    shifts.set(quarter, shift);
    return { earlier: epochMs(localMs + shift.earlier), later: epochMs(localMs + shift.later) };
  };
}

function refuseUnknownZone(timezone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone);
  } catch (error) {
    const expected = "an IANA time zone (Europe/Berlin)";
    const found = quoted(timezone);
    throw new InputError({ file: "--timezone", expected, found }, { cause: error });
  }
}

function shiftAt(localMs: number, timezone: string): { earlier: number; later: number } {
  const wallClock = Temporal.Instant.fromEpochMilliseconds(localMs)
    .toZonedDateTimeISO("UTC")
    .toPlainDateTime();
  const shift = (disambiguation: "compatible" | "later"): number =>
    wallClock.toZonedDateTime(timezone, { disambiguation }).epochMilliseconds - localMs;
  // "compatible" is the earlier of a repeated time, and the later reading of one that the clock skipped.
  return { earlier: shift("compatible"), later: shift("later") };
}
