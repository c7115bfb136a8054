import { z } from "@hono/zod-openapi";
import type { Desk } from "../../journal/turn.ts";
import { holderOf } from "../../billing/deal.ts";
import type { ExchangeState } from "../../exchange/state.ts";
import type { RecallPreview } from "../../operator/recall-plan.ts";
import { byDue, previewRecall } from "../../operator/recall-plan.ts";
import { formatNotice } from "../../policy/duration.ts";
import type { EpochMs } from "../../units.ts";
import { ceilTo, HOUR_MS, later, MINUTE_MS } from "../../units.ts";
import { formatMoney } from "../../wire/money.ts";
import { formatTime } from "../../wire/time.ts";
import type { Api, ApiContext } from "../context.ts";
import { answersFrom, doer, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { noticeResource, recallResource } from "../resources.ts";
import { refusalError } from "../refusals.ts";
import { gpuCount, id, positiveMoney, slug, time } from "../schemas.ts";

const TAG = "Recalls";
const idParam = z.object({ id });

const wish = {
  pool: slug,
  gpus: z.union([gpuCount, z.literal("all")]).openapi({
    description:
      "How many, or all that is sold of the pool and may lawfully be recalled: each contract at its own notice, and one that begins later at its beginning, whatever `by` is",
  }),
  by: time.optional().openapi({ description: "By when; left out: in an hour" }),
  fabric: z.string().max(64).nullable().default(null).openapi({
    description: "The fabric that they must come from; null: any",
  }),
};

const previewRequest = z.strictObject(wish).openapi("RecallPreviewRequest");
const recallRequest = z
  .strictObject({
    ...wish,
    most_cost: positiveMoney.optional().openapi({
      description: "Refused if it would now cost more than was shown",
    }),
  })
  .openapi("RecallRequest");

type Wish = z.output<typeof previewRequest>;

const preview = z
  .object({
    pool: z.string(),
    gpus: z.int(),
    cost: z.string().openapi({ description: "Compensation owed in all, in dollars" }),
    takings: z.array(
      z.object({
        contract: z.string(),
        holder: z.string(),
        notice: z.string(),
        fabric: z.string(),
        gpus: z.int(),
        due: z.string(),
        until: z.string(),
      }),
    ),
  })
  .openapi("RecallPreview");

export function recallRoutes(api: Api, context: ApiContext): void {
  previewRecalls(api, context);
  giveRecall(api, context);
  readRecalls(api, context);
  withdrawRecall(api, context);
  readNotices(api, context);
}

/** @returns the plan on this state, or why there is none */
function planOn(state: ExchangeState, { pool: poolId, gpus, by, fabric }: Wish) {
  const pool = state.market.pools.get(poolId);
  if (pool === undefined) return "pool_unknown";
  const { now } = state.market;
  const until: EpochMs = by ?? later(ceilTo(now, MINUTE_MS), HOUR_MS);
  return previewRecall(pool, now, { gpus: gpus === "all" ? null : gpus, by: until, fabric });
}

function previewRecalls(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/recalls/preview",
    id: "previewRecall",
    tag: TAG,
    summary: "What a recall would take back, and its cost; nothing is done",
    description: "The cheapest set of contracts that may lawfully be recalled by then.",
    scope: "owner:read",
    body: previewRequest,
    answer: preview,
  } as const;
  serve(api, context, described, ({ body }) => {
    const { state } = context.journal.durable;
    const plan = planOn(state, body);
    if (typeof plan === "string") throw refusalError(plan);
    return previewShown(state, body.pool, plan);
  });
}

function previewShown(state: ExchangeState, pool: string, plan: RecallPreview) {
  return {
    pool,
    gpus: plan.gpus,
    cost: formatMoney(plan.cost),
    takings: plan.takings.map(({ contract, fabric, gpus, due, until, notice }) => ({
      contract,
      holder: holderIn(state, contract),
      notice: formatNotice(notice),
      fabric,
      gpus,
      due: formatTime(due),
      until: formatTime(until),
    })),
  };
}

function holderIn(state: ExchangeState, contract: string): string {
  const deal = state.deals.get(contract);
  return deal === undefined ? "" : holderOf(deal);
}

function giveRecall(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/recalls",
    id: "giveRecall",
    tag: TAG,
    summary: "Take GPUs back under their contracts' promises",
    description:
      "Planned anew when it is given: say with most_cost what was shown. Each contract gets its whole notice; one recall for each time of hand-over. What is handed over and stays idle is for sale again by the next forecast: declare the run that it is for (POST /v1/runs), or keep it back (POST /v1/blocks).",
    scope: "owner:write",
    body: recallRequest,
    answer: z.object({ data: z.array(recallResource) }),
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const done = await submit((desk) => {
      const plan = planOn(desk.state, body);
      if (typeof plan === "string") return plan;
      if (body.most_cost !== undefined && plan.cost > body.most_cost) return "cost_has_risen";
      if (plan.takings.length === 0) return "nothing_taken";
      return giveAll(desk, body.pool, plan, () => context.ids.next("rec"));
    });
    return { data: answersFrom(context, caller, done, "recall") };
  });
}

/** What was planned on this very state is lawful, all of it. */
function giveAll(desk: Desk, pool: string, { takings }: RecallPreview, nextId: () => string) {
  const { now } = desk.state.market;
  for (const [due, together] of byDue(takings)) {
    const given = { recall: nextId(), pool, now, due, takings: together } as const;
    const refusal = desk.do({ type: "give_recall", reason: "owner", ...given });
    if (refusal !== null) return refusal;
  }
  return null;
}

function readRecalls(api: Api, context: ApiContext): void {
  const list = {
    method: "get",
    path: "/v1/recalls",
    id: "listRecalls",
    tag: TAG,
    summary: "Recalls, newest first: the owner's view, with all holders",
    scope: "owner:read",
    query: pageQuery.extend({
      pool: slug.optional(),
      status: z.enum(["noticed", "withdrawn", "handed_over"]).optional(),
    }),
    answer: pageOf(recallResource),
  } as const;
  serve(api, context, list, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "recall", where, { limit, cursor }),
  );
  const read = {
    method: "get",
    path: "/v1/recalls/{id}",
    id: "getRecall",
    tag: TAG,
    summary: "One recall",
    scope: "owner:read",
    params: idParam,
    answer: recallResource,
  } as const;
  serve(api, context, read, ({ caller, params }) =>
    findResource(context.store, caller.viewer, "recall", params.id),
  );
}

function withdrawRecall(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/recalls/{id}/withdraw",
    id: "withdrawRecall",
    tag: TAG,
    summary: "Let the holders keep what was to be taken back: possible until it is handed over",
    scope: "owner:write",
    params: idParam,
    answer: recallResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "withdraw_recall", recall: params.id, now });
    });
    return findResource(context.store, doer(caller), "recall", params.id);
  });
}

function readNotices(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/notices",
    id: "listNotices",
    tag: TAG,
    summary: "Notices of recall that the caller's contracts were given, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      contract: id.optional(),
      account: slug.optional(),
      status: z.enum(["noticed", "withdrawn", "handed_over"]).optional(),
    }),
    answer: pageOf(noticeResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "notice", where, { limit, cursor }),
  );
}
