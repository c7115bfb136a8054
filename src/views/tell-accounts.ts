import type { Booking } from "../exchange/state.ts";
import { formatMoney } from "../wire/money.ts";
import { formatTime } from "../wire/time.ts";
import type { EventType } from "./event-types.ts";
import type { Tellers } from "./tellers.ts";
import { toldTo, toOwner } from "./tellers.ts";

const BOOKED: Readonly<Record<Booking["kind"], EventType>> = {
  deposit: "payment.received",
  payout: "payment.paid_out",
  reversal: "payment.reversed",
};

/** Accounts and their money, and what the owner offers. */
export const ACCOUNTS = {
  booked: {
    tell: ({ booking: { account, kind, amount, reference } }) =>
      toldTo(account, BOOKED[kind], {
        amount: formatMoney(amount),
        reference,
      }),
  },
  credit_given: {
    tell: ({ account, amount, kind, subject }) =>
      toldTo(account, "credit.given", { amount: formatMoney(amount), kind, subject }),
  },
  account_created: { tell: ({ account }) => toldTo(account.id, "account.created", {}) },
  account_changed: {
    tell: ({ account: { id, status } }) => toldTo(id, "account.changed", { status }),
  },
  key_created: {
    tell: ({ key: { id, account, name } }) => toldTo(account, "key.created", { key: id, name }),
  },
  terms_required: {
    tell: ({ version }) => [{ account: null, type: "terms.required", data: { version } }],
  },
  ladder_published: {
    tell: ({ pool }) => [{ account: null, type: "ladder.published", data: { pool } }],
  },
  offering_set: toOwner("offering.changed", ({ offering: { pool, price, selling } }) => {
    return { pool, price: formatMoney(price), selling };
  }),
  policy_changed: toOwner("policy.changed", ({ pool }) => ({ pool })),
  run_declared: toOwner("run.declared", ({ run: { id, pool, gpus, start } }) => {
    return { run: id, pool, gpus, start: formatTime(start) };
  }),
  run_withdrawn: toOwner("run.withdrawn", ({ run }) => ({ run })),
  gpus_blocked: toOwner("gpus.blocked", ({ block: { id, pool, kind, gpus } }) => {
    return { block: id, pool, kind, gpus };
  }),
  gpus_unblocked: toOwner("gpus.unblocked", ({ block }) => ({ block })),
} satisfies Tellers;
