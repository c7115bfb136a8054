import { html, type Markup } from "../markup/markup.ts";

/** A table that scrolls by itself, by finger or arrow keys, where the screen is narrower than it. */
export function scrollingTable(name: string, head: Markup, rows: readonly Markup[]): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">
    <table>
      <caption class="unseen">
        ${name}
      </caption>
      <thead>
        ${head}
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** The numbers behind a chart, folded away until someone asks. */
export function folded(summary: string, table: Markup): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${table}
  </details>`;
}
