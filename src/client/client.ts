import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { refusalIn, Unreachable } from "./refused.ts";

/** Where the API is, and as whom it is asked. */
export interface Login {
  readonly url: string;
  readonly key: string;
}

export type Query = Readonly<Record<string, string | number | undefined>>;
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Parts {
  readonly query?: Query;
  readonly body?: unknown;
}

const ATTEMPTS = 4;
const LONGEST_PAUSE_S = 30;
const ANSWER_WITHIN_MS = 60_000;

/** A path of the API whose parts may hold anything: `path\`/v1/orders/${id}\``. */
export function path(fixed: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw(fixed, ...parts.map((part) => encodeURIComponent(part)));
}

/**
 * Asks the API. A request that changes something carries a fresh Idempotency-Key and is sent again, with the same one,
 * where the answer was lost or was "not now": it has one effect.
 *
 * @throws Refused, Unreachable
 */
export async function ask<Answer>(
  login: Login,
  method: Method,
  path: string,
  parts: Parts = {},
): Promise<Answer> {
  const response = await send(login, method, path, parts);
  if (!response.ok) throw await refusalIn(response);
  return (await response.json()) as Answer;
}

/** What is no JSON: a page, a PDF. @throws Refused, Unreachable */
export async function askForFile(login: Login, path: string): Promise<Uint8Array> {
  const response = await send(login, "GET", path, {});
  if (!response.ok) throw await refusalIn(response);
  return new Uint8Array(await response.arrayBuffer());
}

export function addressOf({ url }: Login, path: string, query: Query = {}): URL {
  const address = new URL(url.replace(/\/+$/, "") + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address;
}

async function send(login: Login, method: Method, path: string, parts: Parts): Promise<Response> {
  const address = addressOf(login, path, parts.query);
  const request = requestFor(login, method, parts.body);
  for (let attempt = 1; ; attempt++) {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(address, { ...request, signal }).catch((fault: unknown) => fault);
    const isLast = attempt >= ATTEMPTS;
    if (answer instanceof Response && (isLast || !isForLater(answer))) return answer;
    if (isLast) throw unreachable(address, answer);
    await pause(waitFor(answer, attempt));
  }
}

function requestFor({ key }: Login, method: Method, body: unknown): RequestInit {
  const headers: Record<string, string> = { Authorization: `Bearer ${key}` };
  if (method !== "GET") headers["Idempotency-Key"] = randomUUID();
  if (body === undefined) return { method, headers };
  headers["Content-Type"] = "application/json";
  return { method, headers, body: JSON.stringify(body) };
}

function isForLater({ status }: Response): boolean {
  return status === 429 || status === 503;
}

/** As the server asks, else longer from time to time; in milliseconds. */
function waitFor(answer: unknown, attempt: number): number {
  const asked = answer instanceof Response ? Number(answer.headers.get("Retry-After")) : 0;
  const seconds = asked > 0 ? asked : attempt / 2;
  return Math.min(seconds, LONGEST_PAUSE_S) * 1000;
}

export function unreachable({ origin }: URL, cause: unknown): Unreachable {
  return new Unreachable(`${origin} does not answer: is Spillway running there?`, { cause });
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

const LARGEST_PAGE = 200;

/** The first `most` of a list, as one page of the API, however many it takes. @throws Refused, Unreachable */
export async function listUpTo<Item>(
  login: Login,
  path: string,
  query: Query,
  most: number,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let next: string | null = null;
  do {
    const limit = Math.min(LARGEST_PAGE, most - items.length);
    const cursor: string | undefined = next ?? undefined;
    const page: Page<Item> = await ask(login, "GET", path, { query: { ...query, limit, cursor } });
    items.push(...page.data);
    next = page.next_cursor ?? null;
  } while (next !== null && items.length < most);
  return { data: items, next_cursor: next };
}
