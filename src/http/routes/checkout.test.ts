import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Stripe } from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stripePayments } from "../../payments/stripe.ts";
import { durationMs, HOUR_MS } from "../../units.ts";
import { createApi } from "../api.ts";
import { testWorld } from "../api.test-data.ts";

const SECRET = "whsec_test_secret";

/**
 * In Stripe's place: knows payments that are asked for elsewhere, and one of ours that is not booked yet; what it opens
 * it names after the key by which it would know that it was asked before.
 */
const server = createServer(({ url = "", headers }, response) => {
  if (url === "/v1/checkout/sessions") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ id: headers["idempotency-key"], url: "https://stripe.example/" }),
    );
    return;
  }
  const installation = url.endsWith("/pi_late") ? "test" : "another";
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ id: "pi", object: "payment_intent", metadata: { installation } }));
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function paidWorld() {
  const world = await testWorld();
  const { port } = server.address() as AddressInfo;
  const payments = stripePayments({
    apiKey: "sk_test_nothing",
    webhookSecret: SECRET,
    installation: "test",
    server: { host: "127.0.0.1", port, protocol: "http" },
  });
  return { world, api: createApi({ ...world.context, payments }) };
}

function completed(id: string) {
  return {
    id: `evt_${id}`,
    object: "event",
    type: "checkout.session.completed",
    data: {
      object: {
        object: "checkout.session",
        id: `cs_${id}`,
        payment_intent: `pi_${id}`,
        payment_status: "paid",
        amount_total: 12_345,
        currency: "usd",
        metadata: { account: "acme", installation: "test" },
      },
    },
  };
}

function sent(body: string, secret = SECRET) {
  const stripe = new Stripe("sk_test_nothing");
  const signature = stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  return { method: "POST", headers: { "Stripe-Signature": signature }, body };
}

test("what Stripe says was paid is credited once, and only with its signature", async () => {
  const { world, api } = await paidWorld();
  const acme = await world.buyer("acme", "1.00");
  const body = JSON.stringify(completed("one"));
  const forged = await api.request("/hooks/stripe", sent(body, "whsec_another"));
  expect(forged.status).toBe(422);
  const first = await api.request("/hooks/stripe", sent(body));
  expect(await first.json()).toEqual({ booked: true });
  const again = await api.request("/hooks/stripe", sent(body));
  expect(await again.json()).toEqual({ booked: false });
  const { body: balance } = await world.as(acme, "GET", "/v1/accounts/acme/balance");
  expect(balance.credit).toBe("124.45");
  const { body: audit } = await world.as(world.ownerKey, "GET", "/v1/audit?limit=2");
  expect(audit.data).toMatchObject([
    { operation: "bookPayment", member: "stripe", account: "", outcome: "reference_repeated" },
    { operation: "bookPayment", member: "stripe", account: "", outcome: "done" },
  ]);
});

function moved(type: string, id: string, payment = "pi_two") {
  const object = { id, payment_intent: payment, amount: 12_345, currency: "usd", status: null };
  return JSON.stringify({ id: `evt_${id}`, object: "event", type, data: { object } });
}

test("a payment is taken back once, and again only after it was given back", async () => {
  const { world, api } = await paidWorld();
  const acme = await world.buyer("acme", "1.00");
  const hear = (body: string) => api.request("/hooks/stripe", sent(body));
  await hear(JSON.stringify(completed("two")));
  const [withdrawn, reinstated] = ["funds_withdrawn", "funds_reinstated"] as const;
  expect((await hear(moved(`charge.dispute.${withdrawn}`, "dp_1"))).status).toBe(200);
  expect((await hear(moved(`charge.dispute.${withdrawn}`, "dp_2"))).status).toBe(503);
  expect((await hear(moved(`charge.dispute.${reinstated}`, "dp_1"))).status).toBe(200);
  expect((await hear(moved(`charge.dispute.${withdrawn}`, "dp_2"))).status).toBe(200);
  const { body: balance } = await world.as(acme, "GET", "/v1/accounts/acme/balance");
  expect(balance.credit).toBe("1.00");
});

test("a dispute of what was spent is booked, and its customer buys nothing until it has paid", async () => {
  const { world, api } = await paidWorld();
  await world.pass(durationMs(HOUR_MS));
  const acme = await world.buyer("acme", "1.00");
  const hear = (body: string) => api.request("/hooks/stripe", sent(body));
  await hear(JSON.stringify(completed("two")));
  const order = { sku: "A100-80G", gpus: 8, duration: "4h", limit_price: "0.80" };
  expect((await world.as(acme, "POST", "/v1/orders", order)).body.status).toBe("filled");
  expect((await hear(moved("charge.dispute.funds_withdrawn", "dp_1"))).status).toBe(200);
  const { body: balance } = await world.as(acme, "GET", "/v1/accounts/acme/balance");
  expect(balance).toMatchObject({ credit: "0.00" });
  expect(Number(balance.owed)).toBeCloseTo(Number(balance.held) - 1);
  const refused = await world.as(acme, "POST", "/v1/orders", order);
  expect(refused.body.error.code).toBe("payment_owed");
});

test.each([
  ["pi_of_another", 200],
  ["pi_late", 503],
])("a dispute of %s, which is not booked here, is answered with %d", async (payment, status) => {
  const { api } = await paidWorld();
  for (const type of ["funds_withdrawn", "funds_reinstated"]) {
    const heard = await api.request(
      "/hooks/stripe",
      sent(moved(`charge.dispute.${type}`, "dp_9", payment)),
    );
    expect(heard.status).toBe(status);
  }
});

test("a checkout that is asked for again is the same at the provider, and nobody else's", async () => {
  const { world, api } = await paidWorld();
  const [acme, bravo] = [await world.buyer("acme", "1.00"), await world.buyer("bravo", "1.00")];
  const open = async (key: string, once: string | null, amount = "20.00") => {
    const pages = { success_url: "https://acme.example/", cancel_url: "https://acme.example/" };
    const headers = {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      ...(once === null ? {} : { "Idempotency-Key": once }),
    };
    const body = JSON.stringify({ amount, ...pages });
    const answer = await api.request("/v1/checkouts", { method: "POST", headers, body });
    const { id, error } = (await answer.json()) as { id?: string; error?: { code: string } };
    return id ?? error?.code;
  };
  const first = await open(acme, "pay-1");
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await open(acme, "pay-1")).toBe(first);
  const others = [open(acme, "pay-2"), open(bravo, "pay-1"), open(acme, null), open(acme, null)];
  expect(new Set([first, ...(await Promise.all(others))]).size).toBe(5);
  expect(await open(acme, "pay-1", "21.00")).toBe("idempotency_key_reused");
});
