/** What a backtest found. Keys are the published JSON's; times are ISO 8601 UTC, money dollars, GPU-hours floats. */
export interface BacktestReport {
  readonly trace: {
    readonly name: string;
    readonly start: string;
    readonly end: string;
    readonly step_minutes: number;
    readonly gpus_total: number;
    readonly hours: number;
    readonly owner_gpu_hours: number;
    readonly idle_gpu_hours: number;
    readonly outage_hours: number;
    readonly warm_up_hours: number;
  };
  readonly sold: {
    readonly gpu_hours: number;
    readonly share_of_idle: number | null;
    readonly by_notice: readonly NoticeReport[];
  };
  readonly breach: { readonly gpu_hours: number; readonly share: number | null };
  /** Of the market that sells firm contracts alone. */
  readonly firm: {
    readonly gpu_hours: number;
    readonly broken_share: number | null;
    readonly share_of_oracle: number | null;
  };
  readonly owner: {
    readonly delayed_gpu_hours: number;
    readonly delayed_share: number | null;
    readonly wait_minutes: {
      readonly p50: number | null;
      readonly p99: number | null;
      readonly max: number | null;
    };
    readonly policy_violations: number;
  };
  readonly forecast: ForecastReport;
  /** Stated against real chance of recall, by decile of the stated chance, over all notices but firm. */
  readonly reliability: readonly ReliabilityRow[];
  readonly revenue_usd: number;
  readonly firm_only_revenue_usd: number;
  readonly spot_only_revenue_usd: number;
  readonly oracle_revenue_usd: number;
  readonly elapsed_ms: number;
  readonly state_hash: string;
}

export interface NoticeReport {
  /** "firm", "24h", "4h", "15m", "2m"… */
  readonly notice: string;
  readonly gpu_hours: number;
  readonly contracts: number;
  readonly lots: number;
  readonly recalled_lots: number;
  readonly recall_rate: number | null;
  readonly stated_recall_rate: number | null;
  readonly recalled_gpu_hours: number;
  readonly breached_gpu_hours: number;
  /** Net of compensation and credits. */
  readonly revenue_usd: number;
  /** Compensation for recalls and credits for breaches. */
  readonly compensation_usd: number;
  /** Distinct days on which a contract that has ended began. */
  readonly start_days: number;
  /** 95 % interval of the recall rate, contracts of one start day taken as one observation; null below two days. */
  readonly recall_rate_interval: readonly [number, number] | null;
}

export interface ForecastReport {
  readonly pinball_ratio: number | null;
  readonly by_lead: readonly {
    readonly lead_hours: number;
    readonly pinball: number | null;
    readonly best_baseline: string | null;
    readonly best_baseline_pinball: number | null;
    readonly coverage_90: number | null;
    readonly mae: number | null;
    readonly mae_seasonal_naive: number | null;
  }[];
}

export interface ReliabilityRow {
  readonly stated_from: number;
  readonly stated_to: number;
  readonly lots: number;
  readonly stated: number | null;
  readonly recalled: number | null;
}

/** What the page draws besides the report: one entry a step (or, in a long trace, a bucket of steps). */
export interface BacktestSeries {
  readonly time: readonly string[];
  readonly capacity: readonly number[];
  readonly owner: readonly number[];
  /** GPUs that the owner queued beyond capacity. */
  readonly queued: readonly number[];
  readonly by_notice: readonly { readonly notice: string; readonly gpus: readonly number[] }[];
  readonly unsold: readonly number[];
  readonly outage: readonly boolean[];
  /** GPUs taken back in each bucket, by kind. */
  readonly recalled: readonly number[];
  readonly breached: readonly number[];
  /** Forecast fan: for origins spread over the trace, quantiles of demand by lead against what came, in GPUs. */
  readonly fans: readonly {
    readonly origin: string;
    readonly lead_hours: readonly number[];
    readonly q05: readonly number[];
    readonly q25: readonly number[];
    readonly q50: readonly number[];
    readonly q75: readonly number[];
    readonly q95: readonly number[];
    readonly came: readonly (number | null)[];
  }[];
  /** Stated and empirical share below each forecast quantile, by lead. */
  readonly calibration: readonly {
    readonly lead_hours: number;
    readonly stated: readonly number[];
    readonly came: readonly number[];
  }[];
}

export interface BacktestResult {
  readonly report: BacktestReport;
  readonly series: BacktestSeries;
}
