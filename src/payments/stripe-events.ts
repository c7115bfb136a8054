import { z } from "zod";
import { fromCents } from "./cents.ts";
import type { Heard, PaymentNotice } from "./provider.ts";

/** Of Stripe's events, what is read of them; the rest of each is Stripe's to change. */
const Event = z.object({ type: z.string(), data: z.object({ object: z.unknown() }) });
const Id = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const Session = z.object({
  id: z.string(),
  payment_status: z.enum(["paid", "unpaid", "no_payment_required"]),
  payment_intent: Id.nullable(),
  amount_total: z.unknown(),
  currency: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
});
/** A refund or a dispute: both take money of a payment back. */
const TakingBack = z.object({
  id: z.string(),
  payment_intent: Id.nullable(),
  amount: z.unknown(),
  currency: z.string(),
  status: z.string().nullable(),
});

/**
 * What a verified event of Stripe means here. A checkout is paid when Stripe says that its money has come, which for
 * slow means of payment is in a later event than its end; both name the same payment. A refund is booked when it is made.
 */
export function hearStripeEvent(event: unknown, installation: string): Heard {
  const read = Event.safeParse(event);
  if (!read.success) return { refusal: "event_unreadable" };
  const { type, data } = read.data;
  switch (type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
      return hearSession(data.object, installation, "paid");
    case "checkout.session.async_payment_failed":
      return hearSession(data.object, installation, "failed");
    case "refund.created":
    case "refund.updated":
      return hearRefund(data.object);
    case "refund.failed":
    case "charge.dispute.funds_reinstated":
      return hearTakingBack(data.object, "given_back");
    case "charge.dispute.funds_withdrawn":
      return hearTakingBack(data.object, "taken_back");
    default:
      return { ignored: `nothing is booked for ${type}` };
  }
}

function hearSession(object: unknown, installation: string, kind: "paid" | "failed"): Heard {
  const read = Session.safeParse(object);
  if (!read.success) return { refusal: "event_unreadable" };
  const session = read.data;
  const account = session.metadata?.["account"];
  if (account === undefined || session.metadata?.["installation"] !== installation) {
    return { ignored: "the checkout was not opened by this installation" };
  }
  if (kind === "paid" && session.payment_status !== "paid") {
    return { ignored: "the checkout is not paid yet" };
  }
  if (session.payment_intent === null) return { refusal: "event_unreadable" };
  const amount = amountOf(session.amount_total, session.currency);
  if (typeof amount === "string") return { refusal: amount };
  return { notice: { kind, reference: referenceOf(session.payment_intent), account, amount } };
}

/** Its changes of status come as updates, in any order: a refund that fails gives back what making it took. */
function hearRefund(object: unknown): Heard {
  const read = TakingBack.safeParse(object);
  if (!read.success) return { refusal: "event_unreadable" };
  const { status } = read.data;
  const isOver = status === "failed" || status === "canceled";
  return hearTakingBack(object, isOver ? "given_back" : "taken_back");
}

function hearTakingBack(object: unknown, kind: "taken_back" | "given_back"): Heard {
  const read = TakingBack.safeParse(object);
  if (!read.success) return { refusal: "event_unreadable" };
  const { id, payment_intent: payment } = read.data;
  if (payment === null) return { ignored: "it is not of a payment that a checkout made" };
  const amount = amountOf(read.data.amount, read.data.currency);
  if (typeof amount === "string") return { refusal: amount };
  return { notice: noticeOf(kind, id, payment, amount) };
}

function noticeOf(
  kind: "taken_back" | "given_back",
  id: string,
  payment: string,
  amount: PaymentNotice["amount"],
): PaymentNotice {
  const taken = referenceOf(id);
  const of = referenceOf(payment);
  return kind === "taken_back"
    ? { kind, reference: taken, of, payment: of, amount }
    : { kind, reference: `${taken}:given_back`, of: taken, payment: of, amount };
}

const PREFIX = "stripe:";
const referenceOf = (id: string): string => `${PREFIX}${id}`;

/** Stripe's own id of what has this reference here. */
export const idOf = (reference: string): string => reference.slice(PREFIX.length);

function amountOf(cents: unknown, currency: string | null) {
  if (currency !== "usd") return "currency_not_usd";
  const amount = fromCents(cents);
  return amount === null || amount <= 0n ? "amount_invalid" : amount;
}
