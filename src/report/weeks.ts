import type { BacktestSeries } from "../backtest/report.ts";
import { day, whole } from "./format.ts";
import { html, type Markup } from "../markup/markup.ts";
import { longestFirst, shortNoticeName } from "./notice.ts";
import { scrollingTable } from "./table.ts";

const WEEK_MS = 604_800_000;

/** The timeline as a table: mean GPUs of each band and GPUs taken back, week by week from the first hour. */
export function weekTable(series: BacktestSeries): Markup {
  const bands = longestFirst(series.by_notice);
  const head = html`<tr>
    <th scope="col">Week of</th>
    <th scope="col">Owner</th>
    ${bands.map((band) => html`<th scope="col">${shortNoticeName(band.notice)}</th>`)}
    <th scope="col">Unsold</th>
    <th scope="col">Recalled</th>
    <th scope="col">Breached</th>
  </tr>`;
  const rows = weeksOf(series.time).map(([from, to]) => {
    const mean = (values: readonly number[]): string =>
      whole(total(values, from, to) / (to - from));
    return html`<tr>
      <th scope="row">${day(series.time[from] ?? "")}</th>
      <td>${mean(series.owner)}</td>
      ${bands.map((band) => html`<td>${mean(band.gpus)}</td>`)}
      <td>${mean(series.unsold)}</td>
      <td>${whole(total(series.recalled, from, to))}</td>
      <td>${whole(total(series.breached, from, to))}</td>
    </tr>`;
  });
  return scrollingTable("GPUs by week: means, and GPUs taken back", head, rows);
}

/** Index windows `[from, to)`, one for each week. */
function weeksOf(time: readonly string[]): (readonly [number, number])[] {
  const start = Date.parse(time[0] ?? "");
  const weekOf = (at: string): number => Math.floor((Date.parse(at) - start) / WEEK_MS);
  const firsts = time.flatMap((at, i) =>
    i === 0 || weekOf(at) !== weekOf(time[i - 1] ?? "") ? [i] : [],
  );
  return firsts.map((from, i) => [from, firsts[i + 1] ?? time.length] as const);
}

function total(values: readonly number[], from: number, to: number): number {
  return values.slice(from, to).reduce((sum, value) => sum + value, 0);
}
