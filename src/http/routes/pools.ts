import { z } from "@hono/zod-openapi";
import { checkPolicy } from "../../policy/check.ts";
import type { PoolState } from "../../market/state.ts";
import { policyFrom, policyShape, policyShapeOf } from "../../wire/policy-shape.ts";
import { formatMoney } from "../../wire/money.ts";
import { ApiError, notFound } from "../api-error.ts";
import type { Api, ApiContext } from "../context.ts";
import { answerFrom, doer, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { blockResource, runResource } from "../resources.ts";
import { duration, gpuCount, id, price, shortText, slug, time } from "../schemas.ts";

const TAG = "Owner: pools";
const poolParam = z.object({ pool: slug });
const idParam = z.object({ id });

export function poolRoutes(api: Api, context: ApiContext): void {
  getPolicy(api, context);
  changePolicy(api, context);
  getOffering(api, context);
  changeOffering(api, context);
  runRoutes(api, context);
  blockRoutes(api, context);
}

function poolOf({ journal }: ApiContext, pool: string): PoolState {
  const found = journal.durable.state.market.pools.get(pool);
  if (found === undefined) throw notFound("pool", pool);
  return found;
}

const policyAnswer = z.record(z.string(), z.unknown()).openapi("Policy", {
  description: "As in a policy file: docs/policy.md",
});

function getPolicy(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/pools/{pool}/policy",
    id: "getPolicy",
    tag: TAG,
    summary: "What the owner allows to be sold of a pool, and who yields",
    scope: "owner:read",
    params: poolParam,
    answer: policyAnswer,
  } as const;
  serve(api, context, described, ({ params }) => ({
    ...policyShapeOf(poolOf(context, params.pool).policy),
  }));
}

function changePolicy(api: Api, context: ApiContext): void {
  const described = {
    method: "put",
    path: "/v1/pools/{pool}/policy",
    id: "changePolicy",
    tag: TAG,
    summary: "Change the policy; what is sold keeps its promise",
    description: "The lot and the notices stay as they are: contracts live at them.",
    scope: "owner:write",
    params: poolParam,
    body: policyShape,
    answer: policyAnswer,
  } as const;
  serve(api, context, described, async ({ params, body, submit }) => {
    const policy = policyFrom(body);
    const [fault] = checkPolicy(policy);
    if (fault !== undefined) {
      const details = { field: fault.path };
      throw new ApiError("invalid_request", fault.name, fault.sentence, details);
    }
    await submit((desk) => desk.do({ type: "change_policy", pool: params.pool, policy }));
    return { ...policyShapeOf(policy) };
  });
}

const offering = z
  .object({
    pool: z.string(),
    price: z.string().openapi({ description: "Of a firm GPU-hour, in dollars" }),
    selling: z.boolean(),
    unseen: z.string().nullable().openapi({
      description: "Why the cluster cannot be seen, and nothing is sold; null: it is seen",
    }),
    delivery_faults: z
      .array(z.object({ contract: z.string().nullable(), code: z.string(), message: z.string() }))
      .openapi({
        description:
          "What stands between what is sold and the nodes it should have, and what to do",
      }),
  })
  .openapi("Offering");

function offeringOf({ journal, service }: ApiContext, pool: string) {
  const found = journal.durable.state.owner.offerings.get(pool);
  if (found === undefined) throw notFound("pool", pool);
  const unseen = service.unseen.get(pool) ?? null;
  const faults = service.delivering.faults.get(pool) ?? [];
  const delivery_faults = faults.map(({ contract, code, sentence: message }) => {
    return { contract, code, message };
  });
  const price = formatMoney(found.price);
  return { pool, price, selling: found.selling, unseen, delivery_faults };
}

function getOffering(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/pools/{pool}/offering",
    id: "getOffering",
    tag: TAG,
    summary: "A pool's price, and whether it sells",
    scope: "owner:read",
    params: poolParam,
    answer: offering,
  } as const;
  serve(api, context, described, ({ params }) => offeringOf(context, params.pool));
}

function changeOffering(api: Api, context: ApiContext): void {
  const described = {
    method: "patch",
    path: "/v1/pools/{pool}/offering",
    id: "changeOffering",
    tag: TAG,
    summary: "Set the price, stop selling, or sell again",
    description: "What is sold stays sold. It counts from the cluster's next reading on.",
    scope: "owner:write",
    params: poolParam,
    body: z
      .strictObject({ price: price.optional(), selling: z.boolean().optional() })
      .openapi("OfferingChange"),
    answer: offering,
  } as const;
  serve(api, context, described, async ({ params: { pool }, body, submit }) => {
    await submit((desk) => {
      if (!desk.state.market.pools.has(pool)) return "pool_unknown";
      const priced =
        body.price === undefined ? null : desk.do({ type: "set_price", pool, price: body.price });
      if (priced !== null || body.selling === undefined) return priced;
      return desk.do({ type: "set_selling", pool, selling: body.selling });
    });
    return offeringOf(context, pool);
  });
}

const runRequest = z
  .strictObject({ pool: slug, name: shortText, start: time, duration, gpus: gpuCount })
  .openapi("RunRequest");

function runRoutes(api: Api, context: ApiContext): void {
  const declare = {
    method: "post",
    path: "/v1/runs",
    id: "declareRun",
    tag: "Owner: training calendar",
    summary: "Announce a training run: the forecast makes room for it",
    scope: "owner:write",
    body: runRequest,
    answer: runResource,
  } as const;
  serve(api, context, declare, async ({ caller, body, submit }) => {
    const runId = context.ids.next("run");
    const done = await submit((desk) => {
      const declared = desk.state.market.now;
      return desk.do({ type: "declare_run", run: { id: runId, declared, ...body } });
    });
    return answerFrom(context, caller, done, "run");
  });
  const list = {
    method: "get",
    path: "/v1/runs",
    id: "listRuns",
    tag: "Owner: training calendar",
    summary: "Declared runs, newest first",
    scope: "owner:read",
    query: pageQuery.extend({
      pool: slug.optional(),
      status: z.enum(["declared", "withdrawn"]).optional(),
    }),
    answer: pageOf(runResource),
  } as const;
  serve(api, context, list, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "run", where, { limit, cursor }),
  );
  const withdraw = {
    method: "delete",
    path: "/v1/runs/{id}",
    id: "withdrawRun",
    tag: "Owner: training calendar",
    summary: "Take a declared run back",
    scope: "owner:write",
    params: idParam,
    answer: runResource,
  } as const;
  serve(api, context, withdraw, async ({ caller, params, submit }) => {
    await submit((desk) => desk.do({ type: "withdraw_run", run: params.id }));
    return findResource(context.store, doer(caller), "run", params.id);
  });
}

const blockRequest = z
  .strictObject({
    pool: slug,
    kind: z.enum(["blackout", "maintenance", "failure"]).openapi({
      description:
        "A blackout is not sold; of what is under maintenance or broken, what is sold makes way",
    }),
    start: time,
    end: time,
    gpus: gpuCount.nullable().default(null).openapi({ description: "null: the whole pool" }),
    note: z.string().max(500).default(""),
  })
  .openapi("BlockRequest");

function blockRoutes(api: Api, context: ApiContext): void {
  const set = {
    method: "post",
    path: "/v1/blocks",
    id: "blockGpus",
    tag: TAG,
    summary: "Keep GPUs back for a time: a blackout, maintenance, or failed nodes",
    scope: "owner:write",
    body: blockRequest,
    answer: blockResource,
  } as const;
  serve(api, context, set, async ({ caller, body, submit }) => {
    const { start, end, ...rest } = body;
    const block = { id: context.ids.next("blk"), window: { start, end }, ...rest };
    const done = await submit((desk) => desk.do({ type: "block_gpus", block }));
    return answerFrom(context, caller, done, "block");
  });
  const list = {
    method: "get",
    path: "/v1/blocks",
    id: "listBlocks",
    tag: TAG,
    summary: "Times in which GPUs are kept back, newest first",
    scope: "owner:read",
    query: pageQuery.extend({
      pool: slug.optional(),
      status: z.enum(["set", "lifted"]).optional(),
    }),
    answer: pageOf(blockResource),
  } as const;
  serve(api, context, list, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "block", where, { limit, cursor }),
  );
  const lift = {
    method: "delete",
    path: "/v1/blocks/{id}",
    id: "unblockGpus",
    tag: TAG,
    summary: "Give GPUs that were kept back free again",
    scope: "owner:write",
    params: idParam,
    answer: blockResource,
  } as const;
  serve(api, context, lift, async ({ caller, params, submit }) => {
    await submit((desk) => desk.do({ type: "unblock_gpus", block: params.id }));
    return findResource(context.store, doer(caller), "block", params.id);
  });
}
