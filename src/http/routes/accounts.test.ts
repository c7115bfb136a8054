import { beforeAll, expect, test } from "vitest";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
const BETA = { id: "beta", name: "Beta", email: "ops@beta.example" };

beforeAll(async () => {
  world = await testWorld();
  await world.as(world.ownerKey, "POST", "/v1/accounts", BETA);
});

async function refused(method: string, path: string, body: unknown) {
  const answer = await world.as(world.ownerKey, method, path, body);
  const { code, details } = answer.body.error;
  return [answer.status, code, details.field];
}

test("a limit is of a postpaid account, and a postpaid account has one", async () => {
  const gamma = { ...BETA, id: "gamma" };
  const spoken = { ...gamma, limit: "5.00" };
  const notAllowed = [422, "limit_not_allowed", "limit"];
  const missing = [422, "limit_missing", "limit"];
  expect(await refused("POST", "/v1/accounts", spoken)).toEqual(notAllowed);
  expect(await refused("POST", "/v1/accounts", { ...gamma, payment: "postpaid" })).toEqual(missing);
  const change = "/v1/accounts/beta";
  expect(await refused("PATCH", change, { payment: "postpaid" })).toEqual(missing);
  expect(await refused("PATCH", change, { payment: "prepaid", limit: "5.00" })).toEqual(notAllowed);
  const agreed = { payment: "postpaid", limit: "5.00" };
  const { body } = await world.as(world.ownerKey, "PATCH", change, agreed);
  expect(body.payment).toEqual({ kind: "postpaid", limit: "5.00" });
});

test("a SKU that nobody sells is not written down as one that may be bought", async () => {
  const stray = [422, "sku_unknown", "skus"];
  const skus = ["A100-80G", "A100-80GB"];
  expect(await refused("PATCH", "/v1/accounts/beta", { skus })).toEqual(stray);
  expect(await refused("POST", "/v1/accounts", { ...BETA, id: "gamma", skus })).toEqual(stray);
  const known = { skus: ["A100-80G"] };
  expect((await world.as(world.ownerKey, "PATCH", "/v1/accounts/beta", known)).status).toBe(200);
});

test("the owner's own account is not closed", async () => {
  const answer = await refused("PATCH", "/v1/accounts/owner", { status: "closed" });
  expect(answer.slice(0, 2)).toEqual([409, "owner_stays_open"]);
});
