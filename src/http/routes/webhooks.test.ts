import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Narrator } from "../../journal/narrator.ts";
import { RecentEvents } from "../../journal/recent.ts";
import { durationMs, epochMs, HOUR_MS } from "../../units.ts";
import { Courier } from "../../webhooks/courier.ts";
import { post } from "../../webhooks/post.ts";
import type { Receiver } from "../../webhooks/receiver.test-data.ts";
import { receiver } from "../../webhooks/receiver.test-data.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let acme: string;
let rival: string;
let there: Receiver;
let courier: Courier;

beforeAll(async () => {
  world = await testWorld({ webhookRules: { allowLoopback: true } });
  there = await receiver();
  const { store, journal } = world.context;
  const narrator = new Narrator(store, new RecentEvents(journal));
  courier = new Courier({
    webhooks: store.webhooks,
    after: (sequence, limit) => narrator.after(sequence, limit),
    post: (address, body, headers) => post(address, body, headers, { allowLoopback: true }),
    clock: { now: () => epochMs(Date.now()) },
    warn: () => undefined,
  });
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  rival = await world.buyer("rival", "1000.00");
});
afterAll(() => there.close());

const ORDER = { sku: "A100-80G", gpus: 16, duration: "2h", limit_price: "2.00" };

test("a webhook is told of a sale, signed, and can be replayed, rotated and deleted", async () => {
  const wanted = { url: there.url, types: ["contract.sold"] };
  const { body: made } = await world.as(acme, "POST", "/v1/webhooks", wanted);
  expect(made).toMatchObject({ account: "acme", status: "active", types: ["contract.sold"] });
  await world.as(acme, "POST", "/v1/orders", ORDER);
  await world.as(rival, "POST", "/v1/orders", ORDER);
  await courier.begin();
  await courier.settled();
  expect(there.received).toHaveLength(1);
  const [{ body, headers }] = there.received as [Receiver["received"][0]];
  const verified = new Webhook(made.secret).verify(body, headers as Record<string, string>);
  expect(verified).toMatchObject({ type: "contract.sold", account: "acme", data: { gpus: 16 } });

  const path = `/v1/webhooks/${made.id}`;
  const { body: shown } = await world.as(acme, "GET", path);
  expect(shown).toEqual({ ...shown, told_until: world.context.journal.durable.sequence });
  expect(JSON.stringify(shown)).not.toContain("whsec_");
  const log = await world.as(acme, "GET", `${path}/deliveries`);
  expect(log.body.data).toMatchObject([{ status: 204, error: null, attempt: 1 }]);

  const { body: rotated } = await world.as(acme, "POST", `${path}/rotate`);
  const [sequence] = (verified as { id: string }).id.split(".");
  await world.as(acme, "POST", `${path}/replay?from=${sequence}`);
  await courier.begin();
  await courier.settled();
  const again = there.received[1];
  expect(again?.headers["webhook-id"]).toBe(headers["webhook-id"]);
  for (const secret of [made.secret, rotated.secret]) {
    new Webhook(secret).verify(again?.body ?? "", again?.headers as Record<string, string>);
  }
  expect((await world.as(acme, "DELETE", path)).status).toBe(200);
  expect((await world.as(acme, "GET", path)).status).toBe(404);
});

test("a webhook is nobody else's", async () => {
  const { body: made } = await world.as(acme, "POST", "/v1/webhooks", { url: there.url });
  const path = `/v1/webhooks/${made.id}`;
  const asked: [string, string][] = [
    ["GET", path],
    ["DELETE", path],
    ["POST", `${path}/rotate`],
    ["POST", `${path}/replay?from=1`],
    ["GET", `${path}/deliveries`],
  ];
  for (const [method, address] of asked) {
    const answer = await world.as(rival, method, address);
    expect([answer.status, answer.body.error.code]).toEqual([404, "webhook_unknown"]);
  }
  expect((await world.as(rival, "GET", "/v1/webhooks")).body.data).toEqual([]);
  expect((await world.as(world.ownerKey, "GET", "/v1/webhooks")).body.data).toHaveLength(1);
});

test("an address that is not the internet's is refused by name", async () => {
  for (const url of ["http://10.0.0.1/", "https://169.254.169.254/", "javascript:alert(1)"]) {
    const { status, body } = await world.as(acme, "POST", "/v1/webhooks", { url });
    expect([status, body.error.code, body.error.details.field]).toEqual([
      422,
      "url_not_allowed",
      "url",
    ]);
  }
});

test("the same Idempotency-Key makes one webhook, and shows its secret once", async () => {
  const guest = await world.buyer("guest", "1.00");
  const key = { "Idempotency-Key": "hook-1" };
  const first = await world.as(guest, "POST", "/v1/webhooks", { url: there.url }, key);
  const again = await world.as(guest, "POST", "/v1/webhooks", { url: there.url }, key);
  expect(first.body.secret).toMatch(/^whsec_/);
  expect(again.body).toEqual({ ...first.body, secret: null });
  const other = await world.as(guest, "POST", "/v1/webhooks", { url: `${there.url}/2` }, key);
  expect([other.status, other.body.error.code]).toEqual([409, "idempotency_key_reused"]);
  for (let i = 1; i < 20; i++) {
    expect((await world.as(guest, "POST", "/v1/webhooks", { url: there.url })).status).toBe(200);
  }
  const more = await world.as(guest, "POST", "/v1/webhooks", { url: there.url });
  expect([more.status, more.body.error.code]).toEqual([409, "too_many_webhooks"]);
});

test("a rotation that is repeated leaves the old secret its day of grace", async () => {
  const owner = await world.buyer("turner", "1.00");
  const { body: made } = await world.as(owner, "POST", "/v1/webhooks", { url: there.url });
  const key = { "Idempotency-Key": "rotate-1" };
  const path = `/v1/webhooks/${made.id}/rotate`;
  const first = await world.as(owner, "POST", path, undefined, key);
  const again = await world.as(owner, "POST", path, undefined, key);
  expect(first.body.secret).toMatch(/^whsec_/);
  expect(again.body).toEqual({ ...first.body, secret: null });
  const kept = await world.context.store.webhooks.secrets(made.id);
  expect(kept).toMatchObject({ secret: first.body.secret, previous: { secret: made.secret } });
});

test("whoever may not read has nothing told to a server of theirs either", async () => {
  const narrow = async (key: string, scopes: readonly string[]): Promise<string> =>
    (await world.as(key, "POST", "/v1/keys", { name: "narrow", scopes })).body.secret;
  const hook = { url: there.url };
  const blind = await narrow(acme, ["account:write"]);
  const refused = await world.as(blind, "POST", "/v1/webhooks", hook);
  expect([refused.status, refused.body.error.details]).toEqual([403, { scope: "account:read" }]);
  const half = await narrow(world.ownerKey, ["account:write", "account:read"]);
  const owners = await world.as(half, "POST", "/v1/webhooks", hook);
  expect([owners.status, owners.body.error.details]).toEqual([403, { scope: "owner:read" }]);
});

test("a type that nothing is told of is refused", async () => {
  const wanted = { url: there.url, types: ["contract.sould"] };
  expect((await world.as(acme, "POST", "/v1/webhooks", wanted)).status).toBe(422);
});
