import type { BacktestReport } from "../src/backtest/report.ts";
import { runBacktest } from "../src/backtest/run-backtest.ts";
import { startProgress } from "../src/cli/progress.ts";
import { largestCapacity, type UsageTrace } from "../src/fleet/usage.ts";
import type { Policy } from "../src/policy/policy.ts";
import { assert, DAY_MS, HOUR_MS, wholeLots } from "../src/units.ts";
import { type Case, PRICE } from "./cases.ts";
import type { FirmSales, IdlePast } from "./fixed-margin.ts";
import { OUTAGE, sellUnder, trailingMinimum } from "./fixed-margin.ts";

const MEMORY_MS = 28 * DAY_MS;

/** Our firm market at one ε. */
export interface FirmPoint {
  readonly epsilon: number;
  readonly soldShare: number;
  readonly brokenShare: number | null;
  /** Delivered ÷ what one who knew the future would have delivered. */
  readonly shareOfOracle: number | null;
  /** The fixed margin that sells most while it breaks no larger a share; null where each breaks more. */
  readonly rival: FirmSales | null;
}

export interface FirmRace {
  readonly name: string;
  readonly capacityLots: number;
  readonly ours: readonly FirmPoint[];
  /** By width, from no margin to the whole capacity, lot by lot. */
  readonly margins: readonly FirmSales[];
}

/** Sells one case firm in both ways: ours at each ε, and the fixed margin at every width. */
export async function race(
  of: Case,
  policy: Policy,
  epsilons: readonly number[],
): Promise<FirmRace> {
  const { past } = await of.load();
  assert(past.kind === "usage", "the owner's demand is the same whoever sells");
  const { trace } = past;
  const reports = epsilons.map((epsilon) => sellFirm(of.name, trace, { ...policy, epsilon }));
  const capacityLots = Math.floor(largestCapacity(trace) / policy.lot);
  const margins = sellUnderMargins(trace, policy, reports[0]?.trace.warm_up_hours ?? 0);
  return { name: of.name, capacityLots, margins, ours: reports.map(pointOf(epsilons, margins)) };
}

/** The whole backtest with the firm rung alone. */
function sellFirm(name: string, trace: UsageTrace, policy: Policy): BacktestReport {
  const progress = startProgress(`${name} ε ${policy.epsilon}`);
  const { report } = runBacktest({
    past: { kind: "usage", trace },
    calendar: [],
    policy: { ...policy, rungs: policy.rungs.slice(0, 1) },
    price: PRICE,
    demand: null,
    seed: 1,
    onProgress: progress.update,
  });
  progress.stop();
  console.error(`${name}, ε ${policy.epsilon}: ${(report.elapsed_ms / 1000).toFixed(1)} s`);
  return report;
}

function pointOf(epsilons: readonly number[], margins: readonly FirmSales[]) {
  return ({ sold, firm }: BacktestReport, index: number): FirmPoint => ({
    epsilon: epsilons[index] ?? 0,
    soldShare: sold.share_of_idle ?? 0,
    brokenShare: firm.broken_share,
    shareOfOracle: firm.share_of_oracle,
    rival: bestWithin(margins, firm.broken_share ?? 0),
  });
}

/** The width that sells most without breaking more than `broken`: chosen by one who has seen how it ended. */
function bestWithin(margins: readonly FirmSales[], broken: number): FirmSales | null {
  const kept = margins.filter(({ brokenShare }) => brokenShare !== null && brokenShare <= broken);
  return kept.toSorted((a, b) => b.soldShare - a.soldShare)[0] ?? null;
}

function sellUnderMargins(trace: UsageTrace, policy: Policy, warmUpHours: number): FirmSales[] {
  const past = idlePast(trace, policy, warmUpHours);
  const minimum = trailingMinimum(past.idleLots, MEMORY_MS / trace.step);
  const widest = Math.floor(largestCapacity(trace) / policy.lot);
  return Array.from({ length: widest + 1 }, (_, width) => sellUnder(minimum, width, past));
}

function idlePast(trace: UsageTrace, policy: Policy, warmUpHours: number): IdlePast {
  const { demand, total, outage, step } = trace;
  const [firm] = policy.rungs;
  const waits = policy.allowedWaits.map(({ wait }) => wait);
  return {
    idleLots: demand.map((wanted, index) =>
      outage[index] === 1
        ? OUTAGE
        : wholeLots((total[index] ?? 0) - wanted, policy.lot) / policy.lot,
    ),
    firstStep: (warmUpHours * HOUR_MS) / step,
    stepsPerContract: (firm?.duration ?? step) / step,
    graceSteps: Math.max(...waits) / step,
  };
}
