import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { microUsd } from "../units.ts";
import type { Checkout, PaymentProvider } from "./provider.ts";
import { stripePayments } from "./stripe.ts";

const API_KEY = "sk_test_do_not_tell";
const WEBHOOK_SECRET = "whsec_do_not_tell";

/** Answers in Stripe's place and keeps what it was asked. */
const asked: { path: string; headers: IncomingHttpHeaders; form: URLSearchParams }[] = [];
let answer: { status: number; body: object } = { status: 500, body: {} };
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += String(chunk)));
  request.on("end", () => {
    const { url = "", headers } = request;
    asked.push({ path: url, headers, form: new URLSearchParams(text) });
    response.writeHead(answer.status, {
      "content-type": "application/json",
      "stripe-should-retry": "false",
    });
    response.end(JSON.stringify(answer.body));
  });
});

let stripe: PaymentProvider;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  stripe = stripePayments({
    apiKey: API_KEY,
    webhookSecret: WEBHOOK_SECRET,
    installation: "here",
    server: { host: "127.0.0.1", port, protocol: "http" },
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open = (amount: bigint) => {
  const checkout: Checkout = {
    account: "acme",
    amount: microUsd(amount),
    successUrl: "https://example.org/paid",
    cancelUrl: "https://example.org/not",
    idempotencyKey: "key-1",
  };
  return stripe.createCheckout?.(checkout);
};

test("a checkout asks for the exact cents and names the account and the installation", async () => {
  answer = { status: 200, body: { id: "cs_1", url: "https://checkout.stripe.com/c/pay/cs_1" } };
  expect(await open(250_000_000n)).toEqual(answer.body);
  const { path, headers, form } = asked.at(-1)!;
  expect(path).toBe("/v1/checkout/sessions");
  expect(headers["idempotency-key"]).toBe("key-1");
  expect(Object.fromEntries(form)).toMatchObject({
    mode: "payment",
    client_reference_id: "acme",
    "metadata[account]": "acme",
    "metadata[installation]": "here",
    "payment_intent_data[metadata][account]": "acme",
    "line_items[0][price_data][unit_amount]": "25000",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][quantity]": "1",
    success_url: "https://example.org/paid",
  });
});

test.each([
  ["amount_not_in_cents", 250_000_001n],
  ["amount_too_small", 490_000n],
  ["amount_too_large", 1_000_000_000_000n],
] as const)("%s is refused without asking Stripe", async (refusal, amount) => {
  const before = asked.length;
  expect(await open(amount)).toEqual({ refusal });
  expect(asked.length).toBe(before);
});

test.each([
  ["here", true],
  ["there", false],
])("a payment that %s asked for is ours: %s", async (installation, ours) => {
  answer = { status: 200, body: { id: "pi_1", metadata: { account: "acme", installation } } };
  expect(await stripe.isOurs?.("stripe:pi_1")).toBe(ours);
  expect(asked.at(-1)!.path).toBe("/v1/payment_intents/pi_1");
});

test("a payment that Stripe does not know is not ours; that it does not answer says nothing", async () => {
  const missing = { type: "invalid_request_error", code: "resource_missing", message: "no" };
  answer = { status: 404, body: { error: missing } };
  expect(await stripe.isOurs?.("stripe:pi_1")).toBe(false);
  answer = { status: 500, body: { error: { type: "api_error", message: API_KEY } } };
  await expect(stripe.isOurs?.("stripe:pi_1")).rejects.toThrow(/^Stripe did not say .*500/);
});

test.each([
  [401, { type: "invalid_request_error", message: `Invalid API Key provided: ${API_KEY}` }],
  [400, { type: "invalid_request_error", code: "amount_too_large", message: "no" }],
  [500, { type: "api_error", message: "down" }],
])("an answer %d is a fault that says what it is and tells no secret", async (status, error) => {
  answer = { status, body: { error } };
  const fault = await open(1_000_000n)?.then(
    () => null,
    (thrown: unknown) => thrown as Error,
  );
  expect(fault?.message).toMatch(new RegExp(`^Stripe did not open a checkout: Stripe.*${status}`));
  expect(inspect(fault, { depth: 9, showHidden: true })).not.toContain("do_not_tell");
});

test.each([
  ["", WEBHOOK_SECRET, "API key"],
  ["pk_live_do_not_tell", WEBHOOK_SECRET, "API key"],
  [API_KEY, "", "webhook secret"],
  [API_KEY, "do_not_tell", "webhook secret"],
])("settings %j %j are refused without repeating them", (apiKey, webhookSecret, named) => {
  const make = () => stripePayments({ apiKey, webhookSecret, installation: "here" });
  expect(make).toThrow(named);
  expect(make).not.toThrow("do_not_tell");
});
