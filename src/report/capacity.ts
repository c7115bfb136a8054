import type { BacktestResult } from "../backtest/report.ts";
import { chart, empty } from "./chart.ts";
import { percent, plural } from "./format.ts";
import { html, type Markup } from "../markup/markup.ts";
import { longestFirst, noticeName } from "./notice.ts";
import { folded } from "./table.ts";
import { weekTable } from "./weeks.ts";

/** Where the GPUs of the cluster went, and when some were taken back. */

export function timeline({ report, series }: BacktestResult): Markup {
  const notices = longestFirst(series.by_notice).map((n) => noticeName(n.notice));
  const description = `Capacity over time, stacked: the owner's own use, then ${notices.join(", ")}, then unsold. ${percent(report.sold.share_of_idle)} of the idle GPU-hours are sold. The weekly table below holds the figures.`;
  return html`<section aria-labelledby="h-timeline">
    <h2 id="h-timeline">Where the GPUs went</h2>
    <p class="lede">
      Every GPU of the cluster at every moment. What training leaves free is sold at the longest
      notice that the forecast can safely promise. The line above the capacity is training's own
      queue. A click on a name hides it: without the owner, the surplus fills the chart.
    </p>
    <div class="controls">
      <div class="toggles" id="timeline-legend" role="group" aria-label="Show or hide"></div>
      <div class="buttons" id="timeline-zoom" role="group" aria-label="Period shown"></div>
    </div>
    ${series.time.length === 0 ? empty("The trace has no scored hours.") : chart("timeline", description)}
    ${folded("Week by week, as a table", weekTable(series))}
  </section>`;
}

export function recalls({ series }: BacktestResult): Markup {
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
