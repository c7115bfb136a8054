import type { DeclaredRun } from "../fleet/calendar.ts";
import type { Job, JobLog } from "../fleet/job.ts";
import type { JobEvent } from "../fleet/owner-queue.ts";
import { replay } from "../fleet/replay.ts";
import type { UsageTrace } from "../fleet/usage.ts";
import { largestCapacity } from "../fleet/usage.ts";
import type { Policy } from "../policy/policy.ts";
import { QUANTILES } from "../surplus/forecast.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import { assembleReport } from "./assemble.ts";
import { SKU, walkTrace } from "./backtest.ts";
import { jobBuyers, saturatedBuyers } from "./buyers.ts";
import type { Buyers } from "./buyers.ts";
import { onTheMinute } from "./jobs-owner.ts";
import type { BacktestResult } from "./report.ts";
import { SeriesRecorder } from "./series.ts";

/** A cluster's past: its usage over time, or the jobs that made it and the capacity they are replayed on. */
export type Past =
  | { readonly kind: "usage"; readonly trace: UsageTrace }
  | {
      readonly kind: "jobs";
      readonly log: JobLog;
      readonly capacity: Gpus;
      readonly step: DurationMs;
    };

export interface BacktestRun {
  readonly past: Past;
  readonly calendar: readonly DeclaredRun[];
  readonly policy: Policy;
  /** Price of a firm GPU-hour. */
  readonly price: MicroUsdPerGpuHour;
  /** Who buys: jobs that arrive as buyers; null: anyone takes whatever is offered. */
  readonly demand: { readonly jobs: readonly Job[]; readonly patience: DurationMs } | null;
  readonly seed: number;
  readonly onProgress: (done: number, at: EpochMs) => void;
}

interface Owner {
  readonly trace: UsageTrace;
  readonly log: JobLog | null;
  readonly plainStarts: readonly JobEvent[];
}

/** What the past would have brought: walks it through the core and measures. */
export function runBacktest(run: BacktestRun): BacktestResult {
  const { policy, price } = run;
  const began = performance.now();
  const owner = ownerOf(run.past);
  const recorder = new SeriesRecorder(owner.trace);
  const walked = walkTrace(
    { ...run, ...owner, buyers: buyersOf(run, owner.trace) },
    recorder.observe,
  );
  const elapsedMs = performance.now() - began;
  const calibration = walked.scorer.score().by_lead.map((lead) => ({
    lead_hours: lead.lead_hours,
    stated: QUANTILES,
    came: lead.at_or_below,
  }));
  return {
    report: assembleReport({ trace: owner.trace, policy, price, walked, elapsedMs }),
    series: recorder.series(calibration),
  };
}

function ownerOf(past: Past): Owner {
  if (past.kind === "usage") return { trace: past.trace, log: null, plainStarts: [] };
  const log = onTheMinute(past.log);
  const { trace, starts } = replay(log, past);
  return { trace, log, plainStarts: starts };
}

/** The firm-only and spot-only markets see the same buyers as the whole ladder. */
function buyersOf(run: BacktestRun, trace: UsageTrace): (policy: Policy) => Buyers {
  const { policy, price, demand, seed } = run;
  if (demand !== null) return () => jobBuyers({ sku: SKU, policy, price, ...demand, seed });
  const capacity = largestCapacity(trace);
  return (each) => saturatedBuyers({ sku: SKU, policy: each, price, capacity });
}
