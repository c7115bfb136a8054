import type { DeclaredRun } from "../fleet/calendar.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import type { Policy } from "../policy/policy.ts";
import type { EpochMs, MicroUsdPerGpuHour } from "../units.ts";
import { assembleReport } from "./assemble.ts";
import { SKU, walkTrace } from "./backtest.ts";
import { saturatedBuyers } from "./buyers.ts";
import type { BacktestResult } from "./report.ts";
import { SeriesRecorder } from "./series.ts";
import { QUANTILES } from "../surplus/forecast.ts";
import { gpus } from "../units.ts";

export interface BacktestRun {
  readonly trace: UsageTrace;
  readonly calendar: readonly DeclaredRun[];
  readonly policy: Policy;
  readonly price: MicroUsdPerGpuHour;
  readonly onProgress: (done: number, at: EpochMs) => void;
}

export function runBacktest(run: BacktestRun): BacktestResult {
  const { trace, policy, price } = run;
  const began = performance.now();
  const capacity = gpus(Math.max(...trace.total));
  const buyers = (each: Policy) => saturatedBuyers({ sku: SKU, policy: each, price, capacity });
  const recorder = new SeriesRecorder(trace);
  const walked = walkTrace({ ...run, buyers }, recorder.observe);
  const elapsedMs = performance.now() - began;
  const score = walked.scorer.score();
  const calibration = score.by_lead.map((lead) => ({
    lead_hours: lead.lead_hours,
    stated: QUANTILES,
    came: lead.at_or_below,
  }));
  return {
    report: assembleReport({ trace, policy, price, walked, elapsedMs }),
    series: recorder.series(calibration),
  };
}
