import type { BacktestReport, BacktestResult } from "../backtest/report.ts";
import { chart, empty } from "./chart.ts";
import { day, lead, NONE, percent } from "./format.ts";
import { html, type Markup } from "../markup/markup.ts";
import { scrollingTable } from "./table.ts";

/** What the forecast said, what came, and how far the one can be trusted about the other. */

export function forecast({ report, series }: BacktestResult): Markup {
  const scored = report.forecast.by_lead.some((row) => row.coverage_90 !== null);
  return html`<section aria-labelledby="h-forecast">
    <h2 id="h-forecast">How well demand was foreseen</h2>
    <p class="lede">
      What the forecast said at one moment, seeing only the past, and what then came. The dark band
      should hold half of what comes, the whole fan nine tenths.
    </p>
    ${fan(series.fans)}
    <div class="pair">
      <div>
        <h3>The 90 % band, by how far ahead</h3>
        <p class="caption">
          It should hold 90 % of what came: below, the forecast was too sure of itself; above, too
          timid. The shaded strip is 87 to 93 %.
        </p>
        ${scored ? chart("coverage", coverageWords(report)) : empty("Scoring begins on day 35; the trace ends before.")}
      </div>
      <div>
        <h3>Stated against came, all quantiles</h3>
        <p class="caption">
          How often demand stayed below the level that the forecast gave each chance. One line for
          each lead, darker further ahead; on the diagonal is perfect.
        </p>
        ${series.calibration.length > 0 ? chart("calibration", "How often demand stayed below each stated quantile, one line for each lead; the diagonal is perfect.") : empty("Too short a trace to compare.")}
      </div>
    </div>
    <h3>By how far ahead</h3>
    ${leadTable(report)}
  </section>`;
}

function fan(fans: BacktestResult["series"]["fans"]): Markup {
  if (fans.length === 0) return empty("The trace is too short to show a forecast.");
  const options = fans.map(
    (each, i) =>
      html`<option value="${i}">${day(each.origin)} ${each.origin.slice(11, 16)} UTC</option>`,
  );
  return html`<div class="controls">
      <ul class="legend">
        <li><i class="swatch" style="background:var(--fan-half)"></i>half of what comes</li>
        <li><i class="swatch" style="background:var(--fan-most)"></i>nine tenths</li>
        <li><i class="swatch line"></i>what came</li>
      </ul>
      <div class="buttons">
        <button type="button" id="fan-back" aria-label="Earlier forecast">‹</button
        ><label class="unseen" for="fan-origin">Forecast made at</label
        ><select id="fan-origin">
          ${options}</select
        ><button type="button" id="fan-on" aria-label="Later forecast">›</button>
      </div>
    </div>
    ${chart("fan", "Quantiles of the owner's demand as forecast at one moment, by hours ahead, and the demand that came.")}`;
}

function coverageWords(report: BacktestReport): string {
  const parts = report.forecast.by_lead
    .filter((row) => row.coverage_90 !== null)
    .map((row) => `${lead(row.lead_hours)} ${percent(row.coverage_90)}`);
  return `Share of hours that fell inside the 90 % band, by lead: ${parts.join(", ")}.`;
}

function leadTable(report: BacktestReport): Markup {
  const head = html`<tr>
    <th scope="col">Ahead</th>
    <th scope="col">Loss ÷ best baseline</th>
    <th scope="col">Best baseline</th>
    <th scope="col">Inside 90 % band</th>
    <th scope="col">Mean error</th>
    <th scope="col">Error of seasonal naive</th>
  </tr>`;
  const rows = report.forecast.by_lead.map(
    (row) =>
      html`<tr>
        <th scope="row">${lead(row.lead_hours)}</th>
        <td>${ratio(row.pinball, row.best_baseline_pinball)}</td>
        <td class="words">${row.best_baseline ?? NONE}</td>
        <td>${percent(row.coverage_90)}</td>
        <td>${percent(row.mae)}</td>
        <td>${percent(row.mae_seasonal_naive)}</td>
      </tr>`,
  );
  return html`${scrollingTable("Forecast by lead", head, rows)}
    <p class="caption">
      <b>Loss</b> is the pinball loss over the quantiles .05 to .95; below 1, the forecast beats the
      best of four simple ones. <b>Mean error</b> is in shares of the cluster. A dash means that the
      trace is too short to score.
    </p>`;
}

function ratio(ours: number | null, baseline: number | null): string {
  return ours === null || !baseline ? NONE : (ours / baseline).toFixed(2);
}
