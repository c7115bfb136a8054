import { readFileSync } from "node:fs";
import { html, type Markup, verbatim } from "../markup/markup.ts";
import type { Amount } from "./amount.ts";
import type { Party, Sheet, SheetRow, SheetStatement, SheetTable, SheetTotal } from "./sheet.ts";

const STYLE = readFileSync(new URL("sheet.css", import.meta.url), "utf8");
/** It fetches nothing and runs nothing. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A sheet as a page that stands by itself and prints well. */
export function sheetPage(sheet: Sheet): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${sheet.title} ${sheet.number} · ${sheet.seller.name}</title>
        <link rel="icon" href="data:," />
        ${verbatim(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          ${head(sheet)} ${about(sheet)} ${sheet.tables.map(table)}
          <div class="sums">${totals(sheet.totals)} ${sheet.statements.map(statement)}</div>
          <footer>${sheet.remarks.map((remark) => html`<p>${remark}</p>`)}</footer>
        </main>
      </body>
    </html> `;
  return page.markup;
}

function head({ title, number, seller }: Sheet): Markup {
  return html`<header>
    <div>
      <h1>${title}</h1>
      <p class="number">${number}</p>
    </div>
    <div class="seller">${party(seller)}</div>
  </header>`;
}

function party({ name, lines }: Party): Markup {
  return html`<div class="party">
    <p class="name">${name}</p>
    ${lines.map((line) => html`<p>${line}</p>`)}
  </div>`;
}

function about({ customer, facts, headline }: Sheet): Markup {
  const pairs = facts.map(
    ([label, value]) =>
      html`<div>
        <dt>${label}</dt>
        <dd>${value}</dd>
      </div>`,
  );
  return html`<section class="about">
    <div>
      <h2>To</h2>
      ${party(customer)}
    </div>
    <dl class="facts">${pairs}</dl>
    <div class="headline">
      <h2>${headline.label}</h2>
      <p class="figure">$${figure(headline.amount)}</p>
      <p class="note">${headline.note}</p>
    </div>
  </section>`;
}

function table({ title, rows }: SheetTable): Markup {
  const isPriced = rows.some(({ quantity, price }) => quantity !== null || price !== null);
  return html`<table>
    <caption>
      ${title}
    </caption>
    <thead>
      <tr>
        <th scope="col">What</th>
        ${isPriced ? PRICED : html``}
        <th scope="col" class="figure">Amount</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => tableRow(row, isPriced))}
    </tbody>
  </table>`;
}

const PRICED = html`<th scope="col" class="figure">GPU-hours</th>
  <th scope="col" class="figure price">Price</th>`;

function tableRow({ what, details, quantity, price, amount }: SheetRow, isPriced: boolean): Markup {
  const priced = html`<td class="figure quantity">${figure(quantity)}</td>
    <td class="figure price">${figure(price)}</td>`;
  return html`<tr>
    <td>${what} ${details.map((detail) => html`<span class="details">${detail}</span>`)}</td>
    ${isPriced ? priced : html``}
    <td class="figure">${figure(amount)}</td>
  </tr>`;
}

function figure(amount: Amount | null): Markup {
  if (amount === null) return html``;
  const { cents, rest } = amount;
  return rest === "" ? html`${cents}` : html`${cents}<span class="rest">${rest}</span>`;
}

function totals(rows: readonly SheetTotal[]): Markup {
  return html`<table class="totals">
    <tbody>
      ${rows.map(totalRow)}
    </tbody>
  </table>`;
}

function statement({ title, rows }: SheetStatement): Markup {
  return html`<table class="statement">
    <caption>
      ${title}
    </caption>
    <tbody>
      ${rows.map(totalRow)}
    </tbody>
  </table>`;
}

function totalRow({ label, amount, isStrong }: SheetTotal): Markup {
  return html`<tr class="${isStrong ? "strong" : ""}">
    <td>${label}</td>
    <td class="figure">${figure(amount)}</td>
  </tr>`;
}
