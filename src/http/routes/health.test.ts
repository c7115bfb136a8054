import { expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { openMetrics } from "../../server/metrics.ts";
import { testWorld } from "../api.test-data.ts";
import { createApi } from "../api.ts";

test("it is ready once a cluster was seen, as long as the store answers and the journal writes", async () => {
  const world = await testWorld();
  const { api, context } = world;
  const ready = async (app = api) => {
    const answer = await app.request("/readyz");
    return [answer.status, await answer.json()];
  };
  expect(await ready()).toMatchObject([503, { pools: { seen: 0, unseen: 1 } }]);
  await world.pass(durationMs(HOUR_MS));
  const parts = { journal: "writing", store: "answers", pools: { seen: 1, unseen: 0 } };
  expect(await ready()).toEqual([200, { status: "ready", ...parts }]);
  const gone = { ...context.store, head: () => Promise.reject(new Error("gone")) };
  const without = createApi({ ...context, store: gone });
  expect(await ready(without)).toMatchObject([503, { store: "does_not_answer" }]);
  await context.journal.close();
  expect(await ready()).toMatchObject([503, { status: "not_ready", journal: "closed" }]);
  expect((await api.request("/healthz")).status).toBe(200);
});

test("metrics are the owner's to read", async () => {
  const world = await testWorld();
  const { context, ownerKey } = world;
  const metrics = openMetrics("1.2.3");
  const { journal, service, store } = context;
  metrics.follow({ journal, service, store });
  const api = createApi({ ...context, metrics: metrics.text, told: metrics.request });
  const read = (key: string) =>
    api.request("/metrics", { headers: { Authorization: `Bearer ${key}` } });
  expect((await api.request("/metrics")).status).toBe(401);
  expect((await read(await world.buyer("acme", "5.00"))).status).toBe(403);
  await world.pass(durationMs(HOUR_MS));
  await read(ownerKey);
  const answer = await read(ownerKey);
  expect(answer.headers.get("Content-Type")).toContain("text/plain");
  const text = await answer.text();
  for (const line of [
    'spillway_build_info{version="1.2.3"} 1',
    'spillway_pool_capacity_gpus{pool="a100"} 512',
    'spillway_pool_unseen{pool="a100"} 0',
    'spillway_http_requests_total{method="GET",route="/metrics",status="200"} 1',
    'spillway_http_requests_total{method="GET",route="/metrics",status="401"} 1',
    'spillway_events_total{type="account_created"} 1',
    `spillway_journal_sequence ${journal.durable.sequence}`,
    "spillway_contracts 0",
    "spillway_webhook_backlog_events 0",
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).not.toContain("acme");
});

test("what anybody may ask costs little, however often it is asked", async () => {
  const world = await testWorld();
  let asked = 0;
  const counting = {
    ...world.context.store,
    head: () => {
      asked++;
      return world.context.store.head();
    },
  };
  const api = createApi({ ...world.context, store: counting });
  for (let i = 0; i < 50; i++) await api.request("/readyz");
  expect(asked).toBeLessThanOrEqual(2);
  const document = await api.request("/openapi.json");
  const tag = document.headers.get("ETag") ?? "";
  expect(await document.json()).toMatchObject({ openapi: "3.1.0", info: { version: "test" } });
  const known = await api.request("/openapi.json", { headers: { "If-None-Match": tag } });
  expect([known.status, await known.text()]).toEqual([304, ""]);
});
