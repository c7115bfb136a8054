import { Stripe } from "stripe";
import { toCents } from "./cents.ts";
import type { Checkout, Heard, PaymentProvider } from "./provider.ts";
import { hearStripeEvent, idOf } from "./stripe-events.ts";

export interface StripeSettings {
  /** `sk_…` or `rk_…`. */
  readonly apiKey: string;
  /** `whsec_…` of the endpoint that Stripe sends events to. */
  readonly webhookSecret: string;
  /** Names this installation where several use one Stripe account: what others opened is not booked here. */
  readonly installation: string;
  /** The wall clock, in milliseconds: an accelerated market does not age Stripe's signatures. */
  readonly now?: () => number;
  /** Another server in Stripe's place, for tests. */
  readonly server?: { readonly host: string; readonly port: number; readonly protocol: "http" };
}

/** Stripe's own bounds for one payment in dollars. */
const LEAST_CENTS = 50;
const MOST_CENTS = 99_999_999;
/** How old a signature may be: longer, and whoever overheard a message could send it again. */
const TOLERANCE_S = 300;

export function stripePayments(settings: StripeSettings): PaymentProvider {
  const { apiKey, webhookSecret, installation } = settings;
  if (!/^(sk|rk)_/.test(apiKey)) throw new Error("Stripe's API key begins with sk_ or rk_");
  if (!/^whsec_./.test(webhookSecret)) {
    throw new Error("Stripe's webhook secret begins with whsec_");
  }
  const client = new Stripe(apiKey, {
    ...settings.server,
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
  });
  return {
    name: "stripe",
    createCheckout: (checkout) => openCheckout(client, installation, checkout),
    parseEvent: (body, signature) => {
      const event = verified(client, settings, body, signature);
      return "refusal" in event ? event : hearStripeEvent(event.event, installation);
    },
    isOurs: (payment) => isOurs(client, installation, idOf(payment)),
  };
}

type Opened = Awaited<ReturnType<NonNullable<PaymentProvider["createCheckout"]>>>;

async function openCheckout(
  client: Stripe,
  installation: string,
  checkout: Checkout,
): Promise<Opened> {
  const cents = toCents(checkout.amount);
  if (cents === null) return { refusal: "amount_not_in_cents" };
  if (cents < LEAST_CENTS) return { refusal: "amount_too_small" };
  if (cents > MOST_CENTS) return { refusal: "amount_too_large" };
  try {
    const { idempotencyKey } = checkout;
    const request = requestOf(checkout, cents, installation);
    const session = await client.checkout.sessions.create(request, { idempotencyKey });
    if (session.url === null) throw new Error("Stripe opened a checkout without an address");
    return { id: session.id, url: session.url };
  } catch (fault) {
    throw faultOf(fault, "open a checkout");
  }
}

function requestOf(
  { account, successUrl, cancelUrl }: Checkout,
  cents: number,
  installation: string,
): Stripe.Checkout.SessionCreateParams {
  const metadata = { account, installation };
  const product_data = { name: `Spillway credit for ${account}` };
  return {
    mode: "payment",
    client_reference_id: account,
    metadata,
    payment_intent_data: { metadata },
    line_items: [
      { quantity: 1, price_data: { currency: "usd", unit_amount: cents, product_data } },
    ],
    success_url: successUrl,
    cancel_url: cancelUrl,
  };
}

/** A refund or a dispute says of which payment it is, and the payment who has asked for it. */
async function isOurs(client: Stripe, installation: string, payment: string): Promise<boolean> {
  try {
    const { metadata } = await client.paymentIntents.retrieve(payment);
    return metadata["installation"] === installation;
  } catch (fault) {
    const isMissing =
      fault instanceof Stripe.errors.StripeError && fault.code === "resource_missing";
    if (isMissing) return false;
    throw faultOf(fault, "say whose a payment is");
  }
}

/** Stripe's errors carry requests and headers: only what names the trouble is told, and no cause. */
function faultOf(fault: unknown, wanted: string): Error {
  if (!(fault instanceof Stripe.errors.StripeError)) return new Error(`Stripe did not ${wanted}`);
  const { type, code, statusCode, requestId } = fault;
  const facts = [type, code, statusCode, requestId].filter((fact) => fact !== undefined);
  return new Error(`Stripe did not ${wanted}: ${facts.join(", ")}`);
}

function verified(
  client: Stripe,
  { webhookSecret, now = Date.now }: StripeSettings,
  body: string | Uint8Array,
  signature: string | null,
): { readonly event: unknown } | Extract<Heard, { refusal: string }> {
  if (signature === null || signature === "") return { refusal: "signature_missing" };
  const check = [body, signature, webhookSecret, TOLERANCE_S, undefined, now()] as const;
  try {
    return { event: client.webhooks.constructEvent(...check) };
  } catch (fault) {
    if (!(fault instanceof Stripe.errors.StripeSignatureVerificationError)) {
      return { refusal: "event_unreadable" };
    }
    return {
      refusal: fault.message.includes("tolerance") ? "signature_stale" : "signature_invalid",
    };
  }
}
