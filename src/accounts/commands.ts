import type { EpochMs, MicroUsd } from "../units.ts";
import type { Account, ApiKey, Member } from "./account.ts";

export type AccountCommand =
  | { readonly type: "create_account"; readonly account: Account }
  /** The account as it shall be; its id, creation and accepted terms stay. */
  | { readonly type: "change_account"; readonly account: Account }
  | { readonly type: "add_member"; readonly member: Member }
  | { readonly type: "change_member"; readonly member: Member }
  | { readonly type: "remove_member"; readonly member: string }
  | { readonly type: "create_key"; readonly key: ApiKey }
  | { readonly type: "revoke_key"; readonly key: string; readonly now: EpochMs }
  | { readonly type: "require_terms"; readonly version: string | null }
  | {
      readonly type: "accept_terms";
      readonly account: string;
      readonly version: string;
      readonly now: EpochMs;
    };

export type AccountEvent =
  | { readonly type: "account_created"; readonly account: Account }
  | { readonly type: "account_changed"; readonly account: Account }
  | { readonly type: "member_added"; readonly member: Member }
  | { readonly type: "member_changed"; readonly member: Member }
  | { readonly type: "member_removed"; readonly member: string }
  | { readonly type: "key_created"; readonly key: ApiKey }
  | { readonly type: "key_revoked"; readonly key: string; readonly at: EpochMs }
  | { readonly type: "terms_required"; readonly version: string | null };

/**
 * Why a command about accounts is refused: the first of these that is true, command by command.
 * - `create_account`: `account_id_repeated`. `change_account`: `account_unknown`, `owner_stays_open`,
 *   `credit_below_floor`: it owes more than the new terms allow.
 * - `add_member`: `account_unknown`, `member_id_repeated`, `role_not_allowed`: the owner's roles are for the owner's
 *   account, the buyers' for buyers. `change_member`: `member_unknown`, `role_not_allowed`, `last_admin`.
 *   `remove_member`: `member_unknown`, `last_admin`: someone must be able to administer the account.
 * - `create_key`: `member_unknown`, `key_id_repeated`, `scope_not_allowed`: a key can do no more than its member;
 *   `too_many_keys`: 100 of the account are live. `revoke_key`: `key_unknown`, `key_already_revoked`.
 * - `accept_terms`: `account_unknown`, `terms_differ`: other terms are asked for now.
 */
export type AccountRefusal =
  | "account_id_repeated"
  | "account_unknown"
  | "owner_stays_open"
  | "credit_below_floor"
  | "member_id_repeated"
  | "member_unknown"
  | "role_not_allowed"
  | "last_admin"
  | "key_id_repeated"
  | "key_unknown"
  | "key_already_revoked"
  | "scope_not_allowed"
  | "too_many_keys"
  | "terms_differ";

/** What the deciders need to know of the ledger. */
export type CreditOf = (account: string) => MicroUsd;
