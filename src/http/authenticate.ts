import { createMiddleware } from "hono/factory";
import { grantOf } from "../accounts/grant.ts";
import type { Scope } from "../accounts/roles.ts";
import { ApiError } from "./api-error.ts";
import { hashKey, isWellFormed } from "./api-key.ts";
import type { ApiContext, ApiEnv, Caller } from "./context.ts";

/** Who the key belongs to, as of the durable state; 401 for every key that is not live, without saying why. */
export function authenticate(context: ApiContext) {
  return createMiddleware<ApiEnv>(async (request, next) => {
    const [, key = ""] = /^Bearer (\S+)$/i.exec(request.req.header("Authorization") ?? "") ?? [];
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

function callerOf(context: ApiContext, key: string): Caller {
  const caller = isWellFormed(key) ? callerNow(context, hashKey(key)) : null;
  if (caller !== null) return caller;
  throw new ApiError(
    "authentication",
    "key_not_valid",
    "Send a live API key: Authorization: Bearer spw_…",
  );
}

function callerNow({ journal, clock }: ApiContext, hash: string): Caller | null {
  const granted = grantOf(journal.durable.state.accounts, hash, clock.now());
  if (granted === null) return null;
  const { account } = granted;
  const scopes = new Set(granted.scopes);
  return {
    ...granted,
    scopes,
    viewer: { account, sees: scopes.has("owner:read") ? "all" : "own" },
  };
}

/** Whether a caller may still listen as it began to: for what goes on after its request, whatever became of its role. */
export function mayListenStill(context: ApiContext, { key, viewer }: Caller): boolean {
  const known = context.journal.durable.state.accounts.keys.get(key);
  const now = known === undefined ? null : callerNow(context, known.hash);
  return now !== null && now.scopes.has("account:read") && now.viewer.sees === viewer.sees;
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
