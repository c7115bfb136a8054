import { styleText } from "node:util";
import type { BacktestReport, BacktestResult, NoticeReport } from "../backtest/report.ts";
import {
  compact,
  compactDollars,
  days,
  percent,
  seconds,
  spoken,
  spokenDollars,
  whole,
} from "./format.ts";
import { longestFirst, noticeName } from "./notice.ts";
import { printableName } from "./printable.ts";
import {
  breachShare,
  brokenShare,
  forecastWord,
  idleSoldShare,
  meanCoverage,
  sharpness,
  soldHours,
  unsoldGpuHours,
  violations,
  waited,
} from "./verdict.ts";

export interface SummaryOptions {
  /** Whether ANSI styles may be used. */
  readonly color: boolean;
  /** Columns of the terminal; no line is longer. */
  readonly width: number;
}

type Style = Parameters<typeof styleText>[0];
interface Line {
  readonly text: string;
  readonly style?: Style;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LABEL = 20;
/** Columns of a notice's line besides its bar. */
const NOTICE_COLUMNS = LABEL + 39;

/** What a person reads in ten seconds: some twenty lines, each ended by a line feed. */
export function summary({ report }: BacktestResult, options: SummaryOptions): string {
  const bar = Math.max(6, Math.min(28, options.width - NOTICE_COLUMNS));
  const lines: Line[] = [
    heading(report),
    { text: "" },
    { text: answer(report), style: "bold" },
    { text: "" },
    ...noticeLines(report, bar),
    { text: "" },
    ...revenueLines(report, bar),
    { text: "" },
    ...qualityLines(report),
    { text: "" },
    ...nextLines(report),
  ];
  const rows = lines.flatMap((line) =>
    wrapped(line.text, options.width).map((text) => (options.color ? painted(text, line) : text)),
  );
  return `${rows.join("\n")}\n`;
}

/** Words that would pass the edge go on under the first column after the labels. */
function wrapped(text: string, width: number): string[] {
  const rows: string[] = [];
  let rest = text.trimEnd();
  while (rest.length > width) {
    const space = lastBreak(rest, width);
    const indent = rest.startsWith(" ".repeat(LABEL)) || rows.length === 0 ? LABEL : 0;
    const cut = space > LABEL ? space : width;
    rows.push(rest.slice(0, cut).trimEnd());
    rest = `${" ".repeat(Math.min(indent, width - 1))} ${rest.slice(cut).trim()}`.trimEnd();
  }
  return [...rows, rest];
}

/** The last space at or before `width` that does not part a number from its per cent sign; −1 if none. */
function lastBreak(text: string, width: number): number {
  const space = text.lastIndexOf(" ", width);
  return space > 0 && text[space + 1] === "%" ? text.lastIndexOf(" ", space - 1) : space;
}

function painted(text: string, { style }: Line): string {
  const bars = text.replaceAll(/[█▏▎▍▌▋▊▉]+/g, (bar) => ansi("cyan", bar));
  return style === undefined ? bars : ansi(style, text);
}

function ansi(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}

function heading(report: BacktestReport): Line {
  const { trace } = report;
  const facts = `${whole(trace.gpus_total)} GPUs · ${days(soldHours(report))} after the warm-up`;
  return { text: `${printableName(trace.name, 40)} · ${facts}`, style: "dim" };
}

function answer(report: BacktestReport): string {
  const idle = report.trace.idle_gpu_hours;
  if (report.sold.share_of_idle === null) return nothingIdle(report);
  const share = percent(idleSoldShare(report));
  return `${share} of ${spoken(idle)} idle GPU-hours sold, for ${spokenDollars(report.revenue_usd)} net`;
}

function nothingIdle({ trace }: BacktestReport): string {
  const outages = "; usage of 0 for an hour or more counts as an outage (--outages keep)";
  return `No whole lot of GPUs was idle: there was nothing to sell${trace.outage_hours > 0 ? outages : ""}.`;
}

function noticeLines(report: BacktestReport, width: number): Line[] {
  const rows = longestFirst(report.sold.by_notice);
  const idle = report.trace.idle_gpu_hours;
  const unsold = unsoldGpuHours(report);
  const largest = Math.max(...rows.map((row) => row.gpu_hours), unsold, 1);
  const line = (label: string, hours: number, rest: string): Line => ({
    text:
      `${label.padEnd(LABEL)} ${blocks(hours / largest, width)} ` +
      `${percent(idle > 0 ? hours / idle : null).padStart(7)}  ${rest}`,
  });
  const title = `${"Sold at".padEnd(LABEL)} ${"".padEnd(width)} of idle     GPU-h  recalled (stated)`;
  return [
    { text: title, style: "dim" },
    ...rows.map((row) => line(noticeName(row.notice), row.gpu_hours, noticeFacts(row))),
    line("unsold", unsold, compact(unsold).padStart(8)),
  ];
}

function noticeFacts(row: NoticeReport): string {
  const hours = compact(row.gpu_hours).padStart(8);
  if (row.notice === "firm") {
    const broken = brokenShare(row);
    return broken ? `${hours}  ${percent(broken, 2)} broken` : hours;
  }
  return `${hours}  ${percent(row.recall_rate)} (${percent(row.stated_recall_rate)})`;
}

function revenueLines(report: BacktestReport, width: number): Line[] {
  const rows: readonly (readonly [string, number])[] = [
    ["Revenue", report.revenue_usd],
    ["  firm only", report.firm_only_revenue_usd],
    ["  spot only", report.spot_only_revenue_usd],
    ["  knowing the future", report.oracle_revenue_usd],
  ];
  const largest = Math.max(...rows.map(([, usd]) => usd), 1);
  return rows.map(([label, usd]) => ({
    text: `${label.padEnd(LABEL)} ${blocks(usd / largest, width)} ${compactDollars(usd).padStart(7)}`,
  }));
}

function qualityLines(report: BacktestReport): Line[] {
  const { pinball_ratio: ratio } = report.forecast;
  const coverage = meanCoverage(report);
  const held = coverage === null ? "" : `; 90 % band ${percent(coverage)}`;
  const wait = `${waited(report.owner)}; ${violations(report.owner)}`;
  return [
    labelled("Training", wait, report.owner.policy_violations > 0 ? "red" : undefined),
    labelled("Broken promises", breachShare(report)),
    labelled("Forecast", `${forecastWord(ratio)}: ${sharpness(ratio)}${held}`),
  ];
}

function labelled(label: string, text: string, style?: Style): Line {
  const line = { text: `${label.padEnd(LABEL)} ${text}` };
  return style === undefined ? line : { ...line, style };
}

function nextLines(report: BacktestReport): Line[] {
  return [
    labelled("Look closer", "--html page.html draws it, --json prints every figure"),
    labelled("", `${seconds(report.elapsed_ms)}, state ${report.state_hash}`, "dim"),
  ];
}

/** A bar of `share` × `width` columns in eighths of a block; what is not zero is seen. */
function blocks(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const seen = share > 0 ? Math.max(1, eighths) : 0;
  return ("█".repeat(Math.floor(seen / 8)) + (EIGHTHS[seen % 8] ?? "")).padEnd(width);
}
