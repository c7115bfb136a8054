import type { Account, ApiKey, Member } from "./account.ts";
import { creditFloor, OWNER } from "./account.ts";
import type { AccountCommand, AccountEvent, AccountRefusal, CreditOf } from "./commands.ts";
import { belongsToOwner, scopesOf } from "./roles.ts";
import type { AccountsState } from "./state.ts";

export function decideAccount(
  state: AccountsState,
  command: AccountCommand,
  creditOf: CreditOf,
): AccountEvent | AccountRefusal {
  switch (command.type) {
    case "create_account":
      if (state.accounts.has(command.account.id)) return "account_id_repeated";
      return { type: "account_created", account: command.account };
    case "change_account":
      return changeAccount(state, command.account, creditOf);
    case "add_member":
      return addMember(state, command.member);
    case "change_member":
      return changeMember(state, command.member);
    case "remove_member":
      return removeMember(state, command.member);
    case "create_key":
      return createKey(state, command.key);
    case "revoke_key":
      return revokeKey(state, command);
    case "require_terms":
      return { type: "terms_required", version: command.version };
    case "accept_terms":
      break;
  }
  return acceptTerms(state, command);
}

function changeAccount(
  state: AccountsState,
  account: Account,
  creditOf: CreditOf,
): AccountEvent | AccountRefusal {
  const before = state.accounts.get(account.id);
  if (before === undefined) return "account_unknown";
  if (account.id === OWNER && account.status === "closed") return "owner_stays_open";
  if (creditOf(account.id) < creditFloor(account)) return "credit_below_floor";
  const { created, accepted } = before;
  return { type: "account_changed", account: { ...account, created, accepted } };
}

function addMember(state: AccountsState, member: Member): AccountEvent | AccountRefusal {
  if (!state.accounts.has(member.account)) return "account_unknown";
  if (state.members.has(member.id)) return "member_id_repeated";
  if (!suits(member)) return "role_not_allowed";
  return { type: "member_added", member };
}

function suits({ role, account }: Member): boolean {
  return role === "read_only" || belongsToOwner(role) === (account === OWNER);
}

function changeMember(state: AccountsState, member: Member): AccountEvent | AccountRefusal {
  const before = state.members.get(member.id);
  if (before === undefined || before.account !== member.account) return "member_unknown";
  if (!suits(member)) return "role_not_allowed";
  if (before.role !== member.role && isLastAdmin(state, before)) return "last_admin";
  return { type: "member_changed", member };
}

function removeMember(state: AccountsState, id: string): AccountEvent | AccountRefusal {
  const member = state.members.get(id);
  if (member === undefined) return "member_unknown";
  if (isLastAdmin(state, member)) return "last_admin";
  return { type: "member_removed", member: id };
}

function isLastAdmin(state: AccountsState, member: Member): boolean {
  if (!administers(member)) return false;
  return ![...state.members.values()].some(
    (other) => other.id !== member.id && other.account === member.account && administers(other),
  );
}

function administers({ role }: Member): boolean {
  return role === "owner_operator" || role === "buyer_admin";
}

function createKey(state: AccountsState, key: ApiKey): AccountEvent | AccountRefusal {
  const member = state.members.get(key.member);
  if (member === undefined || member.account !== key.account) return "member_unknown";
  if (state.keys.has(key.id) || state.keysByHash.has(key.hash)) return "key_id_repeated";
  const allowed = scopesOf(member.role);
  if (!key.scopes.every((scope) => allowed.includes(scope))) return "scope_not_allowed";
  if (liveKeysOf(state, key) >= MOST_KEYS) return "too_many_keys";
  return { type: "key_created", key };
}

/** As many live keys an account may have. */
const MOST_KEYS = 100;

function liveKeysOf({ keys }: AccountsState, { account, created: now }: ApiKey): number {
  let live = 0;
  for (const { account: its, revoked, expires } of keys.values()) {
    if (its === account && revoked === null && (expires === null || expires > now)) live++;
  }
  return live;
}

function revokeKey(
  state: AccountsState,
  { key: id, now }: Extract<AccountCommand, { type: "revoke_key" }>,
): AccountEvent | AccountRefusal {
  const key = state.keys.get(id);
  if (key === undefined) return "key_unknown";
  if (key.revoked !== null) return "key_already_revoked";
  return { type: "key_revoked", key: id, at: now };
}

function acceptTerms(
  state: AccountsState,
  { account: id, version, now }: Extract<AccountCommand, { type: "accept_terms" }>,
): AccountEvent | AccountRefusal {
  const account = state.accounts.get(id);
  if (account === undefined) return "account_unknown";
  if (version !== state.terms.get("required")) return "terms_differ";
  return { type: "account_changed", account: { ...account, accepted: { version, at: now } } };
}
