import type { DurationMs, Notice } from "../units.ts";
import { durationMs, isFirm, notice } from "../units.ts";

const UNITS_MS: readonly (readonly [unit: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

/**
 * Reads a whole number and its unit: `90s`, `2m`, `4h`, `3d`, `0m`.
 * @returns null where `text` is anything else
 */
export function parseDuration(text: string): DurationMs | null {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = UNITS_MS.find(([name]) => name === unit)?.[1];
  if (ms === undefined) return null;
  const value = Number(count) * ms;
  return Number.isSafeInteger(value) ? durationMs(value) : null;
}

/**
 * Writes a duration as {@link parseDuration} reads it, in hours (`72h`, not `3d`) where it is whole hours, else in
 * minutes or seconds; what is left below a second is cut off.
 */
export function formatDuration(duration: DurationMs): string {
  if (duration === 0) return "0m";
  for (const [unit, ms] of UNITS_MS.slice(1)) {
    if (duration % ms === 0) return `${duration / ms}${unit}`;
  }
  return `${Math.floor(duration / 1000)}s`;
}

/** Reads `firm` or a duration. */
export function parseNotice(text: string): Notice | null {
  if (text === "firm") return notice(Infinity);
  const duration = parseDuration(text);
  return duration === null ? null : notice(duration);
}

/** `firm`, `24h`, `4h`, `15m`, `2m`… */
export function formatNotice(value: Notice): string {
  return isFirm(value) ? "firm" : formatDuration(durationMs(value));
}
