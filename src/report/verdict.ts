import type { BacktestReport, NoticeReport } from "../backtest/report.ts";
import { minutes, NONE, percent, plural, whole } from "./format.ts";

/** What the figures amount to, in words that the terminal and the page share. */

/** One word for the forecast, from its loss as a share of the best simple baseline's. */
export function forecastWord(pinballRatio: number | null): string {
  if (pinballRatio === null) return "not scored";
  if (pinballRatio <= 0.92) return "good";
  if (pinballRatio <= 0.97) return "fair";
  return pinballRatio <= 1 ? "weak" : "poor";
}

/** The mean coverage of the central 90 % interval over all leads that were scored. */
export function meanCoverage(report: BacktestReport): number | null {
  const scored = report.forecast.by_lead.flatMap((row) => row.coverage_90 ?? []);
  return scored.length === 0 ? null : scored.reduce((sum, share) => sum + share, 0) / scored.length;
}

/** "12 % sharper than the best simple baseline". */
export function sharpness(pinballRatio: number | null): string {
  if (pinballRatio === null) return "the trace is too short, or never changes";
  const gain = Math.round((1 - pinballRatio) * 100);
  if (gain === 0) return "as sharp as the best baseline";
  return `${Math.abs(gain)} % ${gain > 0 ? "sharper" : "blunter"} than the best baseline`;
}

/** Whether training ever waited, as the rest of a sentence that begins with "training". */
export function waited(owner: BacktestReport["owner"]): string {
  const { p99, max } = owner.wait_minutes;
  if (max === null || max === 0) return "never waited";
  const usually = p99 === null || p99 === max ? "" : ` (99th percentile ${minutes(p99)})`;
  return `waited ${minutes(max)} at most${usually}`;
}

export function violations(owner: BacktestReport["owner"]): string {
  const count = owner.policy_violations;
  return count === 0 ? "no policy violation" : plural(count, "policy violation");
}

/** What was promised at this notice and breached, as a share of what was delivered or breached. */
export function brokenShare(row: NoticeReport): number | null {
  const promised = row.gpu_hours + row.breached_gpu_hours;
  return promised === 0 ? null : row.breached_gpu_hours / promised;
}

/** The share of breached promises, with its reason where there is none. */
export function breachShare(report: BacktestReport): string {
  if (report.breach.share === null) return `${NONE} (nothing was sold)`;
  if (report.breach.gpu_hours === 0) return "none";
  return `${percent(report.breach.share, 2)} (${whole(report.breach.gpu_hours)} GPU-hours)`;
}

/** Hours in which something could be sold: after the warm-up, and outside outages. */
export function soldHours({ trace }: BacktestReport): number {
  return Math.max(0, trace.hours - trace.warm_up_hours - trace.outage_hours);
}

/** Idle GPU-hours that nobody bought. What holders keep to the end of their notice, while training waits, is not idle. */
export function unsoldGpuHours({ trace, sold, owner }: BacktestReport): number {
  return Math.max(0, trace.idle_gpu_hours - (sold.gpu_hours - owner.delayed_gpu_hours));
}

/** Share of the idle GPU-hours that were sold, without what holders kept while training waited; at most 1. */
export function idleSoldShare(report: BacktestReport): number | null {
  const idle = report.trace.idle_gpu_hours;
  return idle > 0 ? 1 - unsoldGpuHours(report) / idle : null;
}
