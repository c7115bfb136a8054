import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { BacktestResult } from "../backtest/report.ts";
import { sampleResult } from "./sample.test-data.ts";
import { summary } from "./summary.ts";

const PLAIN = { color: false, width: 80 };

function withReport(
  change: (report: BacktestResult["report"]) => Partial<BacktestResult["report"]>,
) {
  const { report, series } = sampleResult();
  return { series, report: { ...report, ...change(report) } };
}

test("it says in some twenty lines what was sold, earned, waited for and foreseen", () => {
  const text = summary(sampleResult(), PLAIN);
  const lines = text.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThanOrEqual(12);
  expect(lines.length).toBeLessThanOrEqual(25);
  expect(lines[0]).toBe("alibaba-a100-hourly.csv · 3,456 GPUs · 166 days after the warm-up");
  expect(text).toMatch(
    /^8\d\.\d % of 2\.\d+ million idle GPU-hours sold, for \$2\.\d+ million net$/m,
  );
  expect(text).toMatch(/^4 h notice +█+. +19\.5 % +\d+k {2}3\.4 % \(3\.7 %\)$/m);
  expect(text).toMatch(/^firm: never recalled .* 0\.20 % broken$/m);
  expect(text).toMatch(/^ {2}spot only +█+.? +\$1\.\d+M$/m);
  expect(text).toContain("waited 15 min at most (99th percentile 2 min); no");
  expect(text).toMatch(
    /^Forecast +good: 12 % sharper than the best baseline; 90 % band 8\d\.\d %$/m,
  );
  expect(text).toContain("--html page.html");
  expect(text).toContain("state 5f0c1d7e9ab34c21");
});

test.each([40, 60, 80, 100, 200])("at %i columns no line is longer", (width) => {
  const result = sampleResult({ name: "a-very-long-name-of-a-trace".repeat(9) });
  for (const line of summary(result, { color: false, width }).split("\n")) {
    expect(line.length).toBeLessThanOrEqual(width);
  }
});

test("it has colour only when asked, and colour changes no character", () => {
  const plain = summary(sampleResult(), PLAIN);
  const colored = summary(sampleResult(), { ...PLAIN, color: true });
  expect(plain).toBe(stripVTControlCharacters(plain));
  expect(colored).not.toBe(plain);
  expect(stripVTControlCharacters(colored)).toBe(plain);
});

test("a trace's name cannot steer the terminal", () => {
  const name = "\u001B]0;owned\u0007\u001B[2J\rusage\n\u202E.csv";
  const text = summary(sampleResult({ name }), PLAIN);
  expect(text.split("\n")[0]).toContain("usage.csv · 3,456 GPUs");
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
});

test("the bars are in proportion, and what is small is seen", () => {
  const text = summary(
    withReport(() => ({
      revenue_usd: 100,
      spot_only_revenue_usd: 50,
      firm_only_revenue_usd: 0.01,
      oracle_revenue_usd: 100,
    })),
    PLAIN,
  );
  const bar = (label: string): string =>
    new RegExp(`^ *${label} ([^$]*)`, "m").exec(text)?.[1]?.trim() ?? "";
  expect(bar("Revenue").length).toBe(2 * bar("spot only").replace("▌", "").length + 1);
  expect(bar("firm only")).toBe("▏");
});

test("a policy violation is said, in red where there is colour", () => {
  const violated = withReport((report) => ({ owner: { ...report.owner, policy_violations: 1 } }));
  expect(summary(violated, { color: false, width: 100 })).toContain("; 1 policy violation\n");
  expect(summary(violated, { color: true, width: 100 })).toContain("\u001B[31mTraining");
});

test("a share that is not defined is a dash with its reason", () => {
  const none = { p50: null, p99: null, max: null };
  const text = summary(
    withReport((report) => ({
      trace: { ...report.trace, idle_gpu_hours: 0 },
      sold: { gpu_hours: 0, share_of_idle: null, by_notice: [] },
      breach: { gpu_hours: 0, share: null },
      owner: { ...report.owner, wait_minutes: none },
      forecast: { pinball_ratio: null, by_lead: [] },
    })),
    PLAIN,
  );
  expect(text).toContain("No whole lot of GPUs was idle: there was nothing to sell");
  expect(text).toContain("— (nothing was sold)");
  expect(text).toContain("never waited");
  expect(text).toContain("not scored: the trace is too short, or never changes");
  expect(text).not.toMatch(/NaN|null|undefined|Infinity/);
});
