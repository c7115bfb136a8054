import { html } from "hono/html";
import { JOB_SENTENCES } from "../job-refusals.ts";
import { SENTENCES } from "../refusal-sentences.ts";
import type { Markup } from "./operation-markup.ts";

const TYPES = [
  ["authentication", 401, "No live API key came with the request."],
  ["permission", 403, "The key, or its member's role, may not do this."],
  ["not_found", 404, "It is not there, or not yours to see."],
  ["refused", 409, "It was understood and decided against: the code says why."],
  ["content_too_large", 413, "A request is at most 1 MiB long."],
  ["unsupported_media_type", 415, "A request's body is JSON, and its Content-Type says so."],
  ["invalid_request", 422, "It is not understood: details.field says where."],
  ["rate_limit", 429, "Too many requests: Retry-After says when to go on."],
  ["fault", 500, "A fault of Spillway's: quote the request's id."],
  ["unavailable", 503, "Not now, and nothing was done: send it again after Retry-After."],
] as const;

/** What can go wrong, type by type, and what each refusal asks for. */
export function errors(): Markup {
  const example = {
    error: {
      type: "refused",
      code: "gpus_not_whole_lots",
      message: SENTENCES.gpus_not_whole_lots,
      details: {},
    },
  };
  return html`<section>
    <h2 id="errors">Errors</h2>
    <p>
      Every error has the same shape. Programs decide by <code>type</code> and <code>code</code>.
    </p>
    <pre tabindex="0">${JSON.stringify(example, null, 2)}</pre>
    <h4>Types</h4>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${TYPES.map(
            ([type, status, meaning]) =>
              html`<tr>
                <th scope="row"><code>${type}</code></th>
                <td>${status}</td>
                <td>${meaning}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <h4>Codes of refusals</h4>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">What to do about it</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries({ ...SENTENCES, ...JOB_SENTENCES })
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(
              ([code, sentence]) =>
                html`<tr>
                  <th scope="row"><code>${code}</code></th>
                  <td>${sentence}</td>
                </tr>`,
            )}
        </tbody>
      </table>
    </div>
  </section>`;
}
