import type { EpochMs } from "../units.ts";
import type { Role, Scope } from "./roles.ts";
import { scopesOf } from "./roles.ts";
import type { AccountsState } from "./state.ts";

/** On whose behalf somebody comes in, and what for. */
export interface Grant {
  readonly key: string;
  readonly account: string;
  readonly member: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
}

/**
 * What the key of this hash allows now; null: nothing, for it is unknown, revoked or expired. A key keeps the scopes that
 * it was made with, and its member's role may have become narrower since: only what both allow is granted.
 *
 * @param hash SHA-256 of the whole key, in hexadecimal digits
 */
export function grantOf(state: AccountsState, hash: string, now: EpochMs): Grant | null {
  const key = state.keysByHash.get(hash);
  if (key === undefined || key.revoked !== null) return null;
  if (key.expires !== null && key.expires <= now) return null;
  const member = state.members.get(key.member);
  if (member === undefined) return null;
  const { account, role } = member;
  const allowed = scopesOf(role);
  const scopes = key.scopes.filter((scope) => allowed.includes(scope));
  return { key: key.id, account, member: member.id, role, scopes };
}
