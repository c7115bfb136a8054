import { countIn, type NumberRun } from "../invoicing/number-runs.ts";
import { formatNotice } from "../policy/duration.ts";
import type { EpochMs, Notice, Ppm, Window } from "../units.ts";
import { epochMs, isFirm } from "../units.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `3 Mar 2026`, in UTC. */
export function dayOf(time: EpochMs): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `3 Mar 2026, 14:05`, in UTC. */
export function minuteOf(time: EpochMs): string {
  return `${dayOf(time)}, ${new Date(time).toISOString().slice(11, 16)}`;
}

/** Whole days by their first and last: `1 Jan – 31 Jan 2026`; else to the minute. */
export function windowOf({ start, end }: Window): string {
  const isWholeDays = start % 86_400_000 === 0 && end % 86_400_000 === 0;
  if (!isWholeDays) return `${minuteOf(start)} – ${minuteOf(end)} UTC`;
  const last = dayOf(epochMs(end - 1));
  const first = dayOf(start);
  if (first === last) return last;
  const isOneYear = first.slice(-4) === last.slice(-4);
  return `${isOneYear ? first.slice(0, -5) : first} – ${last}`;
}

/** `24 h notice`, `firm`. */
export function noticeOf(notice: Notice): string {
  if (isFirm(notice)) return "firm";
  const [, count, unit = ""] = /^(\d+)([hms])$/.exec(formatNotice(notice)) ?? [];
  const word = { h: "h", m: "min", s: "s" }[unit] ?? unit;
  return count === "0" ? "no notice" : `${count} ${word} notice`;
}

/** `19 %`, `7.5 %` */
export function percentOf(share: Ppm): string {
  return `${share / 10_000} %`;
}

/** Digits in threes. */
function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** Where the numbers lie: `12`, `12–480 (36 of them)`. */
export function rangeOf(runs: readonly NumberRun[]): string {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return "none";
  const [from, to] = [first.first, last.first + last.step * (last.count - 1)];
  const count = countIn(runs);
  return from === to ? String(from) : `${from}–${to} (${grouped(String(count))} of them)`;
}

const MOVEMENTS: Readonly<Record<string, string>> = {
  deposit: "Paid in",
  reversal: "Payments taken back",
  payout: "Paid out",
  usage: "GPU-hours delivered",
  cancellation: "Cancellations",
  fee: "Market fees",
  tax: "Tax",
  compensation: "Compensation for recalls",
  breach_credit: "Credits for broken promises",
  sla_credit: "Credits for failed GPUs",
  correction: "Corrections",
  goodwill: "Goodwill",
  credit_note: "Credit notes",
};

/** A kind of transfer, as a customer reads it. */
export function movementName(kind: string): string {
  return MOVEMENTS[kind] ?? kind;
}
