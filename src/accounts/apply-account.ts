import { assert } from "../units.ts";
import type { ApiKey } from "./account.ts";
import type { AccountEvent } from "./commands.ts";
import type { AccountsState } from "./state.ts";

export function applyAccount(state: AccountsState, event: AccountEvent): void {
  switch (event.type) {
    case "account_created":
    case "account_changed":
      state.accounts.set(event.account.id, event.account);
      return;
    case "member_added":
    case "member_changed":
      state.members.set(event.member.id, event.member);
      return;
    case "member_removed":
      return removeMember(state, event.member);
    case "key_created":
      return setKey(state, event.key);
    case "key_revoked": {
      const key = state.keys.get(event.key);
      assert(key !== undefined, `key ${event.key} exists`);
      return setKey(state, { ...key, revoked: event.at });
    }
    case "terms_required":
      if (event.version === null) state.terms.delete("required");
      else state.terms.set("required", event.version);
  }
}

function setKey(state: AccountsState, key: ApiKey): void {
  state.keys.set(key.id, key);
  state.keysByHash.set(key.hash, key);
}

/** With the member go the keys, which act in the member's name. */
function removeMember(state: AccountsState, id: string): void {
  state.members.delete(id);
  for (const key of [...state.keys.values()].filter(({ member }) => member === id)) {
    state.keys.delete(key.id);
    state.keysByHash.delete(key.hash);
  }
}
