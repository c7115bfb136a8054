import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let acme: string;
let rival: string;

beforeAll(async () => {
  world = await testWorld();
  await world.pass(durationMs(HOUR_MS));
  acme = await world.buyer("acme", "10000.00");
  rival = await world.buyer("rival", "1000.00");
});

async function buy(hours: number, changes: object = {}): Promise<string> {
  const order = { sku: "A100-80G", gpus: 16, duration: `${hours}h`, limit_price: "2.00" };
  const { body } = await world.as(acme, "POST", "/v1/orders", { ...order, ...changes });
  expect(body.contracts).toHaveLength(1);
  return body.contracts[0];
}

const credit = async (): Promise<number> => {
  const { body } = await world.as(acme, "GET", "/v1/accounts/acme/balance");
  return Number(body.credit);
};

test("a contract states its promise, is listed, and is nobody else's", async () => {
  const id = await buy(2);
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${id}`);
  expect(contract).toMatchObject({ id, account: "acme", pool: "a100", gpus: 16, status: "active" });
  const listed = await world.as(acme, "GET", "/v1/contracts?status=active&limit=1");
  expect(listed.body.data).toEqual([contract]);
  expect((await world.as(rival, "GET", "/v1/contracts")).body.data).toEqual([]);
  expect((await world.as(world.ownerKey, "GET", `/v1/contracts/${id}`)).status).toBe(200);
});

test("no operation on a contract works for others", async () => {
  const id = await buy(2);
  const until = "2026-11-03T00:00:00Z";
  const window = { from: until, until, gpus: 8, note: "x" };
  const asked: [string, string, object?][] = [
    ["GET", ""],
    ["GET", "/cancellation"],
    ["POST", "/cancel"],
    ["POST", "/extend", { until, limit_price: "2.00" }],
    ["POST", "/checkpoint", { uri: "s3://b/x" }],
    ["POST", "/breach_claim", window],
    ["POST", "/recall_drill"],
  ];
  for (const [method, path, body] of asked) {
    const answer = await world.as(rival, method, `/v1/contracts/${id}${path}`, body);
    expect([path, answer.status, answer.body.error.code]).toEqual([path, 404, "contract_unknown"]);
  }
  expect((await world.as(acme, "GET", `/v1/contracts/${id}`)).body.checkpoint).toBeNull();
});

test("a cancellation costs and refunds what was said before", async () => {
  const before = await credit();
  const id = await buy(4, { start: "2026-11-02T06:00:00Z" });
  const { body: quote } = await world.as(acme, "GET", `/v1/contracts/${id}/cancellation`);
  expect(quote).toMatchObject({ contract: id, gpu_hours_left: "64" });
  const held = await credit();
  const { body: cancelled } = await world.as(acme, "POST", `/v1/contracts/${id}/cancel`);
  expect(cancelled).toMatchObject({ status: "cancelled", given_up_from: quote.at });
  expect(await credit()).toBeCloseTo(held + Number(quote.refund), 6);
  expect(await credit()).toBeCloseTo(before - Number(quote.fee) - Number(quote.tax), 6);
  const again = await world.as(acme, "POST", `/v1/contracts/${id}/cancel`);
  expect(again.body.error.code).toBe("nothing_left");
  const quoted = await world.as(acme, "GET", `/v1/contracts/${id}/cancellation`);
  expect([quoted.status, quoted.body.error.code]).toEqual([409, "nothing_left"]);
});

test("an extension goes on with the same GPUs under another contract", async () => {
  const id = await buy(2);
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${id}`);
  const until = new Date(Date.parse(contract.end) + HOUR_MS).toISOString();
  const wanted = { until, limit_price: "2.00" };
  const path = `/v1/contracts/${id}/extend`;
  const { body: order } = await world.as(acme, "POST", path, wanted, { "Idempotency-Key": "e" });
  expect(order).toMatchObject({ status: "filled", filled_gpus: 16 });
  const repeated = await world.as(acme, "POST", path, wanted, { "Idempotency-Key": "e" });
  expect(repeated.body).toEqual(order);
  const { body: after } = await world.as(acme, "GET", `/v1/contracts/${id}`);
  expect(after.followed_by).toBe(order.contracts[0]);
  const { body: next } = await world.as(acme, "GET", `/v1/contracts/${after.followed_by}`);
  expect(next).toMatchObject({ start: contract.end, fabrics: contract.fabrics });
  const late = await world.as(acme, "POST", path, { until: contract.start, limit_price: "2.00" });
  expect(late.body.error.code).toBe("duration_not_positive");
});

test("where checkpoints live is kept with the contract", async () => {
  const id = await buy(2);
  const path = `/v1/contracts/${id}/checkpoint`;
  const kept = await world.as(acme, "POST", path, { uri: "s3://runs/7" });
  expect(kept.body.checkpoint).toBe("s3://runs/7");
  expect((await world.as(acme, "POST", path, { uri: null })).body.checkpoint).toBeNull();
  const bad = await world.as(acme, "POST", path, { uri: "on my disk" });
  expect([bad.status, bad.body.error.details.field]).toEqual([422, "uri"]);
});

test("a drill is a notice by which nothing is taken", async () => {
  const id = await buy(2, { notice_at_least: "15m" });
  const { body: drill } = await world.as(acme, "POST", `/v1/contracts/${id}/recall_drill`);
  expect(drill).toMatchObject({ contract: id, gpus: 16, drill: true, compensation: "0.00" });
  const notices = await world.as(acme, "GET", `/v1/notices?contract=${id}`);
  expect(notices.body.data).toEqual([drill]);
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${id}`);
  expect(contract.cuts).toEqual([]);
});

test("a breach claim is seen by the owner, and answered with a credit or a reason", async () => {
  const id = await buy(1);
  await world.pass(durationMs(2 * HOUR_MS));
  const { body: contract } = await world.as(acme, "GET", `/v1/contracts/${id}`);
  expect(contract.status).toBe("ended");
  const claim = { from: contract.start, until: contract.end, gpus: 8, note: "a node was down" };
  const path = `/v1/contracts/${id}/breach_claim`;
  const { body: made } = await world.as(acme, "POST", path, claim);
  expect(made).toMatchObject({ contract: id, status: "open", account: "acme", gpus: 8 });
  expect((await world.as(acme, "POST", path, claim)).body.error.code).toBe("claim_open_already");
  const outside = await world.as(acme, "POST", path, { ...claim, until: "2026-12-01T00:00:00Z" });
  expect([outside.status, outside.body.error.code]).toEqual([422, "claim_outside_contract"]);
  const more = await world.as(acme, "POST", path, { ...claim, gpus: 24 });
  expect(more.body.error.details.field).toBe("gpus");

  const owner = world.ownerKey;
  const open = await world.as(owner, "GET", "/v1/breach_claims?status=open");
  expect(open.body.data).toEqual([made]);
  expect((await world.as(rival, "GET", "/v1/breach_claims")).body.data).toEqual([]);
  const accept = `/v1/breach_claims/${made.id}/accept`;
  expect((await world.as(acme, "POST", accept, { credit: "5.00" })).status).toBe(403);
  const before = await credit();
  const { body: accepted } = await world.as(owner, "POST", accept, { credit: "5.00" });
  expect(accepted).toMatchObject({ status: "accepted", credit: "5.00" });
  expect(await credit()).toBeCloseTo(before + 5, 6);
  expect((await world.as(owner, "POST", accept, { credit: "5.00" })).status).toBe(404);

  const { body: second } = await world.as(acme, "POST", path, claim);
  const decline = `/v1/breach_claims/${second.id}/decline`;
  const { body: declined } = await world.as(owner, "POST", decline, { reason: "it was up" });
  expect(declined).toMatchObject({ status: "declined", reason: "it was up", credit: "0.00" });
});
