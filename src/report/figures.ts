import type { BacktestReport, BacktestResult } from "../app/report.ts";
import { day, lead, NONE, percent, plural, whole } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { longestFirst, noticeName } from "./notice.ts";
import { folded, scrollingTable } from "./table.ts";
import { weekTable } from "./weeks.ts";

/** The charts, each with the question that it answers, how to read it, and its numbers as a table. */

export function figures(result: BacktestResult): Markup {
  return html`${timeline(result)} ${recalls(result)} ${promises(result)} ${forecast(result)}`;
}

/** A place for the script to draw in. */
function chart(id: string, description: string): Markup {
  return html`<div class="chart" id="${id}" role="img" aria-label="${description}"></div>
    <noscript
      ><p class="empty">The chart needs scripts; the tables hold the same figures.</p></noscript
    >`;
}

function empty(reason: string): Markup {
  return html`<p class="empty">${reason}</p>`;
}

function timeline({ report, series }: BacktestResult): Markup {
  const notices = longestFirst(series.by_notice).map((n) => noticeName(n.notice));
  const description = `Capacity over time, stacked: the owner's own use, then ${notices.join(", ")}, then unsold. ${percent(report.sold.share_of_idle)} of the idle GPU-hours are sold. The weekly table below holds the figures.`;
  return html`<section aria-labelledby="h-timeline">
    <h2 id="h-timeline">Where the GPUs went</h2>
    <p class="lede">
      Every GPU of the cluster at every moment. What training leaves free is sold at the longest
      notice that the forecast can safely promise. Outages are shaded; the line above the capacity
      is training's own queue.
    </p>
    <div class="controls">
      <div class="toggles" id="timeline-legend" role="group" aria-label="Show or hide"></div>
      <div class="buttons" id="timeline-zoom" role="group" aria-label="Period shown"></div>
    </div>
    ${series.time.length === 0 ? empty("The trace has no scored hours.") : chart("timeline", description)}
    ${folded("Week by week, as a table", weekTable(series))}
  </section>`;
}

function recalls({ series }: BacktestResult): Markup {
  const [recalled, breached] = [sum(series.recalled), sum(series.breached)];
  const description = `GPUs taken back over time: ${plural(recalled, "GPU")} recalled within the promise, ${plural(breached, "GPU")} in breach of it.`;
  return html`<section aria-labelledby="h-recalls">
    <h2 id="h-recalls">When GPUs were taken back</h2>
    <p class="lede">
      A recall is lawful: the holder was promised that it may happen, and was told in time. A breach
      takes capacity sooner than its notice allows; it is recorded and credited. The period follows
      the chart above.
    </p>
    ${
      recalled + breached === 0
        ? empty("Nothing was ever taken back.")
        : html`<div class="controls">
              <ul class="legend">
                <li>
                  <i class="swatch" style="background:var(--recalled)"></i>recalled, as promised:
                  ${plural(recalled, "GPU")}
                </li>
                <li>
                  <i class="swatch" style="background:var(--breached)"></i>breached:
                  ${plural(breached, "GPU")}
                </li>
              </ul>
            </div>
            ${chart("recalls", description)}`
    }
  </section>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function promises({ report }: BacktestResult): Markup {
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
    ${rows.length === 0 ? empty("No contract that can be recalled has ended.") : chart("reliability", reliabilityWords(rows))}
    ${folded("By decile of the stated chance, as a table", scrollingTable("Stated and real chance of recall", head, body))}
  </section>`;
}

function reliabilityWords(rows: BacktestReport["reliability"]): string {
  const parts = rows.map(
    (row) => `stated ${percent(row.stated)}, recalled ${percent(row.recalled)}`,
  );
  return `Stated against real chance of recall by decile: ${parts.join("; ")}.`;
}

function forecast({ report, series }: BacktestResult): Markup {
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
    <th scope="col">Same hour a day or week ago</th>
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
