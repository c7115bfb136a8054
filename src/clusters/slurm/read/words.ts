/** Small words of Slurm's answers that several readers share. */
import { parseEpochSeconds } from "../../../readers/time.ts";
import type { DurationMs, EpochMs } from "../../../units.ts";
import { durationMs, MINUTE_MS } from "../../../units.ts";
import { SlurmFault } from "../fault.ts";

const NOTHING = ["", "(null)", "N/A", "None", "NONE", "n/a"];

/** Slurm writes nothing in several ways. */
export function textOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined || NOTHING.includes(text) ? null : text;
}

/** Parted by commas. */
export function listOf(text: string | null | undefined): string[] {
  return (
    textOrNull(text)
      ?.split(",")
      .filter((each) => each !== "") ?? []
  );
}

/** Seconds since 1970; null for a time that isn't known. @throws SlurmFault where it is something else */
export function timeOrNull(what: string, text: string): EpochMs | null {
  if (textOrNull(text) === null || text === "Unknown") return null;
  const time = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(time)) throw unreadable(what, "seconds since 1970", text);
  // 0 is a time that hasn't come.
  return parseEpochSeconds(time);
}

/** @throws SlurmFault where it isn't known */
export function timeOf(what: string, text: string): EpochMs {
  const time = timeOrNull(what, text);
  if (time === null) throw unreadable(what, "a time", text);
  return time;
}

/** `2-12:00:00`, `1:30:00`, `30:00`, `UNLIMITED`; null: none. @throws SlurmFault */
export function limitOf(what: string, text: string): DurationMs | null {
  if (/^(UNLIMITED|Partition_Limit|NOT_SET|INVALID|INFINITE)$/.test(text)) return null;
  const parts = /^(?:(\d{1,5})-)?(?:(\d{1,6}):)?(\d{1,6}):(\d\d)$/.exec(text);
  if (parts === null) throw unreadable(what, "a length of time", text);
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return durationMs(total * 1_000);
}

export function minutesOf(minutes: number): DurationMs {
  return durationMs(Math.round(minutes * MINUTE_MS));
}

/** @throws SlurmFault */
export function countOf(what: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw unreadable(what, "a count", text);
  return Number(text);
}

/** An answer that is not as Slurm gives it. */
export function unreadable(what: string, expected: string, found: string): SlurmFault {
  const shown = JSON.stringify(found.length > 80 ? `${found.slice(0, 80)}…` : found);
  return new SlurmFault("answer_unreadable", `${what} is not ${expected}, but ${shown}`);
}
