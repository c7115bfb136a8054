import { html, type Markup } from "../markup/markup.ts";

/** A place for the script to draw in. */
export function chart(id: string, description: string): Markup {
  return html`<div class="chart" id="${id}" role="img" aria-label="${description}"></div>
    <noscript
      ><p class="empty">The chart needs scripts; the tables hold the same figures.</p></noscript
    >`;
}

/** Instead of a chart that would have nothing to show. */
export function empty(reason: string): Markup {
  return html`<p class="empty">${reason}</p>`;
}
