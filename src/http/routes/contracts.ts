import { z } from "@hono/zod-openapi";
import { cancellationQuote } from "../../exchange/decide-holder.ts";
import type { ContractResource } from "../../views/resources.ts";
import { formatGpuHours, formatMoney } from "../../wire/money.ts";
import { formatTime } from "../../wire/time.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { refusalError } from "../refusals.ts";
import { contractResource, money, orderResource, timeText } from "../resources.ts";
import { id, price, slug, time } from "../schemas.ts";

const TAG = "Contracts";
const idParam = z.object({ id });

/** What has been bought, and what its holder may do with it. */
export function contractRoutes(api: Api, context: ApiContext): void {
  listContracts(api, context);
  getContract(api, context);
  quoteCancellation(api, context);
  cancelContract(api, context);
  extendContract(api, context);
  keepCheckpoint(api, context);
}

function listContracts(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/contracts",
    id: "listContracts",
    tag: TAG,
    summary: "Contracts, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      status: z.enum(["active", "ended", "interrupted", "cancelled"]).optional(),
      pool: id.optional(),
      sku: z.string().min(1).max(64).optional(),
      account: slug.optional(),
    }),
    answer: pageOf(contractResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "contract", where, { limit, cursor }),
  );
}

function getContract(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/contracts/{id}",
    id: "getContract",
    tag: TAG,
    summary: "One contract: its promise, what was taken out of it, what it has delivered and cost",
    scope: "account:read",
    params: idParam,
    answer: contractResource,
  } as const;
  serve(api, context, described, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "contract", params.id),
  );
}

/** The contract, and for whom the caller acts on it. @throws ApiError where it is not theirs */
export async function contractFor(
  { store }: ApiContext,
  caller: Caller,
  contract: string,
): Promise<{ readonly contract: ContractResource; readonly account: string }> {
  const found = await findResource(store, caller.viewer, "contract", contract);
  return { contract: found, account: actingFor(caller, found.account) };
}

const cancellation = z
  .object({
    contract: z.string(),
    at: timeText.openapi({ description: "From when on the GPUs are given up" }),
    gpu_hours_left: z.string(),
    fee: money.openapi({ description: "The share of the price of what is left that is kept" }),
    tax: money,
    refund: money.openapi({ description: "Held until now, and free to be spent again" }),
  })
  .openapi("Cancellation");

function quoteCancellation(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/contracts/{id}/cancellation",
    id: "quoteCancellation",
    tag: TAG,
    summary: "What giving up the rest of a contract would cost and refund now",
    scope: "account:read",
    params: idParam,
    answer: cancellation,
  } as const;
  serve(api, context, described, async ({ caller, params }) => {
    const { account } = await findResource(context.store, caller.viewer, "contract", params.id);
    const { state } = context.journal.durable;
    const { now } = state.market;
    const quoted = cancellationQuote(state, { contract: params.id, account, now });
    if (typeof quoted === "string") throw refusalError(quoted);
    const { at, left, fee, tax, refund } = quoted;
    return {
      contract: params.id,
      at: formatTime(at),
      gpu_hours_left: formatGpuHours(left),
      fee: formatMoney(fee),
      tax: formatMoney(tax),
      refund: formatMoney(refund),
    };
  });
}

function cancelContract(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/cancel",
    id: "cancelContract",
    tag: TAG,
    summary: "Give up what is left of a contract, from the next minute on",
    description: "GET /v1/contracts/{id}/cancellation says before what it costs and refunds.",
    scope: "trade",
    params: idParam,
    answer: contractResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    const { account } = await contractFor(context, caller, params.id);
    await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "cancel_contract", contract: params.id, account, now });
    });
    return findResource(context.store, caller.viewer, "contract", params.id);
  });
}

const extension = z
  .strictObject({
    until: time,
    limit_price: price,
  })
  .openapi("ExtensionRequest");

function extendContract(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/extend",
    id: "extendContract",
    tag: TAG,
    summary: "Keep the same GPUs beyond the contract's end",
    description:
      "Buys the time from its end on for the GPUs that it holds at its end, where they are, at today's price and at its notice or longer; all or nothing. The answer is the order that did it; what it bought is a contract of its own.",
    scope: "trade",
    params: idParam,
    body: extension,
    answer: orderResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const { account } = await contractFor(context, caller, params.id);
    const order = context.ids.next("ord");
    const done = await submit((desk) => {
      const { now } = desk.state.market;
      const wanted = { order, until: body.until, limit: body.limit_price, now };
      return desk.do({ type: "extend_contract", contract: params.id, account, ...wanted });
    });
    return answerFrom(context, caller, done, "order");
  });
}

const checkpoint = z
  .strictObject({
    uri: z
      .string()
      .max(1000)
      .regex(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, "expected a URI, like s3://bucket/run-7")
      .nullable()
      .openapi({
        description: "null: nowhere that is known",
        example: "s3://bucket/run-7",
      }),
  })
  .openapi("CheckpointRequest");

function keepCheckpoint(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/checkpoint",
    id: "keepCheckpoint",
    tag: TAG,
    summary: "Say where the work's checkpoints live, across recalls",
    description: "A note for whoever goes on with the work. Put no password in it.",
    scope: "trade",
    params: idParam,
    body: checkpoint,
    answer: contractResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const { account } = await contractFor(context, caller, params.id);
    await submit((desk) =>
      desk.do({ type: "keep_checkpoint", contract: params.id, account, uri: body.uri }),
    );
    return findResource(context.store, caller.viewer, "contract", params.id);
  });
}
