import { z } from "@hono/zod-openapi";
import type { Member } from "../../accounts/account.ts";
import { ROLES } from "../../accounts/roles.ts";
import { actingFor } from "../authenticate.ts";
import type { Api, ApiContext, Caller } from "../context.ts";
import { answerFrom, doer, findResource } from "../find.ts";
import { serve } from "../operation.ts";
import { listResources, pageOf, pageQuery } from "../pages.ts";
import { memberResource } from "../resources.ts";
import { id, shortText, slug } from "../schemas.ts";

const TAG = "Members and keys";
const idParam = z.object({ id });
const role = z.enum(ROLES);

const memberRequest = z
  .strictObject({
    account: slug.optional(),
    name: shortText,
    email: z.email().max(200),
    role,
  })
  .openapi("MemberRequest");

export function memberRoutes(api: Api, context: ApiContext): void {
  addMember(api, context);
  listMembers(api, context);
  changeMember(api, context);
  removeMember(api, context);
}

function addMember(api: Api, context: ApiContext): void {
  const described = {
    method: "post",
    path: "/v1/members",
    id: "addMember",
    tag: TAG,
    summary: "Let somebody act for an account",
    scope: "account:write",
    body: memberRequest,
    answer: memberResource,
  } as const;
  serve(api, context, described, async ({ caller, body, submit }) => {
    const { name, email } = body;
    const account = actingFor(caller, body.account);
    const member: Member = { id: context.ids.next("mem"), account, name, email, role: body.role };
    const done = await submit((desk) => desk.do({ type: "add_member", member }));
    return answerFrom(context, caller, done, "member");
  });
}

function listMembers(api: Api, context: ApiContext): void {
  const described = {
    method: "get",
    path: "/v1/members",
    id: "listMembers",
    tag: TAG,
    summary: "Members, newest first",
    scope: "account:read",
    query: pageQuery.extend({
      account: slug.optional(),
      status: z.enum(["active", "removed"]).optional(),
    }),
    answer: pageOf(memberResource),
  } as const;
  serve(api, context, described, ({ caller, query: { limit, cursor, ...where } }) =>
    listResources(context.store, caller.viewer, "member", where, { limit, cursor }),
  );
}

function changeMember(api: Api, context: ApiContext): void {
  const described = {
    method: "patch",
    path: "/v1/members/{id}",
    id: "changeMember",
    tag: TAG,
    summary: "Change a member's name, address or role; its keys follow the role at once",
    scope: "account:write",
    params: idParam,
    body: memberRequest.omit({ account: true }).partial().openapi("MemberChange"),
    answer: memberResource,
  } as const;
  serve(api, context, described, async ({ caller, params, body, submit }) => {
    const done = await submit((desk) => {
      const before = theirMember(desk.state.accounts.members.get(params.id), caller);
      if (before === null) return "member_unknown";
      const { name = before.name, email = before.email, role: becomes = before.role } = body;
      return desk.do({ type: "change_member", member: { ...before, name, email, role: becomes } });
    });
    return answerFrom(context, caller, done, "member");
  });
}

function removeMember(api: Api, context: ApiContext): void {
  const described = {
    method: "delete",
    path: "/v1/members/{id}",
    id: "removeMember",
    tag: TAG,
    summary: "End a member's access: all its keys stop working",
    scope: "account:write",
    params: idParam,
    answer: memberResource,
  } as const;
  serve(api, context, described, async ({ caller, params, submit }) => {
    await submit((desk) => {
      const before = theirMember(desk.state.accounts.members.get(params.id), caller);
      if (before === null) return "member_unknown";
      return desk.do({ type: "remove_member", member: params.id });
    });
    return findResource(context.store, doer(caller), "member", params.id);
  });
}

/** The member, where the caller may administer it. */
export function theirMember(member: Member | undefined, caller: Caller): Member | null {
  if (member === undefined) return null;
  return member.account === caller.account || caller.scopes.has("owner:write") ? member : null;
}
