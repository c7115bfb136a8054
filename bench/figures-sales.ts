import type { BacktestReport } from "../src/backtest/report.ts";
import { parseNotice } from "../src/policy/duration.ts";
import { HOUR_MS } from "../src/units.ts";
import type { Ran } from "./cases.ts";
import { A100 } from "./cases.ts";
import { percent, table } from "./markdown.ts";
import type { Target, Verdict } from "./targets.ts";
import {
  BREACHED,
  cell,
  judge,
  LONG_NOTICE,
  REVENUE,
  REVENUE_OF_LONG,
  SECONDS,
  SOLD,
  VIOLATIONS,
} from "./targets.ts";

/** Where long notices must sell, and pay. */
const SELLS_LONG = [A100, "alibaba-series-1-hourly", "venus-2020-apr-jun-10min"];
const LONG_NOTICE_MS = 4 * HOUR_MS;

/** A column of the table: what is measured, and the target on a case, if it has any. */
interface Column {
  readonly head: string;
  readonly value: (report: BacktestReport) => number | null;
  readonly target: (name: string) => Target | null;
  /** How the figure is written where there is no target. */
  readonly write: (value: number) => string;
}

const COLUMNS: readonly Column[] = [
  {
    head: `idle sold, ${SOLD.wanted}`,
    value: (report) => report.sold.share_of_idle,
    target: () => SOLD,
    write: SOLD.write,
  },
  {
    head: `breach share, ${BREACHED.wanted}`,
    value: (report) => report.breach.share,
    target: () => BREACHED,
    write: BREACHED.write,
  },
  {
    head: "violations, 0",
    value: (report) => report.owner.policy_violations,
    target: () => VIOLATIONS,
    write: VIOLATIONS.write,
  },
  {
    head: "revenue ÷ better of one rung, ≥ 1.15 or 0.98",
    value: revenueRatio,
    target: (name) => (SELLS_LONG.includes(name) ? REVENUE_OF_LONG : REVENUE),
    write: REVENUE.write,
  },
  {
    head: `idle sold at ≥ 4 h, ${LONG_NOTICE.wanted}`,
    value: soldLong,
    target: (name) => (SELLS_LONG.includes(name) ? LONG_NOTICE : null),
    write: LONG_NOTICE.write,
  },
  {
    head: `elapsed, A100 ${SECONDS.wanted}`,
    value: (report) => report.elapsed_ms / 1000,
    target: (name) => (name === A100 ? SECONDS : null),
    write: SECONDS.write,
  },
];

/** Net revenue ÷ the better of firm-only and spot-only; null where neither earns anything. */
function revenueRatio(report: BacktestReport): number | null {
  const better = Math.max(report.firm_only_revenue_usd, report.spot_only_revenue_usd);
  return better > 0 ? report.revenue_usd / better : null;
}

/** Share of idle that is sold, and delivered, at notices of 4 h or longer, firm included. */
function soldLong({ sold, trace }: BacktestReport): number | null {
  if (trace.idle_gpu_hours === 0) return null;
  const long = sold.by_notice.filter(({ notice }) => (parseNotice(notice) ?? 0) >= LONG_NOTICE_MS);
  return long.reduce((sum, each) => sum + each.gpu_hours, 0) / trace.idle_gpu_hours;
}

export function salesTable(runs: readonly Ran[]): string {
  const head = ["cluster", "GPUs", "days", "idle", ...COLUMNS.map((column) => column.head)];
  return table(
    head,
    runs.map(({ name, report }) => [
      name,
      ...factsOf(report),
      ...COLUMNS.map(cellOf(name, report)),
    ]),
  );
}

function factsOf({ trace }: BacktestReport): string[] {
  const { idle_gpu_hours: idle, owner_gpu_hours: owner } = trace;
  return [
    String(trace.gpus_total),
    (trace.hours / 24).toFixed(0),
    percent(idle / Math.max(1, idle + owner)),
  ];
}

function cellOf(name: string, report: BacktestReport) {
  return ({ value, target, write }: Column): string => {
    const [figure, bound] = [value(report), target(name)];
    if (bound !== null || figure === null) return cell(bound ?? SOLD, figure);
    return write(figure);
  };
}

export function salesVerdicts(ran: Ran): Verdict[] {
  return COLUMNS.flatMap(({ value, target }) => {
    const bound = target(ran.name);
    return bound === null ? [] : judge(bound, ran, value(ran.report));
  });
}
