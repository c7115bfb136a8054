import { html } from "hono/html";
import type { Markup } from "./operation-markup.ts";
import type { ApiDocument } from "./schema.ts";

export function introduction({ info }: ApiDocument): Markup {
  return html`<section id="introduction">
    <h1>${info.title} API</h1>
    <p>
      Buy GPU-hours of an AI cluster's owner, each with a priced, promised right to take them back;
      resell them, rent them, and be told of recalls. This is version ${info.version}.
    </p>
    <h4>Keys</h4>
    <p>
      Every request under <code>/v1</code> carries an API key. A key belongs to a member of an
      account, can be narrowed to scopes, expires and can be rotated.
    </p>
    <pre tabindex="0">
export SPILLWAY=http://localhost:8420
export SPILLWAY_KEY=spw_…
curl "$SPILLWAY/v1/pools" -H "Authorization: Bearer $SPILLWAY_KEY"</pre>
    <h4>Money, times and GPUs</h4>
    <p>
      Money is a decimal string of US dollars; prices are for one GPU for one hour, with up to six
      decimals. Times are ISO 8601 in UTC, windows are half-open and start and end on whole minutes.
      Durations and notices are <code>15m</code>, <code>4h</code>, or <code>firm</code> for what is
      never recalled. GPUs are sold in whole lots.
    </p>
    <h4>Safe to repeat</h4>
    <p>
      Send an <code>Idempotency-Key</code> of your own with every request that changes something.
      The same key with the same request has one effect and gets the same answer, for ever; with
      another request it is refused. Decided refusals count as answers; 401, 422, 429 and 5xx do
      not, so they can be sent again.
    </p>
    <h4>Lists</h4>
    <p>
      Newest first. <code>limit</code> says how many, and <code>next_cursor</code> of one page is
      the <code>cursor</code> of the next; null at the end.
    </p>
    <h4>Limits</h4>
    <p>
      Each key may send so many requests a minute, and all of an account ten times as many:
      <code>RateLimit-Limit</code>, <code>RateLimit-Remaining</code> and
      <code>RateLimit-Reset</code> say how many are left. Beyond that the answer is 429 with
      <code>Retry-After</code>. Every answer names its request in <code>X-Request-Id</code>.
    </p>
  </section>`;
}
