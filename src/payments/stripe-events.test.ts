import { Stripe } from "stripe";
import { expect, test } from "vitest";
import type { Heard } from "./provider.ts";
import { stripePayments } from "./stripe.ts";

const API_KEY = "sk_test_do_not_tell";
const SECRET = "whsec_do_not_tell";
const NOW = 1_780_000_000;

const provider = stripePayments({
  apiKey: API_KEY,
  webhookSecret: SECRET,
  installation: "here",
  now: () => NOW * 1000,
});
const { webhooks } = new Stripe("sk_test_other");

function sign(payload: string, secret = SECRET, timestamp = NOW): string {
  return webhooks.generateTestHeaderString({ payload, secret, timestamp });
}

function hear(payload: string, signature: string | null = sign(payload)): Heard | undefined {
  return provider.parseEvent?.(payload, signature);
}

const eventOf = (type: string, object: object): string =>
  JSON.stringify({ id: "evt_1", object: "event", livemode: false, type, data: { object } });
const heardOf = (type: string, object: object) => hear(eventOf(type, object));

const session = {
  id: "cs_1",
  object: "checkout.session",
  payment_status: "paid",
  payment_intent: "pi_1",
  amount_total: 123_45,
  currency: "usd",
  metadata: { account: "acme", installation: "here" },
};
const paid = { kind: "paid", reference: "stripe:pi_1", account: "acme", amount: 123_450_000n };
const refund = {
  id: "re_1",
  payment_intent: "pi_1",
  amount: 5_00,
  currency: "usd",
  status: "succeeded",
};
const takenBack = {
  kind: "taken_back",
  reference: "stripe:re_1",
  of: "stripe:pi_1",
  payment: "stripe:pi_1",
  amount: 5_000_000n,
};
const givenBack = {
  kind: "given_back",
  reference: "stripe:re_1:given_back",
  of: "stripe:re_1",
  payment: "stripe:pi_1",
  amount: 5_000_000n,
};

test.each([
  ["checkout.session.completed", session, paid],
  ["checkout.session.async_payment_succeeded", session, paid],
  ["checkout.session.completed", { ...session, payment_intent: { id: "pi_1" } }, paid],
  [
    "checkout.session.async_payment_failed",
    { ...session, payment_status: "unpaid" },
    { ...paid, kind: "failed" },
  ],
  ["refund.created", refund, takenBack],
  ["refund.created", { ...refund, status: "pending" }, takenBack],
  ["refund.updated", refund, takenBack],
  ["refund.updated", { ...refund, status: "failed" }, givenBack],
  ["refund.updated", { ...refund, status: "canceled" }, givenBack],
  ["refund.failed", { ...refund, status: "failed" }, givenBack],
  ["charge.dispute.funds_withdrawn", { ...refund, status: "needs_response" }, takenBack],
  ["charge.dispute.funds_reinstated", { ...refund, status: "won" }, givenBack],
])("%s is booked by the payment's own reference", (type, object, notice) => {
  expect(heardOf(type, object)).toEqual({ notice });
});

test.each([
  ["checkout.session.completed", { ...session, payment_status: "unpaid" }, "not paid yet"],
  ["checkout.session.completed", { ...session, metadata: {} }, "not opened by this installation"],
  [
    "checkout.session.completed",
    { ...session, metadata: { account: "acme", installation: "there" }, currency: "eur" },
    "not opened by this installation",
  ],
  ["refund.created", { ...refund, payment_intent: null }, "not of a payment"],
  ["payment_intent.succeeded", { id: "pi_1" }, "nothing is booked"],
  ["charge.refunded", { id: "ch_1" }, "nothing is booked"],
])("%s brings nothing to book: %o", (type, object, reason) => {
  expect(heardOf(type, object)).toEqual({ ignored: expect.stringContaining(reason) });
});

test.each([
  ["currency_not_usd", "checkout.session.completed", { ...session, currency: "eur" }],
  ["currency_not_usd", "refund.created", { ...refund, currency: "jpy" }],
  ["amount_invalid", "checkout.session.completed", { ...session, amount_total: 0 }],
  ["amount_invalid", "checkout.session.completed", { ...session, amount_total: 1.5 }],
  ["amount_invalid", "refund.created", { ...refund, amount: -1 }],
  ["event_unreadable", "checkout.session.completed", { ...session, payment_intent: null }],
  ["event_unreadable", "checkout.session.completed", { id: 5 }],
  ["event_unreadable", "refund.created", {}],
])("is refused as %s: %s", (refusal, type, object) => {
  expect(heardOf(type, object)).toEqual({ refusal });
});

const completed = eventOf("checkout.session.completed", session);

test.each([
  ["signature_missing", completed, null],
  ["signature_missing", completed, ""],
  ["signature_invalid", completed, "t=1,v1=abc"],
  ["signature_invalid", completed, "nonsense"],
  ["signature_invalid", completed, sign(completed, "whsec_other")],
  ["signature_invalid", completed.replace("12345", "92345"), sign(completed)],
  ["signature_invalid", completed, sign(completed, SECRET, NOW).replace("v1=", "v0=")],
  ["signature_stale", completed, sign(completed, SECRET, NOW - 301)],
  ["event_unreadable", "{", sign("{")],
  ["event_unreadable", "[1]", sign("[1]")],
  ["event_unreadable", "null", sign("null")],
  ["event_unreadable", '{"object":"v2.core.event"}', sign('{"object":"v2.core.event"}')],
])("a message is not believed: %s", (refusal, payload, signature) => {
  expect(hear(payload, signature)).toEqual({ refusal });
});

test("a signature is good for five minutes by the wall clock, and a message that comes twice means the same", () => {
  const signature = sign(completed, SECRET, NOW - 300);
  expect(hear(completed, signature)).toEqual({ notice: paid });
  expect(hear(completed, signature)).toEqual({ notice: paid });
  const bytes = new TextEncoder().encode(completed);
  expect(provider.parseEvent?.(bytes, signature)).toEqual({ notice: paid });
});

test("nothing that is answered tells a secret", () => {
  const answers = [
    hear("{"),
    hear(completed, "t=1,v1=abc"),
    hear(completed, null),
    hear(completed),
  ];
  expect(
    JSON.stringify(answers, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
  ).not.toContain("do_not_tell");
});
