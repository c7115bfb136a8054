import { html, raw } from "hono/html";
import { errors } from "./errors-markup.ts";
import { introduction } from "./introduction.ts";
import type { Markup, Placed } from "./operation-markup.ts";
import { operationMarkup } from "./operation-markup.ts";
import type { ApiDocument } from "./schema.ts";
import { STYLE } from "./style.ts";

/** The API to read: one page without anything from elsewhere, made of the OpenAPI document and the refusals' sentences. */
export async function docsPage(document: ApiDocument): Promise<string> {
  const groups = groupsOf(document);
  const schemas = document.components.schemas ?? {};
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title} API</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        ${contents(groups)}
        <main>
          ${introduction(document)}
          ${[...groups].map(
            ([tag, operations]) =>
              html`<section>
                <h2 id="${anchorOf(tag)}">${tag}</h2>
                ${operations.map((each) => operationMarkup(each, schemas))}
              </section>`,
          )}
          ${errors()}
        </main>
      </body>
    </html>`;
  return String(await page);
}

type Groups = ReadonlyMap<string, readonly Placed[]>;

function groupsOf({ paths }: ApiDocument): Groups {
  const placed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = Map.groupBy(placed, ({ operation }) => operation.tags?.[0] ?? "Other");
  return new Map([...groups].toSorted(([a], [b]) => rankOf(a) - rankOf(b)));
}

const FIRST = ["Market", "Orders", "Contracts"];

/** What buyers read first comes first, what only the owner needs last; otherwise as the document has it. */
function rankOf(tag: string): number {
  const place = FIRST.indexOf(tag);
  if (place >= 0) return place;
  return FIRST.length + (tag.startsWith("Owner") ? 1 : 0);
}

function anchorOf(tag: string): string {
  return `tag-${tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}

function contents(groups: Groups): Markup {
  return html`<nav aria-label="Contents">
    <ul>
      <li><a href="#introduction">How it works</a></li>
      <li><a href="#errors">Errors</a></li>
      <li><a href="/openapi.json">OpenAPI document</a></li>
    </ul>
    ${[...groups].map(
      ([tag, operations]) =>
        html`<h2><a href="#${anchorOf(tag)}">${tag}</a></h2>
          <ul>
            ${operations.map(({ method, path, operation }) => {
              const id = operation.operationId ?? path;
              return html`<li>
                <a href="#${id}"
                  ><span class="method ${method}">${method.toUpperCase()}</span> ${path.replace(
                    /^\/v1/,
                    "",
                  )}</a
                >
              </li>`;
            })}
          </ul>`,
    )}
  </nav>`;
}
