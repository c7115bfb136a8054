import { expect, test } from "vitest";
import { testWorld } from "../api.test-data.ts";

test("who changed what is the owner's and the auditors' to read, without secrets", async () => {
  const world = await testWorld();
  const { ownerKey } = world;
  const acme = await world.buyer("acme", "100.00");
  const made = await world.as(
    acme,
    "POST",
    "/v1/keys",
    { name: "ci" },
    { "X-Request-Id": "req-7" },
  );
  expect(made.status).toBe(200);
  await world.as(acme, "DELETE", `/v1/keys/${String(made.body.id)}`);
  await world.as(acme, "DELETE", "/v1/keys/key_nobody");
  await world.as(acme, "GET", "/v1/keys");
  expect((await world.as(acme, "GET", "/v1/audit")).status).toBe(403);
  const { body } = await world.as(ownerKey, "GET", "/v1/audit?account=acme");
  expect(body.next_cursor).toBeNull();
  expect(body.data).toMatchObject([
    {
      operation: "revokeKey",
      path: "/v1/keys/key_nobody",
      outcome: "key_unknown",
      last_event: null,
    },
    { operation: "revokeKey", path: `/v1/keys/${String(made.body.id)}`, outcome: "done" },
    {
      operation: "createKey",
      path: "/v1/keys",
      request_id: "req-7",
      account: "acme",
      member: "mem_acme",
      key: "key_acme",
      outcome: "done",
    },
  ]);
  expect(JSON.stringify(body)).not.toContain(made.body.secret);
});

test("the log is read page by page", async () => {
  const world = await testWorld();
  const { ownerKey } = world;
  for (const name of ["a", "b", "c"]) await world.as(ownerKey, "POST", "/v1/keys", { name });
  const first = await world.as(ownerKey, "GET", "/v1/audit?limit=2");
  const next = String(first.body.next_cursor);
  const second = await world.as(ownerKey, "GET", `/v1/audit?limit=2&cursor=${next}`);
  const numbers = [...first.body.data, ...second.body.data].map(({ number }) => Number(number));
  expect(numbers).toEqual([4, 3, 2, 1]);
  expect(second.body.data[1]).toMatchObject({ operation: "found", member: "mem_owner" });
  expect((await world.as(ownerKey, "GET", "/v1/audit?cursor=x")).status).toBe(422);
});

test("what is done beside the journal is written down first", async () => {
  const world = await testWorld();
  const { ownerKey } = world;
  await world.as(ownerKey, "DELETE", "/v1/webhooks/whk_none");
  const { body } = await world.as(ownerKey, "GET", "/v1/audit");
  expect(body.data[0]).toMatchObject({ operation: "deleteWebhook", outcome: "asked" });
});
