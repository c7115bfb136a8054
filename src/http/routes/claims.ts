import { z } from "@hono/zod-openapi";
import type { BreachClaim, ClaimOutcome } from "../../exchange/claims.ts";
import type { ContractResource } from "../../views/resources.ts";
import { parseTime } from "../../wire/time.ts";
import { invalid } from "../api-error.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, doer, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { breachClaimResource, noticeResource } from "../resources.ts";
import { gpuCount, id, positiveMoney, shortText, slug, time } from "../schemas.ts";
import { contractFor } from "./contracts.ts";

const TAG = "Contracts";
const idParam = z.object({ id });

/** Claims that something was not delivered, what the owner answers to them, and drills. */
export function claimRoutes(api: Api, context: ApiContext): void {
  claimBreach(api, context);
  listClaims(api, context);
  acceptClaim(api, context);
  declineClaim(api, context);
  drillRecall(api, context);
}

const claimRequest = z
  .strictObject({ from: time, until: time, gpus: gpuCount, note: shortText })
  .openapi("BreachClaimRequest");

type ClaimRequest = z.output<typeof claimRequest>;

function claimBreach(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/breach_claim",
    id: "claimBreach",
    tag: TAG,
    summary: "Claim that GPUs which were promised were not there",
    description:
      "Breaches that Spillway knows of are credited without any claim. The owner accepts a claim with a credit, or declines it with a reason; one can be open for each contract.",
    scope: "trade",
    params: idParam,
    body: claimRequest,
    answer: breachClaimResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const { contract, account } = await contractFor(context, caller, params.id);
    checkWithin(contract, body);
    const { gpus, note } = body;
    const window = { start: body.from, end: body.until };
    const about = { contract: params.id, pool: contract.pool };
    const asked = { id: context.ids.next("clm"), account, ...about };
    const done = await submit((desk) => {
      const claim: BreachClaim = { ...asked, window, gpus, note, claimed: desk.state.market.now };
      return desk.do({ type: "claim_breach", claim });
    });
    return answerFrom(context, caller, done, "breach_claim");
  });
}

function checkWithin({ start, end, gpus }: ContractResource, claim: ClaimRequest): void {
  const [first, last] = [parseTime(start) ?? 0, parseTime(end) ?? 0];
  if (claim.from < first || claim.until > last) {
    const sentence = `The contract ran from ${start} to ${end}: claim a time within it.`;
    throw invalid("claim_outside_contract", sentence, "from");
  }
  if (claim.gpus > gpus) {
    throw invalid("claim_outside_contract", `The contract has ${gpus} GPUs.`, "gpus");
  }
}

function listClaims(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/breach_claims",
    id: "listBreachClaims",
    tag: TAG,
    summary: "Breach claims, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      status: z.enum(["open", "accepted", "declined"]).optional(),
      contract: id.optional(),
      account: slug.optional(),
    }),
    answer: pageOf(breachClaimResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "breach_claim", where, { limit, cursor }),
  );
}

function acceptClaim(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/breach_claims/{id}/accept",
    id: "acceptBreachClaim",
    tag: TAG,
    summary: "Accept a breach claim: its credit is given at once",
    scope: "owner:write",
    params: idParam,
    body: z.strictObject({ credit: positiveMoney }).openapi("ClaimAcceptance"),
    answer: breachClaimResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const outcome: ClaimOutcome = { kind: "accepted", credit: body.credit };
    await submit((desk) => desk.do({ type: "decide_claim", claim: params.id, outcome }));
    return found(context, caller, params.id);
  });
}

function declineClaim(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/breach_claims/{id}/decline",
    id: "declineBreachClaim",
    tag: TAG,
    summary: "Decline a breach claim, and say why",
    scope: "owner:write",
    params: idParam,
    body: z.strictObject({ reason: shortText }).openapi("ClaimDecline"),
    answer: breachClaimResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const outcome: ClaimOutcome = { kind: "declined", reason: body.reason };
    await submit((desk) => desk.do({ type: "decide_claim", claim: params.id, outcome }));
    return found(context, caller, params.id);
  });
}

function found(context: ApiContext, caller: Caller, claim: string) {
  return findResource(context.store, doer(caller), "breach_claim", claim);
}

function drillRecall(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/contracts/{id}/recall_drill",
    id: "drillRecall",
    tag: TAG,
    summary: "Try what a recall does: the same notice and webhook, and nothing is taken",
    scope: "trade",
    params: idParam,
    answer: noticeResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    const { account } = await contractFor(context, caller, params.id);
    const drill = context.ids.next("drl");
    const done = await submit((desk) => {
      const { now } = desk.state.market;
      return desk.do({ type: "drill_recall", drill, contract: params.id, account, now });
    });
    return answerFrom(context, caller, done, "notice");
  });
}
