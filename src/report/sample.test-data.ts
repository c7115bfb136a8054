import type {
  BacktestReport,
  BacktestResult,
  BacktestSeries,
  NoticeReport,
  ReliabilityRow,
} from "../backtest/report.ts";

/** A plausible result for the tests of what people see. No part of the product reads it. */
export interface SampleOptions {
  readonly name?: string;
  readonly hours?: number;
  readonly gpusTotal?: number;
  readonly notices?: readonly string[];
}

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 29);
const WARM_UP_HOURS = 336;
const LEADS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 672];
/** Rough shares of the idle GPUs that each notice takes, longest first; the rest stays unsold. */
const TAKES = [0.16, 0.11, 0.2, 0.21, 0.26];

export function sampleResult(options: SampleOptions = {}): BacktestResult {
  const series = sampleSeries(options);
  return { series, report: sampleReport(series, options.name ?? "alibaba-a100-hourly.csv") };
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function sampleSeries(options: SampleOptions): BacktestSeries {
  const {
    hours = 4_344,
    gpusTotal = 3_456,
    notices = ["firm", "24h", "4h", "15m", "2m"],
  } = options;
  const draw = random(7);
  const steps = Array.from({ length: hours }, (_, i) => i);
  const outage = steps.map((i) => i > hours * 0.62 && i < hours * 0.62 + 30);
  const demand = demandOf(hours, gpusTotal, draw);
  const owner = demand.map((g, i) => (outage[i] ? 0 : Math.min(g, gpusTotal)));
  const idle = owner.map((g, i) => (outage[i] ? 0 : Math.floor((gpusTotal - g) / 8) * 8));
  const byNotice = notices.map((notice, rung) => ({
    notice,
    gpus: idle.map((g, i) =>
      i < WARM_UP_HOURS ? 0 : lots(g * (TAKES[rung] ?? 0) * (rung === 0 ? 0.6 : 1)),
    ),
  }));
  return {
    time: steps.map((i) => new Date(START_MS + i * HOUR_MS).toISOString()),
    capacity: steps.map(() => gpusTotal),
    owner,
    queued: demand.map((g) => Math.max(0, g - gpusTotal)),
    by_notice: byNotice,
    unsold: idle.map((g, i) => g - byNotice.reduce((sum, n) => sum + (n.gpus[i] ?? 0), 0)),
    outage,
    recalled: owner.map((g, i) =>
      i < WARM_UP_HOURS ? 0 : lots(Math.max(0, g - (owner[i - 1] ?? g)) * 0.7),
    ),
    breached: steps.map(() => (draw() > 0.995 ? lots(200 * draw()) : 0)),
    fans: fansOf(owner, gpusTotal),
    calibration: LEADS.map((lead) => ({
      lead_hours: lead,
      stated: quantiles(),
      came: quantiles().map((q) => q + 0.04 * (draw() - 0.5) + 0.03 * q * (1 - q)),
    })),
  };
}

function lots(gpus: number): number {
  return Math.floor(gpus / 8) * 8;
}

function quantiles(): number[] {
  return Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
}

function demandOf(hours: number, gpusTotal: number, draw: () => number): number[] {
  let level = 0.72;
  let run = 0;
  return Array.from({ length: hours }, (_, i) => {
    level += 0.02 * (draw() - 0.5) + 0.004 * (0.72 - level);
    if (draw() > 0.996) run = 0.24;
    if (draw() > 0.985) run = 0;
    const cycle = 0.05 * Math.sin((2 * Math.PI * (i - 9)) / 24) + 0.02 * draw();
    return Math.round(gpusTotal * Math.max(0.2, level + run + cycle));
  });
}

function fansOf(owner: readonly number[], gpusTotal: number): BacktestSeries["fans"] {
  return [0.2, 0.45, 0.7, 0.97].map((at) => {
    const origin = Math.floor(owner.length * at);
    const now = owner[origin - 1] ?? 0;
    const band = (z: number): number[] =>
      LEADS.map((l) => {
        const width = gpusTotal * Math.min(0.22, 0.02 + 0.012 * Math.sqrt(l));
        return Math.round(Math.min(gpusTotal, Math.max(0, now + z * width)));
      });
    return {
      origin: new Date(START_MS + origin * HOUR_MS).toISOString(),
      lead_hours: LEADS,
      q05: band(-1),
      q25: band(-0.4),
      q50: band(0),
      q75: band(0.4),
      q95: band(1),
      came: LEADS.map((l) => owner[origin + l - 1] ?? null),
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sampleReport(series: BacktestSeries, name: string): BacktestReport {
  const byNotice = series.by_notice.map(noticeReport);
  const sold = sum(byNotice.map((n) => n.gpu_hours));
  const idle = sold + sum(series.unsold.slice(WARM_UP_HOURS));
  const outageHours = series.outage.filter(Boolean).length;
  const revenue = sum(byNotice.map((n) => n.revenue_usd));
  const breached = sum(byNotice.map((n) => n.breached_gpu_hours));
  return {
    trace: {
      name,
      start: series.time[0] ?? "",
      end: series.time.at(-1) ?? "",
      step_minutes: 60,
      gpus_total: series.capacity[0] ?? 0,
      hours: series.time.length,
      owner_gpu_hours: sum(series.owner),
      idle_gpu_hours: idle,
      outage_hours: outageHours,
      warm_up_hours: WARM_UP_HOURS,
    },
    sold: { gpu_hours: sold, share_of_idle: sold / idle, by_notice: byNotice },
    breach: { gpu_hours: breached, share: breached / (sold + breached) },
    firm: { gpu_hours: byNotice[0]?.gpu_hours ?? 0, broken_share: 0.0021, share_of_oracle: 0.412 },
    owner: {
      delayed_gpu_hours: 412,
      delayed_share: 0.00004,
      wait_minutes: { p50: 0, p99: 2, max: 15 },
      policy_violations: 0,
    },
    forecast: { pinball_ratio: 0.884, by_lead: leadRows() },
    reliability: reliabilityRows(),
    revenue_usd: revenue,
    firm_only_revenue_usd: revenue * 0.41,
    spot_only_revenue_usd: revenue * 0.74,
    oracle_revenue_usd: revenue * 1.52,
    elapsed_ms: 8_412,
    state_hash: "5f0c1d7e9ab34c21",
  };
}

function noticeReport(rung: BacktestSeries["by_notice"][number], index: number): NoticeReport {
  const hours = sum(rung.gpus);
  const price = [2, 1.6, 1.3, 1, 0.8][index] ?? 0.8;
  const recalled = [0, 0.011, 0.034, 0.071, 0.124][index] ?? 0;
  const lots = Math.round(hours / 192);
  return {
    notice: rung.notice,
    gpu_hours: hours,
    contracts: Math.round(lots / 4),
    lots,
    recalled_lots: Math.round(lots * recalled),
    recall_rate: rung.notice === "firm" ? null : recalled,
    stated_recall_rate: rung.notice === "firm" ? null : recalled * 1.08,
    recalled_gpu_hours: hours * recalled * 0.4,
    breached_gpu_hours: index < 2 ? hours * 0.002 : 0,
    revenue_usd: hours * price,
    compensation_usd: hours * price * recalled * 0.05,
    start_days: 151,
    recall_rate_interval: rung.notice === "firm" ? null : [recalled * 0.7, recalled * 1.4],
  };
}

function leadRows(): BacktestReport["forecast"]["by_lead"] {
  return LEADS.map((lead, i) => ({
    lead_hours: lead,
    pinball: 0.006 + 0.0016 * i,
    best_baseline: i < 6 ? "persistence" : "seasonal naive 24 h",
    best_baseline_pinball: 0.0072 + 0.0018 * i,
    coverage_90: 0.884 + 0.004 * (i % 7),
    mae: 0.016 + 0.004 * i,
    mae_seasonal_naive: 0.05 + 0.002 * i,
  }));
}

function reliabilityRows(): ReliabilityRow[] {
  return Array.from({ length: 10 }, (_, i) => {
    const lots = i < 6 ? Math.round(8_000 / (1 + i * i * 2)) : 0;
    const stated = lots > 0 ? (i + 0.45) / 10 : null;
    const recalled = stated === null ? null : stated * (0.9 + 0.04 * i);
    return { stated_from: i / 10, stated_to: (i + 1) / 10, lots, stated, recalled };
  });
}
