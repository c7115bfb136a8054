import type { BacktestReport, BacktestResult } from "../backtest/report.ts";
import { chart, empty } from "./chart.ts";
import { percent, whole } from "./format.ts";
import { html, type Markup } from "../markup/markup.ts";
import { scrollingTable } from "./table.ts";

/** Whether contracts were recalled as often as they said. */

export function promises({ report }: BacktestResult): Markup {
  const rows = report.reliability.filter((row) => row.lots > 0);
  const head = html`<tr>
    <th scope="col">Stated chance</th>
    <th scope="col">Lots</th>
    <th scope="col">Stated, mean</th>
    <th scope="col">Really recalled</th>
  </tr>`;
  const body = report.reliability.map(
    (row) =>
      html`<tr>
        <th scope="row">${percent(row.stated_from, 0)} to ${percent(row.stated_to, 0)}</th>
        <td>${whole(row.lots)}</td>
        <td>${percent(row.stated)}</td>
        <td>${percent(row.recalled)}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="h-promises">
    <h2 id="h-promises">Whether the stated chance of recall was true</h2>
    <p class="lede">
      Each contract names its chance of recall when it is sold. On the diagonal, contracts were
      recalled exactly as often as they said; above it, more often than promised. The larger the
      circle, the more lots.
    </p>
    <div class="pair">
      <div>
        ${rows.length === 0 ? empty("No contract that can be recalled has ended.") : chart("reliability", reliabilityWords(rows))}
      </div>
      <div>${scrollingTable("Stated and real chance of recall", head, body)}</div>
    </div>
  </section>`;
}

function reliabilityWords(rows: BacktestReport["reliability"]): string {
  const parts = rows.map(
    (row) => `stated ${percent(row.stated)}, recalled ${percent(row.recalled)}`,
  );
  return `Stated against real chance of recall by decile: ${parts.join("; ")}.`;
}
