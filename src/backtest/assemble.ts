import type { UsageTrace } from "../fleet/usage.ts";
import { largestCapacity, traceEnd } from "../fleet/usage.ts";
import type { Policy } from "../policy/policy.ts";
import { formatNotice } from "../policy/duration.ts";
import type { MicroUsd, MicroUsdPerGpuHour } from "../units.ts";
import { charge, gpuMs, HOUR_MS, isFirm, subMoney, wholeLots } from "../units.ts";
import type { ForecastScore } from "../surplus/score.ts";
import type { Market, Walked } from "./backtest.ts";
import { firmOracle } from "./oracle.ts";
import { recallRate, reliability, startDays } from "./promises-kept.ts";
import type { BacktestReport, NoticeReport } from "./report.ts";
import type { NoticeScore } from "./scorecard.ts";
import { netRevenue } from "./scorecard.ts";

export interface Measured {
  readonly trace: UsageTrace;
  readonly policy: Policy;
  readonly price: MicroUsdPerGpuHour;
  readonly walked: Walked;
  readonly elapsedMs: number;
}

/** Puts what was measured into the published shape. */
export function assembleReport(measured: Measured): BacktestReport {
  const { walked, trace, policy, price, elapsedMs } = measured;
  const facts = traceFacts(trace, policy, walked.scored);
  const notices = walked.ladder.score.notices;
  const delivered = sum(notices, (score) => score.deliveredGpuMs);
  const breached = sum(notices, (score) => score.breachedGpuMs);
  const oracle = oracleOf(measured, facts.idleLots);
  return {
    trace: facts.report,
    sold: {
      gpu_hours: hours(delivered),
      share_of_idle: share(hours(delivered), facts.report.idle_gpu_hours),
      by_notice: notices.map(noticeReport),
    },
    breach: { gpu_hours: hours(breached), share: share(breached, delivered + breached) },
    firm: firmReport(walked.firmOnly, oracle.gpuMs),
    owner: ownerReport(walked.ladder, facts.report.owner_gpu_hours),
    forecast: forecastReport(walked.scorer.score()),
    reliability: reliability(
      notices.filter((each) => !isFirm(each.notice)).flatMap((each) => each.ended),
    ),
    revenue_usd: usd(netRevenue(notices)),
    firm_only_revenue_usd: usd(netRevenue(walked.firmOnly.score.notices)),
    spot_only_revenue_usd: usd(netRevenue(walked.spotOnly.score.notices)),
    oracle_revenue_usd: usd(charge(price, gpuMs(oracle.gpuMs), "floor")),
    elapsed_ms: Math.round(elapsedMs),
    state_hash: walked.ladder.writer.state.hash.toString(),
  };
}

interface TraceFacts {
  readonly report: BacktestReport["trace"];
  /** Idle lots in each step that counts; −1 in an outage, 0 before the warm-up is over. */
  readonly idleLots: Int32Array;
}

function traceFacts(trace: UsageTrace, policy: Policy, scored: Uint8Array): TraceFacts {
  const stepHours = trace.step / HOUR_MS;
  const idleLots = new Int32Array(trace.demand.length);
  let [owner, idle, outages, warmUp] = [0, 0, 0, 0];
  for (let index = 0; index < idleLots.length; index++) {
    const [demand, total] = [trace.demand[index] ?? 0, trace.total[index] ?? 0];
    if (trace.outage[index] === 1) {
      idleLots[index] = -1;
      outages += 1;
    } else if (scored[index] === 0) {
      warmUp += 1;
    } else {
      idleLots[index] = wholeLots(total - demand, policy.lot) / policy.lot;
      idle += (idleLots[index] ?? 0) * policy.lot;
      owner += Math.min(demand, total);
    }
  }
  const report = {
    name: trace.name,
    start: new Date(trace.start).toISOString(),
    end: new Date(traceEnd(trace)).toISOString(),
    step_minutes: trace.step / 60_000,
    gpus_total: largestCapacity(trace),
    hours: idleLots.length * stepHours,
    owner_gpu_hours: owner * stepHours,
    idle_gpu_hours: idle * stepHours,
    outage_hours: outages * stepHours,
    warm_up_hours: warmUp * stepHours,
  };
  return { report, idleLots };
}

function noticeReport(score: NoticeScore): NoticeReport {
  const rate = recallRate(score.ended);
  return {
    notice: formatNotice(score.notice),
    gpu_hours: hours(score.deliveredGpuMs),
    contracts: score.contracts,
    lots: score.lots,
    recalled_lots: sum(score.ended, (contract) => contract.recalledLots),
    recall_rate: rate.real,
    stated_recall_rate: rate.stated,
    recalled_gpu_hours: hours(score.recalledGpuMs),
    breached_gpu_hours: hours(score.breachedGpuMs),
    revenue_usd: usd(subMoney(score.sales, score.compensation)),
    compensation_usd: usd(score.compensation),
    start_days: startDays(score.ended),
    recall_rate_interval: rate.interval,
  };
}

function firmReport(market: Market, oracleGpuMs: number): BacktestReport["firm"] {
  const notices = market.score.notices;
  const delivered = sum(notices, (score) => score.deliveredGpuMs);
  const breached = sum(notices, (score) => score.breachedGpuMs);
  return {
    gpu_hours: hours(delivered),
    broken_share: share(breached, delivered + breached),
    share_of_oracle: share(delivered, oracleGpuMs),
  };
}

function ownerReport(market: Market, ownerGpuHours: number): BacktestReport["owner"] {
  const { waits, violations } = market.score;
  const sorted = [...waits].sort(([a], [b]) => a - b);
  const total = sorted.reduce((count, [, gpus]) => count + gpus, 0);
  const delayed = sorted.reduce((gpuMs, [wait, gpus]) => gpuMs + wait * gpus, 0);
  return {
    delayed_gpu_hours: hours(delayed),
    delayed_share: share(hours(delayed), ownerGpuHours),
    wait_minutes: {
      p50: quantileOf(sorted, total * 0.5),
      p99: quantileOf(sorted, total * 0.99),
      max: minutes(sorted.at(-1)?.[0]),
    },
    policy_violations: violations,
  };
}

/** The wait that `rank` of the GPUs do not exceed, in minutes. */
function quantileOf(sorted: readonly (readonly [number, number])[], rank: number): number | null {
  let seen = 0;
  for (const [wait, count] of sorted) {
    seen += count;
    if (seen >= rank) return minutes(wait);
  }
  return null;
}

function minutes(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 60_000;
}

/** What one who knows the future could have sold firm, in contracts as long as the policy's firm ones. */
function oracleOf({ trace, policy }: Measured, idleLots: Int32Array): { gpuMs: number } {
  const [firm] = policy.rungs;
  const steps = Math.max(1, Math.round((firm?.duration ?? trace.step) / trace.step));
  return { gpuMs: firmOracle(idleLots, steps) * policy.lot * trace.step };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function hours(gpuMilliseconds: number): number {
  return gpuMilliseconds / HOUR_MS;
}

function usd(amount: MicroUsd): number {
  return Number(amount) / 1_000_000;
}

function forecastReport({ pinball_ratio, by_lead }: ForecastScore): BacktestReport["forecast"] {
  return {
    pinball_ratio,
    by_lead: by_lead.map((lead) => ({
      lead_hours: lead.lead_hours,
      pinball: lead.pinball,
      best_baseline: lead.best_baseline,
      best_baseline_pinball: lead.best_baseline_pinball,
      coverage_90: lead.coverage_90,
      mae: lead.mae,
      mae_seasonal_naive: lead.mae_seasonal_naive,
    })),
  };
}
