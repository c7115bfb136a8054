import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { addressOf, ask, listUpTo, path } from "./client.ts";
import { follow } from "./follow.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let stop = (): void => {};
afterEach(() => stop());

/** A server that gives one answer after the other, the last one for ever. */
async function server(...answers: readonly Answer[]) {
  const seen: IncomingMessage[] = [];
  const listening = createServer((request, response) => {
    seen.push(request);
    answers[Math.min(seen.length, answers.length) - 1]?.(request, response);
  });
  await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
  stop = () => {
    listening.close();
    listening.closeAllConnections();
  };
  const address = listening.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { login: { url: `http://127.0.0.1:${port}`, key: "spw_test" }, seen };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

const hangUp: Answer = (request) => request.socket.destroy();

test("a change that was not answered, or not now, is sent again with the same Idempotency-Key", async () => {
  const later = json(503, {}, { "Retry-After": "0.01" });
  const { login, seen } = await server(hangUp, later, json(200, { id: "ord_1" }));
  expect(await ask(login, "POST", "/v1/orders", { body: {} })).toEqual({ id: "ord_1" });
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  await ask(login, "POST", "/v1/orders", { body: {} });
  expect(seen[3]?.headers["idempotency-key"]).not.toBe(keys[0]);
});

test("what is refused is not tried again, and says why in the API's words", async () => {
  const error = { type: "refused", code: "no_supply", message: "Nothing.", details: {} };
  const { login, seen } = await server(json(409, { error }));
  await expect(ask(login, "POST", "/v1/orders", { body: {} })).rejects.toMatchObject({
    name: "Refused",
    status: 409,
    code: "no_supply",
    message: "Nothing.",
    answer: { error },
  });
  expect(seen).toHaveLength(1);
});

test("the last answer of a server that says not now four times is its refusal", async () => {
  const error = { type: "rate_limit", code: "too_many", message: "Slow down.", details: {} };
  const { login, seen } = await server(json(429, { error }, { "Retry-After": "0.01" }));
  await expect(ask(login, "GET", "/v1/me")).rejects.toMatchObject({ status: 429 });
  expect(seen).toHaveLength(4);
});

test("an answer that is no JSON is not taken for Spillway's", async () => {
  const { login } = await server((_, response) => response.writeHead(404).end("<html>"));
  await expect(ask(login, "GET", "/v1/me")).rejects.toThrow("is it Spillway?");
});

test("a list is read page by page up to what was asked for", async () => {
  const { login, seen } = await server(
    json(200, { data: Array.from({ length: 200 }, (_, i) => i), next_cursor: "a" }),
    json(200, { data: [200, 201], next_cursor: "b" }),
  );
  const page = await listUpTo<number>(login, "/v1/orders", { status: "open" }, 202);
  expect(page).toMatchObject({ next_cursor: "b" });
  expect(page.data).toHaveLength(202);
  expect(seen.map(({ url }) => url)).toEqual([
    "/v1/orders?status=open&limit=200",
    "/v1/orders?status=open&limit=2&cursor=a",
  ]);
});

test("ids are written into paths so that they stay one part, and a base path is kept", () => {
  expect(path`/v1/orders/${"a/../b?c"}`).toBe("/v1/orders/a%2F..%2Fb%3Fc");
  const { href } = addressOf({ url: "https://x.example/gpus/", key: "" }, "/v1/me", {
    a: 1,
    b: undefined,
  });
  expect(href).toBe("https://x.example/gpus/v1/me?a=1");
});

function event(id: string): string {
  const told = { id, type: "x", time: "", account: null, data: {} };
  return `id: ${id}\ndata: ${JSON.stringify(told)}\n\n`;
}

test("a stream that breaks off is taken up behind the last event", async () => {
  const { login, seen } = await server(
    (_, response) => response.writeHead(200).end(event("1.0") + event("2.0")),
    (_, response) => response.writeHead(200).end(event("3.0")),
  );
  const ending = new AbortController();
  const heard: string[] = [];
  let breaks = 0;
  const onBreak = (): void => void breaks++;
  for await (const { id } of follow(login, { after: "0", signal: ending.signal, onBreak })) {
    heard.push(id);
    if (id === "3.0") break;
  }
  expect(heard).toEqual(["1.0", "2.0", "3.0"]);
  expect(breaks).toBe(1);
  expect(seen.map(({ url }) => url)).toEqual(["/v1/events?after=0", "/v1/events?after=2.0"]);
});

test("a stream that breaks off before it told anything is taken up where it began", async () => {
  const { login, seen } = await server(
    (_, response) => response.writeHead(200).end("retry: 2000\nid: 7\n: connected\n\n"),
    (_, response) => response.writeHead(200).end(`id: 9\n: still here\n\n`),
    (_, response) => response.writeHead(200).end(event("10.0")),
  );
  const { signal } = new AbortController();
  for await (const { id } of follow(login, { signal, onBreak: () => {} })) {
    expect(id).toBe("10.0");
    break;
  }
  const asked = ["/v1/events", "/v1/events?after=7", "/v1/events?after=9"];
  expect(seen.map(({ url }) => url)).toEqual(asked);
});

test("a stream that is refused is not asked for again", async () => {
  const { login, seen } = await server(json(401, { error: { code: "key_not_valid" } }));
  const following = follow(login, {
    signal: new AbortController().signal,
    onBreak: () => {},
  });
  await expect(following.next()).rejects.toMatchObject({ code: "key_not_valid" });
  expect(seen).toHaveLength(1);
});
