import { z } from "@hono/zod-openapi";
import type { Account, Payment } from "../../accounts/account.ts";
import { creditFloor } from "../../accounts/account.ts";
import type { PoolState } from "../../market/state.ts";
import { creditOf, heldOf, payableTo, receivableFrom } from "../../ledger/chart.ts";
import { subMoney } from "../../units.ts";
import { formatMoney } from "../../wire/money.ts";
import { shareOfNumber } from "../../wire/share.ts";
import { invalid, notFound } from "../api-error.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { accountResource } from "../resources.ts";
import { gpuCount, positiveMoney, share, shortText, slug } from "../schemas.ts";

const TAG = "Accounts";
const idParam = z.object({ id: slug });

const rules = {
  name: shortText,
  email: z.email().max(200),
  payment: z.enum(["prepaid", "postpaid"]).openapi({
    description: "Prepaid: nothing is bought beyond the credit. Postpaid: down to minus the limit.",
  }),
  limit: positiveMoney.optional().openapi({ description: "Of a postpaid account: needed" }),
  tax_rate: share,
  max_gpus: gpuCount.nullable(),
  skus: z.array(z.string().max(64)).max(100).nullable(),
};

const created = z
  .strictObject({
    id: slug,
    ...rules,
    payment: rules.payment.default("prepaid"),
    tax_rate: rules.tax_rate.default(0),
    max_gpus: rules.max_gpus.default(null),
    skus: rules.skus.default(null),
  })
  .openapi("AccountRequest");

const changed = z
  .strictObject({ ...rules, status: z.enum(["active", "closed"]) })
  .partial()
  .openapi("AccountChange");

export function accountRoutes(api: Api, context: ApiContext): void {
  createAccount(api, context);
  listAccounts(api, context);
  getAccount(api, context);
  changeAccount(api, context);
  getBalance(api, context);
  acceptTerms(api, context);
  requireTerms(api, context);
}

function createAccount(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/accounts",
    id: "createAccount",
    tag: TAG,
    summary: "Make an account for a customer",
    scope: "owner:write",
    body: created,
    answer: accountResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const { id, name, email } = body;
    const payment = paymentOf(body.payment, body.limit);
    skusOffered(context, body.skus);
    const done = await submit((desk) => {
      const account: Account = {
        id,
        name,
        email,
        status: "active",
        payment,
        taxRate: shareOfNumber(body.tax_rate),
        maxGpus: body.max_gpus,
        skus: body.skus,
        accepted: null,
        created: desk.state.market.now,
      };
      return desk.do({ type: "create_account", account });
    });
    return answerFrom(context, caller, done, "account");
  });
}

function paymentOf(kind: Payment["kind"], limit: z.output<typeof rules.limit>): Payment {
  if (kind === "prepaid") {
    if (limit === undefined) return { kind };
    throw invalid("limit_not_allowed", "Only a postpaid account has a limit: say so.", "limit");
  }
  if (limit === undefined) {
    throw invalid("limit_missing", "A postpaid account has a limit: say down to what.", "limit");
  }
  return { kind, limit };
}

/** @throws ApiError where nobody sells one of them, so that no misspelt one shuts a customer out */
function skusOffered({ journal }: ApiContext, skus: readonly string[] | null | undefined): void {
  const sold = new Set([...journal.durable.state.market.pools.values()].map(skuOf));
  const stray = skus?.find((sku) => !sold.has(sku));
  if (stray === undefined) return;
  throw invalid("sku_unknown", `Nobody sells ${stray} here: GET /v1/pools lists what is.`, "skus");
}

function skuOf({ config }: PoolState): string {
  return config.sku;
}

function listAccounts(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/accounts",
    id: "listAccounts",
    tag: TAG,
    summary: "The accounts that the caller may see, newest first",
    scope: "account:read",
    query: pageQuery.extend({ status: z.enum(["active", "closed"]).optional() }),
    answer: pageOf(accountResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "account", where, { limit, cursor }),
  );
}

function getAccount(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/accounts/{id}",
    id: "getAccount",
    tag: TAG,
    summary: "One account",
    scope: "account:read",
    params: idParam,
    answer: accountResource,
  } as const;
  serve(api, context, described, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "account", params.id),
  );
}

function changeAccount(api: Api, context: ApiContext): void {
  const described = {
    method: "patch",
    path: "/v1/accounts/{id}",
    id: "changeAccount",
    tag: TAG,
    summary: "Change who may buy what, and on which terms",
    description: "What is left out stays as it is. A closed account's contracts run their course.",
    scope: "owner:write",
    params: idParam,
    body: changed,
    answer: accountResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    // Refused by its own words alone: an account's terms do not depend on what they were before.
    if (body.payment !== undefined) paymentOf(body.payment, body.limit);
    skusOffered(context, body.skus);
    const done = await submit((desk) => {
      const before = desk.state.accounts.accounts.get(params.id);
      if (before === undefined) return "account_unknown";
      return desk.do({ type: "change_account", account: withChanges(before, body) });
    });
    return answerFrom(context, caller, done, "account");
  });
}

function withChanges(before: Account, body: z.output<typeof changed>): Account {
  const { name, email, status, payment, limit, tax_rate, max_gpus, skus } = body;
  return {
    ...before,
    name: name ?? before.name,
    email: email ?? before.email,
    status: status ?? before.status,
    payment: changedPayment(before.payment, payment, limit),
    taxRate: tax_rate === undefined ? before.taxRate : shareOfNumber(tax_rate),
    maxGpus: max_gpus === undefined ? before.maxGpus : max_gpus,
    skus: skus === undefined ? before.skus : skus,
  };
}

/** A limit alone is of a postpaid account. */
function changedPayment(
  before: Payment,
  kind: Payment["kind"] | undefined,
  limit: z.output<typeof rules.limit>,
): Payment {
  if (kind === undefined && limit === undefined) return before;
  return paymentOf(kind ?? "postpaid", limit);
}

const balance = z
  .object({
    account: z.string(),
    credit: z.string().openapi({ description: "Paid in and not spent or held" }),
    held: z.string().openapi({ description: "For orders and for what contracts can still cost" }),
    earned: z.string().openapi({ description: "From resales, not paid out" }),
    owed: z.string().openapi({
      description: "Of payments that were taken back after they were spent: paid first of the next",
    }),
    spendable: z.string().openapi({ description: "Credit down to what is agreed to be owed" }),
  })
  .openapi("Balance");

function getBalance(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/accounts/{id}/balance",
    id: "getBalance",
    tag: TAG,
    summary: "What an account may spend, and what is held of it",
    scope: "account:read",
    params: idParam,
    answer: balance,
  } as const;
  serve(api, context, described, ({ caller, params }) => {
    const { accounts, ledger } = context.journal.durable.state;
    const account = accounts.accounts.get(params.id);
    const mayIt = caller.viewer.sees === "all" || caller.account === params.id;
    if (account === undefined || !mayIt) throw notFound("account", params.id);
    const credit = ledger.balance(creditOf(account.id));
    return {
      account: account.id,
      credit: formatMoney(credit),
      held: formatMoney(ledger.balance(heldOf(account.id))),
      earned: formatMoney(ledger.balance(payableTo(account.id))),
      owed: formatMoney(ledger.balance(receivableFrom(account.id))),
      spendable: formatMoney(subMoney(credit, creditFloor(account))),
    };
  });
}

const version = z.string().min(1).max(64).openapi({ example: "2026-12" });

function acceptTerms(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/terms/acceptance",
    id: "acceptTerms",
    tag: TAG,
    summary: "Accept the owner's terms, of the version that is asked for now",
    scope: "account:write",
    body: z.strictObject({ version, account: slug.optional() }).openapi("TermsAcceptance"),
    answer: accountResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const account = actingFor(caller, body.account);
    const done = await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "accept_terms", account, version: body.version, now });
    });
    return answerFrom(context, caller, done, "account");
  });
}

const terms = z.object({ version: z.string().nullable() }).openapi("Terms");

function requireTerms(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/terms",
    id: "requireTerms",
    tag: TAG,
    summary: "Say which version of the terms buyers must have accepted; null: none",
    scope: "owner:write",
    body: z.strictObject({ version: version.nullable() }).openapi("TermsRequest"),
    answer: terms,
  } as const;
  serve(api, context, described, async ({ body, submit }) => {
    await submit((desk) => desk.do({ type: "require_terms", version: body.version }));
    return { version: body.version };
  });
  const reading = {
    method: "get",
    path: "/v1/terms",
    id: "getTerms",
    tag: TAG,
    summary: "The version of the terms that buyers must have accepted",
    scope: "market:read",
    answer: terms,
  } as const;
  serve(api, context, reading, () => ({
    version: context.journal.durable.state.accounts.terms.get("required") ?? null,
  }));
}
