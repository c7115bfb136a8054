import { chance } from "../../../src/demo/random.ts";
import { benchmarkLike } from "../../../src/backtest/policy.test-data.ts";
import { policyShapeOf } from "../../../src/wire/policy-shape.ts";
import { oneOf, weighted, whole } from "../../../sim/draw.ts";
import { garbage, garbageText } from "./garbage.ts";
import type { Operation, Parameter } from "./operations.ts";
import type { Known } from "./values.ts";
import { idOf, valueFor } from "./values.ts";

/** A request before somebody signs it. */
export interface Sent {
  readonly operation: Operation | null;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A request that `operation` takes, or nearly. */
export function requestFor(known: Known, operation: Operation): Sent {
  const { random } = known;
  const { method, parameters } = operation;
  const query = parameters
    .filter((each) => each.in === "query" && (each.required || chance(random, 0.3)))
    .map((each) => [each.name, queryValue(known, each)] as const);
  // From the beginning a stream has something to tell at once.
  if (operation.id === "followEvents" && chance(random, 0.5)) query.push(["after", "0"]);
  const search =
    query.length === 0 ? "" : `?${new URLSearchParams(Object.fromEntries(query)).toString()}`;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(pathValue(known, operation, name)),
  );
  const body = operation.body === null ? null : bodyFor(known, operation);
  const headers: Record<string, string> = body === null ? {} : contentType(known);
  // A few keys, so that they come again with the same request and with another one.
  if (method !== "GET" && chance(random, 0.3)) {
    headers["Idempotency-Key"] = `key-${whole(random, 0, 60)}`;
  }
  if (chance(random, 0.02)) headers["X-Request-Id"] = headerText(garbageText(random));
  return { operation, method, path: path + search, headers, body };
}

/** A request to nowhere that is known: what the address means is for the API to say. */
export function strayRequest(known: Known, operations: readonly Operation[]): Sent {
  const { random } = known;
  const { path } = oneOf(random, operations);
  const stray = oneOf(random, [
    `${path}/`,
    `/${path}`,
    `${path.toUpperCase()}x`,
    `/v1/${encodeURIComponent(wellFormed(garbageText(random)))}`,
    "/v1",
    "/",
    "/v1/%",
    "/v1/orders/%E0%A4%A",
    "/v1/orders/../accounts/owner/x",
  ]);
  const method = oneOf(random, ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]);
  return { operation: null, method, path: stray, headers: {}, body: null };
}

function pathValue(known: Known, operation: Operation, name: string): string {
  const found = operation.parameters.find((each) => each.in === "path" && each.name === name);
  const where = placeOf(operation);
  const isId =
    ["id", "number"].includes(name) && known.ids.has(where) && !chance(known.random, known.mess);
  if (isId) return idOf(known, where);
  return wellFormed(asText(valueFor(known, name, found?.schema ?? { type: "string" })));
}

/** The part of the address that says what it is about: `orders`, `spot/bids`, … */
export function placeOf({ path }: Operation): string {
  return (path.split("/{")[0] ?? "").replace("/v1/", "");
}

function queryValue(known: Known, { name, schema }: Parameter): string {
  return asText(valueFor(known, name, schema));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function bodyFor(known: Known, { id, body }: Operation): string {
  const { random, mess } = known;
  if (chance(random, mess / 8)) return brokenText(known);
  const lawful = LAWFUL[id];
  if (lawful !== undefined && chance(random, 0.5)) return JSON.stringify(lawful);
  return JSON.stringify(valueFor(known, "", body ?? {}));
}

/** Bodies of which the parts must fit one another, which no schema says. */
export const LAWFUL: Readonly<Record<string, unknown>> = {
  changePolicy: policyShapeOf(benchmarkLike()),
  submitJob: { name: "llm", script: "#!/bin/sh\ntrue\n", nodes: 1 },
  openCheckout: {
    amount: "25.00",
    success_url: "https://acme.example/paid",
    cancel_url: "https://acme.example/",
  },
};

function brokenText({ random }: Known): string {
  return weighted(random, [
    [20, () => JSON.stringify(garbage(random))],
    [10, () => garbageText(random)],
    [10, () => '{"sku": "A100-80G", '],
    [5, () => '{"__proto__": {"role": "owner_operator"}, "gpus": 8}'],
    [1, () => "[".repeat(100_000)],
    [1, () => `${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    [1, () => JSON.stringify({ note: "x".repeat(1_100_000) })],
  ] as const)();
}

function contentType({ random, mess }: Known): Record<string, string> {
  if (!chance(random, mess / 8)) return { "Content-Type": "application/json" };
  return oneOf(random, [
    {},
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/json; charset=utf-16" },
    { "Content-Type": "multipart/form-data; boundary=x" },
    { "Content-Type": "application/x-www-form-urlencoded" },
  ] as Record<string, string>[]);
}

/** What a header can carry. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "").slice(0, 4_000);
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
