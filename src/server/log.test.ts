import { expect, test } from "vitest";
import { newApiKey } from "../http/api-key.ts";
import { testWorld } from "../http/api.test-data.ts";
import { createApi } from "../http/api.ts";
import type { Log } from "./log.ts";
import { logRequest, openLog, withoutSecrets } from "./log.ts";

function logging(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { log: openLog("info", (line) => lines.push(line)), lines };
}

const headers = (key: string) => ({ Authorization: `Bearer ${key}`, "X-Request-Id": "req-1" });

test("a request is one line, without its key, its headers and what follows the question mark", async () => {
  const world = await testWorld();
  const { log, lines } = logging();
  const api = createApi({ ...world.context, told: (request) => logRequest(log, request) });
  const stranger = newApiKey();
  await api.request("/v1/orders?limit=3&account=acme", { headers: headers(world.ownerKey) });
  await api.request("/v1/orders/ord_9", { headers: headers(stranger) });
  await api.request(`/v1/calendar.ics?token=${stranger}`);
  await api.request(`/nowhere/${stranger}`);
  expect(lines).toHaveLength(4);
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told[0]).toMatchObject({
    method: "GET",
    route: "/v1/orders",
    path: "/v1/orders",
    status: 200,
    requestId: "req-1",
    account: "owner",
    key: "key_owner",
  });
  expect(told[1]).toMatchObject({ path: "/v1/orders/ord_9", status: 401, account: null });
  expect(told[3]).toMatchObject({ route: null, status: 404, path: "/nowhere/spw_•••" });
  for (const secret of [world.ownerKey, stranger, "limit=3", "Bearer"]) {
    expect(lines.join("")).not.toContain(secret);
  }
});

test("what holds a secret is logged without it, wherever the secret stands", () => {
  const { log, lines } = logging();
  const key = newApiKey();
  const request = {
    headers: { authorization: `Bearer hush`, Authorization: "hush" },
    secret: "hush",
  };
  log.info({ request, password: "hush", list: [key] }, `with ${key}`);
  const fault = new Error(`postgres://me:hush@db/x refused ${key}`, { cause: new Error(key) });
  log.error({ err: fault }, "a request has failed");
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toContain(key);
  expect(lines.join("")).not.toContain("hush");
  expect(lines.join("")).toContain("•••");
});

test.each([
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_•••"],
  ["sk_live_51abc and rk_test_9", "sk_live_••• and rk_test_•••"],
  ["redis://a:p@ss@h/1 https://h:1/a@b", "redis://a:•••@h/1 https://h:1/a@b"],
  ["nothing to hide", "nothing to hide"],
])("%s is logged as %s", (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});
