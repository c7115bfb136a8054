import { z } from "@hono/zod-openapi";
import type { ApiKey } from "../../accounts/account.ts";
import { SCOPES, scopesOf } from "../../accounts/roles.ts";
import type { Scope } from "../../accounts/roles.ts";
import type { Desk } from "../../journal/turn.ts";
import type { EpochMs } from "../../units.ts";
import { hashKey, hintOf } from "../api-key.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, doer, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { keyResource } from "../resources.ts";
import { id, shortText, slug, time } from "../schemas.ts";
import { tellCaller } from "./me.ts";
import { theirMember } from "./members.ts";

const TAG = "Members and keys";
const idParam = z.object({ id });

const keyRequest = z
  .strictObject({
    member: id.optional().openapi({ description: "Whose key; left out: the caller's own" }),
    name: shortText,
    scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).optional().openapi({
      description: "What it may do, at most what its member may; left out: all of that",
    }),
    expires: time.optional(),
  })
  .openapi("KeyRequest");

const newKey = keyResource
  .extend({
    secret: z.string().nullable().openapi({
      description: "The key itself, shown this once; null in the answer to a repeated request",
    }),
  })
  .openapi("NewApiKey");

export function keyRoutes(api: Api, context: ApiContext): void {
  tellCaller(api, context);
  createKey(api, context);
  listKeys(api, context);
  rotateKey(api, context);
  revokeKey(api, context);
}

function createKey(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/keys",
    id: "createKey",
    tag: TAG,
    summary: "Make an API key",
    description: "Only its hash is kept: what is not written down now is lost.",
    scope: "account:write",
    body: keyRequest,
    answer: newKey,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const secret = context.newKey();
    const keyId = context.ids.next("key");
    const done = await submit((desk) => {
      const member = theirMember(
        desk.state.accounts.members.get(body.member ?? caller.member),
        caller,
      );
      if (member === null) return "member_unknown";
      const scopes = body.scopes ?? scopesOf(member.role);
      if (!isWithin(scopes, caller)) return "scope_not_allowed";
      const { account } = member;
      const expires = body.expires ?? null;
      if (isOver(desk, expires)) return "expiry_in_the_past";
      const made = { id: keyId, account, member: member.id, name: body.name, scopes, expires };
      return desk.do({ type: "create_key", key: withSecret(desk, made, secret) });
    });
    const answer = answerFrom(context, caller, done, "api_key");
    return { ...answer, secret: done.replayed ? null : secret };
  });
}

/** Nobody hands out more than they have: a narrow key makes no wide one. */
function isWithin(scopes: readonly Scope[], { scopes: own }: Caller): boolean {
  return scopes.every((scope) => own.has(scope));
}

function isOver({ state }: Desk, expires: EpochMs | null): boolean {
  return expires !== null && expires <= state.market.now;
}

type Made = Omit<ApiKey, "hash" | "hint" | "created" | "revoked">;

function withSecret({ state }: Desk, made: Made, secret: string): ApiKey {
  const created = state.market.now;
  return { ...made, hash: hashKey(secret), hint: hintOf(secret), created, revoked: null };
}

function listKeys(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/keys",
    id: "listKeys",
    tag: TAG,
    summary: "API keys, newest first, without the keys themselves",
    scope: "account:read",
    query: pageQuery.extend({ account: slug.optional(), member: id.optional() }),
    answer: pageOf(keyResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "api_key", where, { limit, cursor }),
  );
}

function rotateKey(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/keys/{id}/rotate",
    id: "rotateKey",
    tag: TAG,
    summary: "Make a new key with the same rights; the old one works on until it is revoked",
    scope: "account:write",
    params: idParam,
    answer: newKey,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    const secret = context.newKey();
    const keyId = context.ids.next("key");
    const done = await submit((desk) => {
      const before = theirKey(desk, params.id, caller);
      if (before === null || before.revoked !== null) return "key_unknown";
      if (!isWithin(before.scopes, caller)) return "scope_not_allowed";
      const { account, member, name, scopes, expires } = before;
      if (isOver(desk, expires)) return "expiry_in_the_past";
      const made = { id: keyId, account, member, name, scopes, expires };
      return desk.do({ type: "create_key", key: withSecret(desk, made, secret) });
    });
    const answer = answerFrom(context, caller, done, "api_key");
    return { ...answer, secret: done.replayed ? null : secret };
  });
}

function revokeKey(api: Api, context: ApiContext): void {
  const described = {
    method: "delete",
    path: "/v1/keys/{id}",
    id: "revokeKey",
    tag: TAG,
    summary: "Stop a key, at once and for ever",
    scope: "account:write",
    params: idParam,
    answer: keyResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    await submit((desk) => {
      if (theirKey(desk, params.id, caller) === null) return "key_unknown";
      return desk.do({ type: "revoke_key", key: params.id, now: desk.state.market.now });
    });
    return findResource(context.store, doer(caller), "api_key", params.id);
  });
}

function theirKey({ state }: Desk, key: string, caller: Caller): ApiKey | null {
  const found = state.accounts.keys.get(key);
  if (found === undefined) return null;
  const member = theirMember(state.accounts.members.get(found.member), caller);
  return member === null ? null : found;
}
