import { expect, test } from "vitest";
import type { BacktestResult } from "../backtest/report.ts";
import { renderHtml } from "./html.ts";
import { sampleResult } from "./sample.test-data.ts";

const CONTEXT = {
  policyName: "benchmark",
  version: "0.1.0",
  command: "spillway backtest a.csv --html page.html",
};
const TWO_SCRIPTS = ["<script", "</script", "<script", "</script"];
const HOSTILE = `</script><script>alert(1)</script><img src=x onerror="alert('2')">&amp;\u2028.csv`;

function withoutScripts(page: string): string {
  return page.replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
}

/** What a reader reads. */
function textOf(page: string): string {
  return withoutScripts(page)
    .replaceAll(/<style>[\s\S]*?<\/style>/g, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("\u00a0", " ")
    .replaceAll(/\s+/g, " ");
}

function nothingIdle(): BacktestResult {
  const { report, series } = sampleResult({ hours: 400 });
  const none = { p50: null, p99: null, max: null };
  return {
    series: { ...series, time: [], fans: [], calibration: [], recalled: [], breached: [] },
    report: {
      ...report,
      trace: { ...report.trace, idle_gpu_hours: 0 },
      sold: { gpu_hours: 0, share_of_idle: null, by_notice: [] },
      breach: { gpu_hours: 0, share: null },
      firm: { gpu_hours: 0, broken_share: null, share_of_oracle: null },
      owner: { ...report.owner, delayed_gpu_hours: 0, delayed_share: null, wait_minutes: none },
      forecast: { pinball_ratio: null, by_lead: [] },
      reliability: [],
      revenue_usd: 0,
      firm_only_revenue_usd: 0,
      spot_only_revenue_usd: 0,
      oracle_revenue_usd: 0,
    },
  };
}

test("the answer stands in one sentence at the top", () => {
  const page = textOf(renderHtml(sampleResult(), CONTEXT));
  expect(page).toMatch(
    /In 166 days this cluster of 3,456 GPUs had 2\.\d+ million idle GPU-hours *\. 8\d\.\d % of them could have been sold for \$2\.\d+ million ?; training never waited longer than 15 min ?\./,
  );
});

test("a policy violation is said in words, and so is that there was none", () => {
  const { report, series } = sampleResult();
  const owner = { ...report.owner, policy_violations: 3 };
  expect(textOf(renderHtml({ report, series }, CONTEXT))).toContain("No policy violation.");
  const violated = textOf(renderHtml({ report: { ...report, owner }, series }, CONTEXT));
  expect(violated).toContain("3 policy violations.");
  expect(violated).not.toContain("No policy violation.");
});

test("the footer says how to get the same page again", () => {
  const page = textOf(renderHtml(sampleResult(), CONTEXT));
  for (const fact of [CONTEXT.command, "Spillway 0.1.0", "5f0c1d7e9ab34c21", "8.41 s"]) {
    expect(page).toContain(fact);
  }
});

test("the footer counts the hours in which something could be sold", () => {
  const { report, series } = sampleResult();
  const trace = { ...report.trace, hours: 1_000, warm_up_hours: 336, outage_hours: 24 };
  const page = textOf(renderHtml({ report: { ...report, trace }, series }, CONTEXT));
  expect(page).toMatch(/Scored *640 hours in steps of/);
});

test("where more was sold than was idle, the page says why, and its share stays below all", () => {
  const { report, series } = sampleResult();
  const { trace } = report;
  const sold = { ...report.sold, gpu_hours: trace.idle_gpu_hours + 10, share_of_idle: 1.001 };
  const owner = { ...report.owner, delayed_gpu_hours: 10_000 };
  const page = textOf(renderHtml({ report: { ...report, sold, owner }, series }, CONTEXT));
  expect(page).toMatch(/idle GPU-hours *\. 99\.\d %/);
  expect(page).toContain("holders keep their GPUs to the end of their notice");
});

test("a hostile trace name stays text wherever it stands", () => {
  const page = renderHtml(sampleResult({ name: HOSTILE, hours: 400 }), {
    ...CONTEXT,
    policyName: HOSTILE,
    command: `spillway backtest '${HOSTILE}'`,
  });
  expect(page.match(/<\/?script/g)).toEqual(TWO_SCRIPTS);
  expect(withoutScripts(page)).not.toContain("<img");
  expect(withoutScripts(page)).toContain("&lt;/script&gt;&lt;script&gt;alert(1)");
});

test("a hostile notice cannot end the script that holds the data", () => {
  const page = renderHtml(sampleResult({ hours: 400, notices: ["</script><b>"] }), CONTEXT);
  expect(page.match(/<\/?script/g)).toEqual(TWO_SCRIPTS);
});

test("nothing in the page refers to anywhere else", () => {
  const page = renderHtml(sampleResult({ hours: 400 }), CONTEXT);
  const addresses = [...page.matchAll(/\bhttps?:\/\/[^\s"'`)]+/g)].map(([address]) => address);
  const named = addresses.filter(
    (address) =>
      !address.startsWith("http://www.w3.org/") &&
      address !== "http://www.apache.org/licenses/LICENSE-2.0" &&
      address !== "https://github.com/ecomfe/zrender/blob/master/LICENSE",
  );
  expect(named).toEqual([]);
  expect(/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//.exec(page)?.[0]).toBeUndefined();
  expect(/@import|url\(/.exec(withoutScripts(page))?.[0]).toBeUndefined();
  expect(withoutScripts(page)).toContain("default-src &#39;none&#39;; script-src &#39;sha256-");
});

test("every notice has one colour and is named in words, longest first", () => {
  const page = renderHtml(sampleResult({ notices: ["2m", "firm", "4h"] }), CONTEXT);
  const names = ["firm: never recalled", "4 h notice", "2 min notice"];
  const legend = /aria-label="Colours of the notices">([\s\S]*?)<\/ul>/.exec(page)?.[1] ?? "";
  expect(
    textOf(legend)
      .trim()
      .split(/ (?=4|2)/),
  ).toEqual(names);
  for (const i of [0, 1, 2]) expect(withoutScripts(page)).toContain(`--notice-${i}:#`);
});

test("where nothing was idle or scored, the page says so and shows dashes", () => {
  const page = textOf(renderHtml(nothingIdle(), CONTEXT));
  expect(page).toContain("no idle GPU-hours to sell");
  expect(page).toContain("nothing was sold");
  expect(page).toContain("no run came as a surprise");
  expect(page).toContain("The trace is too short to show a forecast.");
  expect(page).toContain("—");
  expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
});
