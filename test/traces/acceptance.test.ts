import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { BacktestReport, NoticeReport } from "../../src/backtest/report.ts";
import { runBacktest } from "../../src/backtest/run-backtest.ts";
import { parseNotice } from "../../src/policy/duration.ts";
import { readTrace } from "../../src/readers/detect.ts";
import { READ_STRICTLY } from "../../src/readers/options.ts";
import { readPolicy } from "../../src/readers/policy-json.ts";
import { openText } from "../../src/readers/source.ts";
import { assert, HOUR_MS, microUsdPerGpuHour } from "../../src/units.ts";
import { dataPath } from "../data.ts";

const POLICY = fileURLToPath(new URL("../../policies/benchmark.json", import.meta.url));
/** A walk takes seconds on an idle machine; one that is busy may take ten times as long. */
const WALK_TIMEOUT_MS = 240_000;

async function backtest(name: string): Promise<BacktestReport> {
  const past = await readTrace(dataPath(name), READ_STRICTLY);
  assert(past.kind === "usage", `${name} is a usage file`);
  const { report } = runBacktest({
    past,
    calendar: [],
    policy: await readPolicy(await openText(POLICY)),
    price: microUsdPerGpuHour(2_000_000n),
    demand: null,
    seed: 1,
    onProgress: () => {},
  });
  return report;
}

function isLong({ notice }: NoticeReport): boolean {
  return (parseNotice(notice) ?? 0) >= 4 * HOUR_MS;
}

/** Contracts that began on one day share their fate: fewer days say little about a rate. */
function saysEnough({ lots, start_days }: NoticeReport): boolean {
  return lots >= 200 && start_days >= 60;
}

describe.each(["usage/alibaba-series-1-hourly.csv", "usage/venus-2020-apr-jun-10min.csv"])(
  "with the benchmark policy, on %s",
  (name) => {
    let report: BacktestReport;

    beforeAll(async () => {
      report = await backtest(name);
    }, WALK_TIMEOUT_MS);

    test("nine tenths of idle are sold", () => {
      expect(report.sold.share_of_idle).toBeGreaterThanOrEqual(0.9);
    });

    test("a twentieth of idle is sold at notices of four hours or longer", () => {
      const long = report.sold.by_notice.filter(isLong);
      const hours = long.reduce((sum, { gpu_hours }) => sum + gpu_hours, 0);
      expect(hours / report.trace.idle_gpu_hours).toBeGreaterThanOrEqual(0.05);
    });

    test("at most one GPU-hour in two hundred is breached", () => {
      expect(report.breach.share).toBeLessThanOrEqual(0.005);
    });

    test("training never waits longer than the policy allows", () => {
      expect(report.owner.policy_violations).toBe(0);
    });

    test("the ladder earns 1.15 times what its better end would alone", () => {
      const best = Math.max(report.firm_only_revenue_usd, report.spot_only_revenue_usd);
      expect(best).toBeGreaterThan(0);
      expect(report.revenue_usd / best).toBeGreaterThanOrEqual(1.15);
    });

    test("contracts are recalled within two points of what was stated", () => {
      const judged = report.sold.by_notice.filter(saysEnough);
      expect(judged).not.toEqual([]);
      for (const { notice, recall_rate, stated_recall_rate } of judged) {
        const apart = Math.abs((recall_rate ?? Number.NaN) - (stated_recall_rate ?? Number.NaN));
        expect(apart, notice).toBeLessThanOrEqual(0.02);
      }
    });

    test("the forecast's pinball loss stays below the best baselines'", () => {
      expect(report.forecast.pinball_ratio).toBeLessThanOrEqual(0.97);
    });
  },
);
