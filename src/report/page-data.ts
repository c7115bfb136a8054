import type { BacktestResult, BacktestSeries, ReliabilityRow } from "../backtest/report.ts";
import { longestFirst, noticeName } from "./notice.ts";

/** What the page's script draws from: the series in short form, times in whole minutes since 1970. */
export interface PageData {
  readonly minute: readonly number[];
  readonly stepMinutes: number;
  readonly capacity: readonly number[];
  readonly owner: readonly number[];
  readonly queued: readonly number[];
  readonly unsold: readonly number[];
  /** Longest notice first, the order of the stack and of the colours. */
  readonly notices: readonly { readonly name: string; readonly gpus: readonly number[] }[];
  /** `[start, end)` of each outage, in minutes. */
  readonly outages: readonly (readonly [number, number])[];
  /** When the forecast had learned enough and sales began. */
  readonly warmUpEnd: number;
  readonly recalled: readonly number[];
  readonly breached: readonly number[];
  readonly fans: BacktestSeries["fans"];
  readonly calibration: BacktestSeries["calibration"];
  readonly coverage: readonly { readonly lead_hours: number; readonly share: number }[];
  readonly reliability: readonly ReliabilityRow[];
}

export function pageData({ report, series }: BacktestResult): PageData {
  const minute = series.time.map((time) => Math.round(Date.parse(time) / 60_000));
  const stepMinutes = (minute[1] ?? 0) - (minute[0] ?? 0) || report.trace.step_minutes;
  return {
    minute,
    stepMinutes,
    capacity: series.capacity,
    owner: series.owner,
    queued: series.queued,
    unsold: series.unsold,
    notices: longestFirst(series.by_notice).map((n) => ({
      name: noticeName(n.notice),
      gpus: n.gpus,
    })),
    outages: spans(series.outage, minute, stepMinutes),
    warmUpEnd: (minute[0] ?? 0) + report.trace.warm_up_hours * 60,
    recalled: series.recalled,
    breached: series.breached,
    fans: series.fans,
    calibration: series.calibration,
    coverage: report.forecast.by_lead.flatMap((row) =>
      row.coverage_90 === null ? [] : [{ lead_hours: row.lead_hours, share: row.coverage_90 }],
    ),
    reliability: report.reliability.filter((row) => row.lots > 0),
  };
}

function spans(
  flags: readonly boolean[],
  minute: readonly number[],
  stepMinutes: number,
): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (const [i, flag] of flags.entries()) {
    const start = minute[i] ?? 0;
    const last = found.at(-1);
    if (!flag) continue;
    if (last && flags[i - 1]) found[found.length - 1] = [last[0], start + stepMinutes];
    else found.push([start, start + stepMinutes]);
  }
  return found;
}
