import { beforeAll, expect, test } from "vitest";
import { durationMs, HOUR_MS } from "../../units.ts";
import { testWorld } from "../api.test-data.ts";
import type { World } from "../api.test-data.ts";

let world: World;
let owner: string;

beforeAll(async () => {
  world = await testWorld();
  owner = world.ownerKey;
  await world.pass(durationMs(HOUR_MS));
});

test("a customer comes in, pays, buys, is recalled with compensation, and all of it is in the ledger", async () => {
  const account = { id: "zeta", name: "Zeta", email: "z@zeta.example", tax_rate: 0.19 };
  expect((await world.as(owner, "POST", "/v1/accounts", account)).body).toMatchObject({
    id: "zeta",
    status: "active",
    payment: { kind: "prepaid", limit: "0.00" },
    tax_rate: 0.19,
  });
  const admin = { account: "zeta", name: "Z", email: "z@zeta.example", role: "buyer_admin" };
  const { body: member } = await world.as(owner, "POST", "/v1/members", admin);
  const wanted = { member: member.id, name: "laptop" };
  const { body: key } = await world.as(owner, "POST", "/v1/keys", wanted);
  const zeta: string = key.secret;
  const payment = { account: "zeta", amount: "500.00", reference: "bank-1" };
  expect((await world.as(owner, "POST", "/v1/deposits", payment)).body.amount).toBe("500.00");
  expect((await world.as(owner, "POST", "/v1/deposits", payment)).body.error.code).toBe(
    "reference_repeated",
  );
  const extra = { account: "zeta", amount: "20.00", reference: "bank-2" };
  await world.as(owner, "POST", "/v1/deposits", extra);
  const reversal = { ...extra, reference: "bank-3", of: "bank-2" };
  expect((await world.as(owner, "POST", "/v1/reversals", reversal)).body).toMatchObject({
    kind: "reversal",
    amount: "-20.00",
  });
  const again = { ...reversal, reference: "bank-4" };
  expect((await world.as(owner, "POST", "/v1/reversals", again)).body.error.code).toBe(
    "deposit_unknown",
  );
  const { body: taken } = await world.as(zeta, "GET", "/v1/payments?kind=reversal");
  expect(taken.data).toMatchObject([{ id: "bank-3" }]);
  const { body: told } = await world.as(zeta, "GET", "/v1/events/list?types=payment.reversed");
  expect(told.data).toHaveLength(1);
  const order = { sku: "A100-80G", gpus: 32, duration: "8h", limit_price: "0.80" };
  const { body: filled } = await world.as(zeta, "POST", "/v1/orders", order);
  expect(filled.status).toBe("filled");
  const { body: balance } = await world.as(zeta, "GET", "/v1/accounts/zeta/balance");
  // 32 GPUs × 8 h × 0.80 $ and 19 % of tax.
  expect(balance).toMatchObject({ held: "243.712", credit: "256.288", spendable: "256.288" });

  const wish = { pool: "a100", gpus: 16 };
  const { body: preview } = await world.as(owner, "POST", "/v1/recalls/preview", wish);
  expect(preview).toMatchObject({ gpus: 16, takings: [{ holder: "zeta", gpus: 16 }] });
  const cheaper = { ...wish, most_cost: "0.01" };
  expect((await world.as(owner, "POST", "/v1/recalls", cheaper)).body.error.code).toBe(
    "cost_has_risen",
  );
  const { body: given } = await world.as(owner, "POST", "/v1/recalls", wish);
  expect(given.data).toMatchObject([{ status: "noticed", gpus: 16, cost: preview.cost }]);
  const { body: notices } = await world.as(zeta, "GET", "/v1/notices");
  expect(notices.data).toMatchObject([{ gpus: 16, status: "noticed", account: "zeta" }]);
  await world.pass(durationMs(9 * HOUR_MS));
  const { body: over } = await world.as(owner, "GET", `/v1/recalls/${given.data[0].id}`);
  expect(over.status).toBe("handed_over");
  const { body: ledger } = await world.as(zeta, "GET", "/v1/ledger?limit=200");
  const kinds = ledger.data.map((entry: { kind: string }) => entry.kind);
  expect(kinds).toContain("compensation");
  expect(kinds).toContain("tax");
  const { body: after } = await world.as(zeta, "GET", "/v1/accounts/zeta/balance");
  expect(after.held).toBe("0.00");
  const { body: usage } = await world.as(zeta, "GET", "/v1/usage");
  expect(usage.data.length).toBeGreaterThan(0);

  const { body: issued } = await world.as(owner, "POST", "/v1/invoices", { account: "zeta" });
  const [{ id: number, invoice, status, due }] = issued.data;
  expect([number, status, due]).toEqual(["INV-2026-000001", "paid", "0.00"]);
  const usageLine = invoice.lines.find((line: { kind: string }) => line.kind === "usage");
  expect(usageLine.amount).toBe(usage.data[0].amount);
  expect(invoice.lines.map((line: { kind: string }) => line.kind)).toContain("compensation");
  const page = await world.as(zeta, "GET", `/v1/invoices/${number}/page`);
  expect(page.body).toContain(number);
  const pdf = await world.as(zeta, "GET", `/v1/invoices/${number}/pdf`);
  expect(pdf.body.startsWith("%PDF-")).toBe(true);
  const reason = { reason: "goodwill" };
  const note = await world.as(owner, "POST", `/v1/invoices/${number}/credit_notes`, reason);
  expect(note.body.credit_note.invoice).toBe(number);
  expect((await world.as(zeta, "GET", `/v1/invoices/${number}`)).body.status).toBe("void");
  const path = `/v1/credit_notes/${note.body.id}`;
  expect((await world.as(zeta, "GET", path)).body).toEqual(note.body);
  const notePage = await world.as(zeta, "GET", `${path}/page`);
  expect(notePage.body).toMatch(new RegExp(`Credit note[^]*${note.body.id}[^]*${number}`));
  expect((await world.as(zeta, "GET", `${path}/pdf`)).body.startsWith("%PDF-")).toBe(true);
  const stranger = await world.buyer("stranger", "1.00");
  for (const below of ["", "/page", "/pdf"]) {
    expect((await world.as(stranger, "GET", `${path}${below}`)).status).toBe(404);
  }
});

test("what the owner keeps back is not sold, and sells again once it is given free", async () => {
  const buyer = await world.buyer("keeper", "1000.00");
  const order = { sku: "A100-80G", gpus: 8, duration: "1h", limit_price: "2.00" };
  const stop = { selling: false };
  await world.as(owner, "PATCH", "/v1/pools/a100/offering", stop);
  await world.pass(durationMs(HOUR_MS / 6));
  expect((await world.as(buyer, "POST", "/v1/orders", order)).body.error.code).toBe("no_supply");
  await world.as(owner, "PATCH", "/v1/pools/a100/offering", { selling: true });
  await world.pass(durationMs(HOUR_MS / 6));
  expect((await world.as(buyer, "POST", "/v1/orders", order)).body.status).toBe("filled");
});

test("the policy is shown as it would be written, and changed as a whole", async () => {
  const { body: policy } = await world.as(owner, "GET", "/v1/pools/a100/policy");
  const changed = { ...policy, reserve_gpus: 64 };
  expect((await world.as(owner, "PUT", "/v1/pools/a100/policy", changed)).body).toEqual(changed);
  const other = { ...policy, lot_gpus: 4 };
  expect((await world.as(owner, "PUT", "/v1/pools/a100/policy", other)).body.error.code).toBe(
    "lot_differs",
  );
});

test("a key does no more than its scopes, and nothing once it is revoked", async () => {
  const buyer = await world.buyer("narrow", "10.00");
  const wanted = { name: "reader", scopes: ["account:read"] };
  const { body: key } = await world.as(buyer, "POST", "/v1/keys", wanted);
  expect((await world.as(key.secret, "GET", "/v1/orders")).status).toBe(200);
  expect((await world.as(key.secret, "POST", "/v1/keys", wanted)).status).toBe(403);
  expect((await world.as(buyer, "GET", "/v1/pools/a100/policy")).status).toBe(403);
  expect((await world.as(buyer, "DELETE", `/v1/keys/${key.id}`)).body.revoked).not.toBeNull();
  expect((await world.as(key.secret, "GET", "/v1/orders")).status).toBe(401);
});

test("every operation is described, in OpenAPI 3.1", async () => {
  const { body } = await world.as(owner, "GET", "/openapi.json");
  expect(body.openapi).toBe("3.1.0");
  expect(Object.keys(body.paths)).toContain("/v1/recalls/{id}/withdraw");
});
