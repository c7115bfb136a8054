import { expect, test } from "vitest";
import { testWorld } from "./api.test-data.ts";
import type { World } from "./api.test-data.ts";

async function keyWith(world: World, scopes: readonly string[]): Promise<string> {
  const { body } = await world.as(world.ownerKey, "POST", "/v1/keys", { name: "narrow", scopes });
  return body.secret;
}

test("whoever may act for others and not look is shown what it did, and nothing else", async () => {
  const world = await testWorld();
  const acme = await world.buyer("acme", "10.00");
  const blind = await keyWith(world, ["owner:write", "account:write", "account:read"]);
  const paid = { account: "acme", amount: "5.00", reference: "wire-1" };
  const deposit = await world.as(blind, "POST", "/v1/deposits", paid);
  expect([deposit.status, deposit.body.amount]).toEqual([200, "5.00"]);
  const { body: key } = await world.as(acme, "POST", "/v1/keys", { name: "second" });
  expect((await world.as(blind, "GET", "/v1/keys?account=acme")).body.data).toEqual([]);
  const revoked = await world.as(blind, "DELETE", `/v1/keys/${key.id}`);
  expect([revoked.status, revoked.body.id]).toEqual([200, key.id]);
});
