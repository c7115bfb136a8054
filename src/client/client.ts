import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

/** Where the API is, and as whom it is asked. */
export interface Login {
  readonly url: string;
  readonly key: string;
}

/** What the API refused, in its own words. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, details: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The API does not answer. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

export type Query = Readonly<Record<string, string | number | undefined>>;

const ATTEMPTS = 4;
const LONGEST_PAUSE_S = 30;

/**
 * Asks the API. A request that changes something carries a fresh Idempotency-Key and is sent again, with the same one,
 * where the answer was lost or was "not now": it has one effect.
 *
 * @throws Refused, Unreachable
 */
export async function ask<Answer>(
  login: Login,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  { query = {}, body }: { readonly query?: Query; readonly body?: unknown } = {},
): Promise<Answer> {
  const response = await send(login, method, addressOf(login, path, query), body);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as Answer;
  throw refusalIn(response.status, answer);
}

function addressOf({ url }: Login, path: string, query: Query): URL {
  const address = new URL(path, url);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address;
}

async function send(login: Login, method: string, address: URL, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Authorization: `Bearer ${login.key}` };
  if (method !== "GET") headers["Idempotency-Key"] = randomUUID();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const request = {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(address, request).catch((cause: unknown) => {
      if (attempt < ATTEMPTS) return null;
      throw new Unreachable(`${address.origin} does not answer: is Spillway running there?`, {
        cause,
      });
    });
    const isLater = response === null || response.status === 429 || response.status === 503;
    if (response !== null && (!isLater || attempt >= ATTEMPTS)) return response;
    const seconds = Number(response?.headers.get("Retry-After") ?? attempt / 2);
    await pause(Math.min(seconds, LONGEST_PAUSE_S) * 1000);
  }
}

interface ErrorAnswer {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly details?: Record<string, unknown>;
  };
}

function refusalIn(status: number, answer: unknown): Refused {
  const { error = {} } = (answer ?? {}) as ErrorAnswer;
  const {
    code = "not_understood",
    message = `The server answered ${status}.`,
    details = {},
  } = error;
  return new Refused(status, code, message, details);
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/** All of a list up to `most`, page by page. */
export async function listAll<Item>(
  login: Login,
  path: string,
  query: Query,
  most: number,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  while (items.length < most) {
    const limit = Math.min(200, most - items.length);
    const page: Page<Item> = await ask(login, "GET", path, { query: { ...query, limit, cursor } });
    items.push(...page.data);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return items;
}
