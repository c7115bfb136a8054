import { expect, test } from "vitest";
import { testWorld } from "../api.test-data.ts";

test("a key is told whose it is, what it may do, and what time it is in the market", async () => {
  const world = await testWorld();
  const zeta = await world.buyer("zeta", "10.00");
  expect((await world.as(zeta, "GET", "/v1/me")).body).toEqual({
    account: "zeta",
    member: "mem_zeta",
    role: "buyer_admin",
    key: "key_zeta",
    scopes: ["market:read", "account:read", "trade", "account:write"],
    now: "2026-11-02T00:00:00Z",
  });
  expect((await world.as("spw_wrong", "GET", "/v1/me")).status).toBe(401);
});

test("the scheme of the Authorization header is read in any case, as RFC 9110 has it", async () => {
  const world = await testWorld();
  const me = (scheme: string) =>
    world.api.request("/v1/me", { headers: { Authorization: `${scheme} ${world.ownerKey}` } });
  expect((await me("bearer")).status).toBe(200);
  expect((await me("BEARER")).status).toBe(200);
  expect((await me("Basic")).status).toBe(401);
});
