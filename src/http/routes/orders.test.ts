import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let acme: string;

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
});

const ORDER = { sku: "A100-80G", gpus: 16, duration: "2h", limit_price: "2.00" };

test("an order fills at the asked price, not at its limit, and can be read again", async () => {
  const placed = await world.as(acme, "POST", "/v1/orders", ORDER);
  expect(placed.status).toBe(200);
  expect(placed.body).toMatchObject({ account: "acme", status: "filled", filled_gpus: 16 });
  const read = await world.as(acme, "GET", `/v1/orders/${placed.body.id}`);
  expect(read.body).toEqual(placed.body);
  const listed = await world.as(acme, "GET", "/v1/orders?limit=1");
  expect(listed.body.data).toEqual([placed.body]);
});

test("the same key with the same request has one effect and one answer; with another it is refused", async () => {
  const key = { "Idempotency-Key": "once" };
  const first = await world.as(acme, "POST", "/v1/orders", ORDER, key);
  const again = await world.as(acme, "POST", "/v1/orders", ORDER, key);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("Idempotency-Replayed")).toBe("true");
  const other = await world.as(acme, "POST", "/v1/orders", { ...ORDER, gpus: 24 }, key);
  expect(other.status).toBe(409);
  expect(other.body.error.code).toBe("idempotency_key_reused");
});

test("refusals and shape errors say what and where", async () => {
  const odd = await world.as(acme, "POST", "/v1/orders", { ...ORDER, gpus: 12 });
  expect([odd.status, odd.body.error.code]).toEqual([409, "gpus_not_whole_lots"]);
  const bad = await world.as(acme, "POST", "/v1/orders", { ...ORDER, limit_price: "cheap" });
  expect([bad.status, bad.body.error.details.field]).toEqual([422, "limit_price"]);
  const nobody = await world.as("spw_wrong", "GET", "/v1/orders");
  expect(nobody.status).toBe(401);
});

test("a standing order waits in the book, can be amended and cancelled, and is nobody else's", async () => {
  const expires = "2026-12-01T00:00:00Z";
  const cheap = { ...ORDER, limit_price: "0.10", expires };
  const { body: order } = await world.as(acme, "POST", "/v1/orders", cheap);
  expect(order.status).toBe("open");
  const rival = await world.buyer("rival", "10.00");
  expect((await world.as(rival, "GET", `/v1/orders/${order.id}`)).status).toBe(404);
  expect((await world.as(rival, "POST", `/v1/orders/${order.id}/cancel`)).status).toBe(404);
  const amended = await world.as(acme, "POST", `/v1/orders/${order.id}/amend`, {
    ...cheap,
    limit_price: "0.20",
  });
  expect(amended.body).toMatchObject({ status: "open", replaces: order.id, limit_price: "0.20" });
  const cancelled = await world.as(acme, "POST", `/v1/orders/${amended.body.id}/cancel`);
  expect(cancelled.body.status).toBe("cancelled");
});
