import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Operation, Parameter, Schema, Schemas } from "./schema.ts";
import { answerText, componentOf, exampleOf, resolved, typeText } from "./schema.ts";

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** An operation where it stands in the document. */
export interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export function operationMarkup({ method, path, operation }: Placed, schemas: Schemas): Markup {
  const { operationId = path, summary = "", description = "", parameters = [] } = operation;
  const body = schemaIn(operation.requestBody);
  const answer = schemaIn(operation.responses?.["200"]);
  const shown = parameters.filter(({ name }) => name !== "idempotency-key");
  return html`<article id="${operationId}">
    <h3><a href="#${operationId}">${summary}</a></h3>
    <p class="route">
      <span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code>
    </p>
    ${paragraphs(description)}
    ${fields(
      "Parameters",
      shown.map((each) => parameterRow(each, schemas)),
    )}
    ${fields("Request", body === null ? [] : rowsOf(body, schemas))}
    <h4>Example</h4>
    <pre tabindex="0">${curlOf({ method, path, operation }, body, schemas)}</pre>
    ${answer === null ? "" : answerMarkup(answer, schemas)}
  </article>`;
}

export function schemaIn(
  part: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> } | undefined,
): Schema | null {
  return part?.content?.["application/json"]?.schema ?? null;
}

function answerMarkup(answer: Schema, schemas: Schemas): Markup {
  const example = JSON.stringify(exampleOf(answer, schemas, false), null, 2);
  const rows = rowsOf(answer, schemas);
  return html`<details>
    <summary>Answer: ${answerText(answer, schemas)}</summary>
    <pre tabindex="0">${example}</pre>
    ${fields("Fields", rows)}
  </details>`;
}

/** Text with `code` in backquotes, a paragraph for each blank line. */
function paragraphs(text: string): Markup[] {
  return text
    .split("\n\n")
    .filter((each) => each !== "")
    .map((each) => html`<p>${withCode(each)}</p>`);
}

function withCode(text: string): (string | Markup)[] {
  return text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly note: string;
}

function fields(title: string, rows: readonly Row[]): Markup | "" {
  if (rows.length === 0) return "";
  return html`<h4>${title}</h4>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, type, isRequired, note }) =>
              html`<tr>
                <th scope="row">
                  <code>${name}</code>${isRequired ? "" : html` <small>optional</small>`}
                </th>
                <td>${type}</td>
                <td>${note}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function parameterRow(parameter: Parameter, schemas: Schemas): Row {
  const { name, description, required, schema = {} } = parameter;
  const note = noteOf({ ...resolved(schema, schemas), ...(description && { description }) });
  return { name, type: typeText(schema, schemas), isRequired: required === true, note };
}

const DEEPEST = 4;

/** Fields within fields by their path: `start.earliest`. A component's own fields stand where it is described. */
function rowsOf(schema: Schema, schemas: Schemas, prefix = "", depth = 0): Row[] {
  const known = resolved(schema, schemas);
  const inner = resolved(known.items ?? known, schemas);
  const required = new Set(inner.required);
  return Object.entries(inner.properties ?? {}).flatMap(([field, each]) => {
    const name = `${prefix}${field}`;
    const row: Row = {
      name,
      type: typeText(each, schemas),
      isRequired: required.has(field),
      note: noteOf({ ...resolved(each, schemas), ...each }),
    };
    const isDeep = depth >= DEEPEST || (depth > 0 && componentOf(each) !== null);
    return isDeep ? [row] : [row].concat(rowsOf(each, schemas, `${name}.`, depth + 1));
  });
}

function noteOf({ description = "", enum: choices, default: usual }: Schema): string {
  const values = choices === undefined ? "" : `One of ${choices.join(", ")}.`;
  const otherwise =
    usual === undefined ? "" : `Otherwise ${JSON.stringify(usual).replaceAll('"', "")}.`;
  const sentence =
    description === "" || description.endsWith(".") ? description : `${description}.`;
  return [sentence, values, otherwise].filter((part) => part !== "").join(" ");
}

function curlOf({ method, path, operation }: Placed, body: Schema | null, schemas: Schemas) {
  const { parameters = [] } = operation;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((each) => each.name === name)?.schema ?? {};
    return String(exampleOf(schema, schemas, true, name));
  });
  const needed = parameters.filter((each) => each.in === "query" && each.required === true);
  const query = needed.map(({ name, schema = {} }) => {
    return `${name}=${encodeURIComponent(String(exampleOf(schema, schemas, true, name)))}`;
  });
  const address = `"$SPILLWAY${filled}${query.length === 0 ? "" : `?${query.join("&")}`}"`;
  const lines = [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${address}`,
    `-H "Authorization: Bearer $SPILLWAY_KEY"`,
  ];
  if (body !== null) {
    const sent = shortJson(exampleOf(body, schemas, true)).replaceAll("'", "’");
    lines.push(`-H "Content-Type: application/json"`, `-d '${sent}'`);
  }
  return lines.join(" \\\n  ");
}

const LONGEST_LINE = 90;

/** On one line where it fits. */
function shortJson(value: unknown): string {
  const line = JSON.stringify(value);
  return line.length > LONGEST_LINE ? JSON.stringify(value, null, 2) : line;
}
