import { createMiddleware } from "hono/factory";
import type { ApiKey } from "../accounts/account.ts";
import { scopesOf } from "../accounts/roles.ts";
import type { Scope } from "../accounts/roles.ts";
import type { AccountsState } from "../accounts/state.ts";
import type { EpochMs } from "../units.ts";
import { ApiError } from "./api-error.ts";
import { hashKey, isWellFormed } from "./api-key.ts";
import type { ApiContext, ApiEnv, Caller } from "./context.ts";

/** Who the key belongs to, as of the durable state; 401 for every key that is not live, without saying why. */
export function authenticate(context: ApiContext) {
  return createMiddleware<ApiEnv>(async (request, next) => {
    const [, key = ""] = /^Bearer (\S+)$/.exec(request.req.header("Authorization") ?? "") ?? [];
    const token = key === "" && request.req.path === CALENDAR ? request.req.query("token") : "";
    request.set("caller", token ? readerOf(context, token) : callerOf(context, key));
    await next();
  });
}

/** Whose programs can send no headers. */
const CALENDAR = "/v1/calendar.ics";

/** A key in an address gets into logs and histories: only one that can do no more than read may stand there. */
function readerOf(context: ApiContext, token: string): Caller {
  const caller = callerOf(context, token);
  if ([...caller.scopes].every((scope) => scope.endsWith(":read"))) return caller;
  throw new ApiError(
    "permission",
    "key_not_read_only",
    "A key that stands in an address must have scopes for reading only.",
  );
}

function callerOf({ journal, clock }: ApiContext, key: string): Caller {
  const { accounts } = journal.durable.state;
  const known = isWellFormed(key) ? accounts.keysByHash.get(hashKey(key)) : undefined;
  const caller = known === undefined ? null : liveCaller(accounts, known, clock.now());
  if (caller !== null) return caller;
  throw new ApiError(
    "authentication",
    "key_not_valid",
    "Send a live API key: Authorization: Bearer spw_…",
  );
}

function liveCaller(state: AccountsState, key: ApiKey, now: EpochMs): Caller | null {
  const member = state.members.get(key.member);
  const isLive = key.revoked === null && (key.expires === null || key.expires > now);
  if (member === undefined || !isLive) return null;
  const { account, role } = member;
  const allowed = scopesOf(role).filter((scope) => key.scopes.includes(scope));
  const sees = allowed.includes("owner:read") ? "all" : "own";
  return {
    key: key.id,
    account,
    member: member.id,
    role,
    scopes: new Set(allowed),
    viewer: { account, sees },
  };
}

/** Whether the key that a caller came with still is one: for what goes on after its request. */
export function isKeyLive({ journal, clock }: ApiContext, caller: Caller): boolean {
  const { accounts } = journal.durable.state;
  const key = accounts.keys.get(caller.key);
  return key !== undefined && liveCaller(accounts, key, clock.now()) !== null;
}

export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.has(scope)) return;
  throw new ApiError(
    "permission",
    "scope_missing",
    `This needs the scope ${scope}, which the key or its member's role does not have.`,
    { scope },
  );
}

/** The account that is acted for: the caller's own, or one that the owner's operator names. */
export function actingFor(caller: Caller, named: string | undefined): string {
  if (named === undefined || named === caller.account) return caller.account;
  if (caller.scopes.has("owner:write")) return named;
  throw new ApiError("permission", "account_not_yours", "Only the owner acts for other accounts.");
}
