import type { BacktestReport, NoticeReport } from "../backtest/report.ts";
import { NONE, compact, percent, spokenDollars, whole, wholeDollars } from "./format.ts";
import { html, type Markup } from "../markup/markup.ts";
import { longestFirst, noticeName } from "./notice.ts";
import { scrollingTable } from "./table.ts";
import { brokenShare, unsoldGpuHours } from "./verdict.ts";

/** What the idle GPUs would have earned: beside simpler ways of selling, then notice by notice. */

export function revenue(report: BacktestReport): Markup {
  const rows = longestFirst(report.sold.by_notice);
  return html`<section aria-labelledby="h-revenue">
    <h2 id="h-revenue">What the idle GPUs would have earned</h2>
    <p class="lede">
      Net of compensation and credits. The same cluster, core and policy, with all notices on offer,
      with one alone, and with the future known.
    </p>
    <ul class="bars">
      ${bars(report, rows)}
    </ul>
    ${legend(rows)}
    <h3>By notice</h3>
    ${noticeTable(report, rows)}
  </section>`;
}

interface Bar {
  readonly label: string;
  readonly note: string;
  readonly usd: number;
  readonly parts: readonly { readonly color: string; readonly weight: number }[];
}

function bars(report: BacktestReport, rows: readonly NoticeReport[]): Markup[] {
  const shortest = `var(--notice-${Math.max(0, rows.length - 1)})`;
  const all: Bar[] = [
    {
      label: "All notices",
      note: "this backtest",
      usd: report.revenue_usd,
      parts: rows.map((row, i) => ({
        color: `var(--notice-${i})`,
        weight: Math.max(0, row.revenue_usd),
      })),
    },
    {
      label: "Spot only",
      note: "the shortest notice alone",
      usd: report.spot_only_revenue_usd,
      parts: [{ color: shortest, weight: 1 }],
    },
    {
      label: "Firm only",
      note: firmNote(report),
      usd: report.firm_only_revenue_usd,
      parts: [{ color: "var(--notice-0)", weight: 1 }],
    },
    {
      label: "Oracle",
      note: "knows the future, sells firm",
      usd: report.oracle_revenue_usd,
      parts: [{ color: "var(--oracle)", weight: 1 }],
    },
  ];
  const largest = Math.max(...all.map((bar) => bar.usd), 1);
  return all.map((bar, i) => barRow(bar, largest, i === 0 ? null : report.revenue_usd));
}

function barRow(bar: Bar, largest: number, ours: number | null): Markup {
  const width = Math.max(0, (bar.usd / largest) * 100).toFixed(2);
  const total = bar.parts.reduce((sum, part) => sum + part.weight, 0) || 1;
  const parts = bar.parts.map(
    (part) =>
      html`<i
        style="width:${((part.weight / total) * 100).toFixed(2)}%;background:${part.color}"
      ></i>`,
  );
  return html`<li>
    <span class="name">${bar.label} <small>${bar.note}</small></span>
    <span class="track" aria-hidden="true"
      ><span class="bar" style="width:${width}%">${parts}</span></span
    >
    <span class="usd">${spokenDollars(bar.usd)} <small>${against(bar.usd, ours)}</small></span>
  </li>`;
}

function firmNote({ firm }: BacktestReport): string {
  if (firm.gpu_hours === 0) return "nothing could be promised safely";
  return firm.broken_share ? `${percent(firm.broken_share, 2)} of it broken` : "never broken";
}

/** How ours compares with this bar: "ours earns 1.35 ×". */
function against(usd: number, ours: number | null): string {
  if (ours === null || usd <= 0) return "";
  const ratio = ours / usd;
  return `all notices earn ${ratio < 1 ? percent(ratio, 0) + " of" : ratio.toFixed(2) + " ×"} this`;
}

function legend(rows: readonly NoticeReport[]): Markup {
  const keys = rows.map(
    (row, i) =>
      html`<li>
        <i class="swatch" style="background:var(--notice-${i})"></i>${noticeName(row.notice)}
      </li>`,
  );
  return html`<ul class="legend" aria-label="Colours of the notices">
    ${keys}
  </ul>`;
}

function noticeTable(report: BacktestReport, rows: readonly NoticeReport[]): Markup {
  const idle = report.trace.idle_gpu_hours;
  const body = rows.map((row, i) => noticeRow(row, i, idle));
  const unsold = html`<tr class="rest">
    <th scope="row"><i class="swatch" style="background:var(--unsold)"></i>unsold</th>
    <td>${whole(unsoldGpuHours(report))}</td>
    <td>${percent(idle > 0 ? unsoldGpuHours(report) / idle : null)}</td>
    <td colspan="8"></td>
  </tr>`;
  const head = html`<tr>
    <th scope="col">Sold at</th>
    <th scope="col">GPU-hours</th>
    <th scope="col">Of idle</th>
    <th scope="col">Contracts</th>
    <th scope="col">Lots</th>
    <th scope="col">Recalled</th>
    <th scope="col">Stated</th>
    <th scope="col">95 % interval</th>
    <th scope="col">Breached GPU-h</th>
    <th scope="col">Net revenue</th>
    <th scope="col">Paid back</th>
  </tr>`;
  return html`${scrollingTable("Sales by notice", head, [...body, unsold])}
    <p class="caption">
      <b>Recalled</b> is the share of ended lots that were lawfully cut short, and <b>stated</b> the
      chance that their contracts named at the sale: the two should agree to about 2 points. A firm
      contract cannot be recalled, only breached. <b>Net revenue</b> is after what was
      <b>paid back</b>
      as compensation and credits. A dash means that no such contract has ended.
    </p>`;
}

function noticeRow(row: NoticeReport, i: number, idle: number): Markup {
  const interval = row.recall_rate_interval;
  const firm = row.notice === "firm";
  return html`<tr>
    <th scope="row">
      <i class="swatch" style="background:var(--notice-${i})"></i>${noticeName(row.notice)}
    </th>
    <td>${whole(row.gpu_hours)}</td>
    <td>${percent(idle > 0 ? row.gpu_hours / idle : null)}</td>
    <td>${whole(row.contracts)}</td>
    <td>${whole(row.lots)}</td>
    <td>${firm ? "never" : percent(row.recall_rate)}</td>
    <td>${firm ? "never" : percent(row.stated_recall_rate)}</td>
    <td>${interval === null ? NONE : `${percent(interval[0])} to ${percent(interval[1])}`}</td>
    <td>${breached(row)}</td>
    <td>${wholeDollars(row.revenue_usd)}</td>
    <td>${wholeDollars(row.compensation_usd)}</td>
  </tr>`;
}

function breached(row: NoticeReport): string {
  const hours = compact(row.breached_gpu_hours);
  return row.breached_gpu_hours > 0 ? `${hours} (${percent(brokenShare(row), 2)})` : hours;
}
