import type { BacktestReport } from "../backtest/report.ts";
import {
  compact,
  compactDollars,
  day,
  days,
  minutes,
  NONE,
  percent,
  plural,
  seconds,
  spoken,
  spokenDollars,
  whole,
} from "./format.ts";
import { html, type Markup } from "../markup/markup.ts";
import { forecastWord, idleSoldShare, meanCoverage, sharpness, soldHours } from "./verdict.ts";

export interface PageContext {
  readonly policyName: string;
  /** Of Spillway itself. */
  readonly version: string;
  /** What was typed to get this page. */
  readonly command: string;
}

/** The page's frame: whose trace it is, the answer in a sentence and in five figures, and how it came about. */

export function masthead({ trace }: BacktestReport, { policyName }: PageContext): Markup {
  return html`<header class="masthead">
    <p class="brand">Spillway <span>backtest</span></p>
    <p class="trace">
      <strong>${trace.name}</strong> · ${day(trace.start)} to ${day(trace.end)} · policy
      ${policyName}
    </p>
  </header>`;
}

export function opening(report: BacktestReport): Markup {
  return html`<section class="opening" aria-labelledby="answer">
    <h1 id="answer">${answer(report)}</h1>
    ${verdict(report)}
    <dl class="tiles">${tiles(report)}</dl>
  </section>`;
}

function answer(report: BacktestReport): Markup {
  const { trace, sold } = report;
  const cluster = html`In <b>${tight(days(soldHours(report)))}</b> this cluster of
    ${whole(trace.gpus_total)} GPUs had`;
  if (sold.share_of_idle === null) return html`${cluster} <b>no idle GPU-hours</b> to sell.`;
  return html`${cluster} <b>${tight(spoken(trace.idle_gpu_hours))} idle GPU-hours</b>.
    <b>${tight(percent(idleSoldShare(report)))}</b> of them could have been sold for
    <b>${tight(spokenDollars(report.revenue_usd))}</b>; training ${wait(report.owner)}.`;
}

/** A figure that no line break may part. */
function tight(figure: string): string {
  return figure.replaceAll(" ", "\u00a0");
}

function wait(owner: BacktestReport["owner"]): Markup {
  const longest = owner.wait_minutes.max;
  if (!longest) return html`<b>never waited</b>`;
  return html`never waited longer than <b>${tight(minutes(longest))}</b>`;
}

function verdict({ owner }: BacktestReport): Markup {
  if (owner.policy_violations === 0) {
    return html`<p class="verdict good">
      <b>No policy violation.</b> No declared run waited, and no surprise run waited longer than the
      policy allows for its size.
    </p>`;
  }
  return html`<p class="verdict bad">
    <b>${plural(owner.policy_violations, "policy violation")}.</b> So often a declared run waited,
    or a surprise run waited longer than the policy allows for its size.
  </p>`;
}

function tiles(report: BacktestReport): Markup[] {
  const { sold, breach, owner, forecast, trace } = report;
  const coverage = meanCoverage(report);
  return [
    tile("Net revenue", compactDollars(report.revenue_usd), perGpu(report)),
    tile(
      "Idle GPU-hours sold",
      percent(idleSoldShare(report)),
      sold.share_of_idle === null
        ? "nothing was idle"
        : `${compact(sold.gpu_hours)} of ${compact(trace.idle_gpu_hours)}`,
    ),
    tile("Longest wait of training", minutes(owner.wait_minutes.max), delayed(owner)),
    tile(
      "Promises broken",
      percent(breach.share, 2),
      breach.share === null
        ? "nothing was sold"
        : `${compact(breach.gpu_hours)} GPU-hours, credited`,
    ),
    tile(
      "Forecast",
      forecastWord(forecast.pinball_ratio),
      coverage === null
        ? sharpness(forecast.pinball_ratio)
        : `${sharpness(forecast.pinball_ratio)}; its 90 % band held ${percent(coverage)}`,
    ),
  ];
}

function tile(label: string, value: string, note: string): Markup {
  return html`<div class="tile">
    <dt>${label}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`;
}

function perGpu({ revenue_usd, sold }: BacktestReport): string {
  if (sold.gpu_hours === 0) return "nothing was sold";
  return `$${(revenue_usd / sold.gpu_hours).toFixed(2)} for each GPU-hour sold`;
}

function delayed(owner: BacktestReport["owner"]): string {
  if (owner.wait_minutes.max === null) return "no run came as a surprise";
  if (owner.delayed_gpu_hours === 0) return "no GPU-hour of training was delayed";
  const p99 = owner.wait_minutes.p99;
  return `99th percentile ${minutes(p99)}; ${percent(owner.delayed_share, 2)} of its GPU-hours delayed`;
}

export function footer(report: BacktestReport, context: PageContext): Markup {
  const facts = provenance(report, context).map(
    ([term, value]) =>
      html`<div>
        <dt>${term}</dt>
        <dd>${value}</dd>
      </div>`,
  );
  return html`<footer>
    <dl>
      ${facts}
      <div class="wide">
        <dt>Command</dt>
        <dd><code>${context.command}</code></dd>
      </div>
    </dl>
    <p>
      The same trace, policy, version and seed give the same state hash on any machine. This page
      fetches nothing: it can be mailed, archived and opened offline.
    </p>
  </footer>`;
}

type Fact = readonly [term: string, value: string | Markup];

function provenance(report: BacktestReport, context: PageContext): Fact[] {
  const { trace } = report;
  const step = minutes(trace.step_minutes);
  return [
    ["Trace", trace.name],
    ["Scored", `${whole(soldHours(report))} hours in steps of ${step}`],
    [
      "Left out",
      `${whole(trace.warm_up_hours)} hours of warm-up, ${whole(trace.outage_hours)} of outage`,
    ],
    ["Policy", context.policyName],
    ["Version", `Spillway ${context.version}`],
    ["Computed in", seconds(report.elapsed_ms)],
    ["State hash", html`<code>${report.state_hash || NONE}</code>`],
  ];
}
