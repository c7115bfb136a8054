import { expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";

const KEY = { name: "second" };

test("no key is made that is over already, nor from one that is", async () => {
  const world = await testWorld();
  const acme = await world.buyer("acme", "1.00");
  const past = { ...KEY, expires: "2026-11-01T00:00:00Z" };
  const late = await world.as(acme, "POST", "/v1/keys", past);
  expect([late.status, late.body.error.code]).toEqual([409, "expiry_in_the_past"]);
  const soon = { ...KEY, expires: "2026-11-02T00:30:00Z" };
  const { body: short } = await world.as(acme, "POST", "/v1/keys", soon);
  await world.pass(durationMs(HOUR_MS));
  const again = await world.as(acme, "POST", `/v1/keys/${short.id}/rotate`);
  expect([again.status, again.body.error.code]).toEqual([409, "expiry_in_the_past"]);
});

test("more keys are not more requests for ever", async () => {
  const world = await testWorld({ requestsPerMinute: 20 });
  const acme = await world.buyer("acme", "1.00");
  const rival = await world.buyer("rival", "1.00");
  const secrets: string[] = [];
  for (let i = 0; i < 11; i++) {
    secrets.push((await world.as(acme, "POST", "/v1/keys", KEY)).body.secret);
  }
  const statuses: number[] = [];
  for (const secret of secrets) {
    for (let i = 0; i < 20; i++) statuses.push((await world.as(secret, "GET", "/v1/me")).status);
  }
  // Eleven were spent on making the keys.
  expect(statuses.indexOf(429)).toBe(200 - 11);
  expect((await world.as(rival, "GET", "/v1/me")).status).toBe(200);
});
