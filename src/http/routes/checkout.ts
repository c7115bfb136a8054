import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ExchangeCommand } from "../../exchange/commands.ts";
import type { ExchangeState } from "../../exchange/state.ts";
import type { Requester } from "../../journal/audit.ts";
import type { Turn } from "../../journal/turn.ts";
import type { PaymentNotice, PaymentProvider } from "../../payments/provider.ts";
import { ApiError } from "../api-error.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext, ApiEnv } from "../context.ts";
import { serve } from "../operation.ts";
import { refusalError } from "../refusals.ts";
import { positiveMoney, slug } from "../schemas.ts";
import { signedBy } from "../submit.ts";

const TAG = "Money";
const RETRY_SECONDS = 60;

/** Paying in through a provider: where the payer goes, and what the provider tells afterwards. */
export function checkoutRoutes(api: Api, context: ApiContext): void {
  const { payments } = context;
  if (payments === undefined) return;
  openCheckout(api, context, payments);
  hearProvider(api, context, payments);
}

function openCheckout(api: Api, context: ApiContext, payments: PaymentProvider): void {
  const described = {
    method: "post",
    path: "/v1/checkouts",
    id: "openCheckout",
    tag: TAG,
    summary: "Pay in by card: the answer says where to; the credit grows once it is paid",
    scope: "account:write",
    body: z
      .strictObject({
        account: slug.optional(),
        amount: positiveMoney,
        success_url: z.httpUrl().max(2_000),
        cancel_url: z.httpUrl().max(2_000),
      })
      .openapi("CheckoutRequest"),
    answer: z.object({ id: z.string(), url: z.string() }).openapi("Checkout"),
    besideJournal: true,
  } as const;
  serve(api, context, described, async ({ caller, body, idempotencyKey }) => {
    const opened = await payments.createCheckout?.({
      account: actingFor(caller, body.account),
      amount: body.amount,
      successUrl: body.success_url,
      cancelUrl: body.cancel_url,
      idempotencyKey:
        idempotencyKey === undefined
          ? context.ids.next("pay")
          : providersKey(caller.account, idempotencyKey),
    });
    if (opened === undefined) throw new ApiError("refused", "no_checkout", "Nothing is paid here.");
    if (!("refusal" in opened)) return opened;
    const sentence = "A card payment is a whole number of cents, neither tiny nor huge.";
    throw new ApiError("refused", opened.refusal, sentence);
  });
}

/** Sent again, it opens the same checkout. Keys are each account's own, and the provider's are of all together. */
function providersKey(account: string, key: string): string {
  return createHash("sha256").update(`${account} ${key}`).digest("hex");
}

/** Signed by the provider instead of a key; not part of the described API, which is for customers. */
function hearProvider(api: Api, context: ApiContext, payments: PaymentProvider): void {
  api.post(`/hooks/${payments.name}`, async (request: Context<ApiEnv>) => {
    const signature = request.req.header("Stripe-Signature") ?? null;
    const heard = payments.parseEvent?.(await request.req.text(), signature);
    if (heard === undefined || "ignored" in heard) return request.json({ booked: false });
    if ("refusal" in heard) {
      throw new ApiError("invalid_request", heard.refusal, "The message is not believed.");
    }
    const by = signedBy(context, request, payments.name, "bookPayment");
    return request.json({ booked: await book(context, payments, heard.notice, by) });
  });
}

/** @returns false where there was nothing to book, it is booked already, or it is not for this installation to book */
async function book(
  { journal }: ApiContext,
  payments: PaymentProvider,
  notice: PaymentNotice,
  by: Requester,
): Promise<boolean> {
  if (notice.kind === "failed") return false;
  const turn: Turn = (desk) => {
    const command = commandOf(desk.state, payments.name, notice);
    return command === null ? "deposit_unknown" : desk.do(command);
  };
  const { refusal } = await journal.submit(turn, null, by);
  if (refusal === null) return true;
  if (refusal === "reference_repeated") return false;
  if (refusal !== "deposit_unknown") throw refusalError(refusal);
  if (await isForeign(journal.durable.state, payments, notice)) return false;
  const sentence = "What it speaks of is not booked yet: send it again later.";
  throw new ApiError("unavailable", "deposit_unknown", sentence, {}, RETRY_SECONDS);
}

/** Of a payment that is not booked here, and that another installation has asked for. */
async function isForeign(
  { bookings }: ExchangeState,
  payments: PaymentProvider,
  notice: PaymentNotice,
): Promise<boolean> {
  if (!("of" in notice) || bookings.has(notice.payment)) return false;
  return (await payments.isOurs?.(notice.payment)) === false;
}

/** Of a notice of money that moved. Null: what it undoes is not booked. */
function commandOf(
  state: ExchangeState,
  means: string,
  notice: PaymentNotice,
): ExchangeCommand | null {
  const { reference, amount } = notice;
  if (!("of" in notice)) {
    return { type: "deposit", account: notice.account, amount, means, reference };
  }
  const booking = state.bookings.get(notice.of);
  if (booking === undefined) return null;
  const { account } = booking;
  const type = notice.kind === "taken_back" ? "reverse_deposit" : "return_reversal";
  return { type, account, amount, reference, of: notice.of };
}
