import { StateHash } from "../state-hash.ts";
import { epochMs, microUsd, NO_MONEY, ppm } from "../units.ts";
import type { Account, ApiKey, Member } from "./account.ts";
import { applyAccount } from "./apply-account.ts";
import type { AccountCommand, AccountRefusal } from "./commands.ts";
import { decideAccount } from "./decide-account.ts";
import type { AccountsState } from "./state.ts";
import { noAccounts } from "./state.ts";

export const T0 = epochMs(1_800_000_000_000);

export function accountOf(id: string, terms: Partial<Account> = {}): Account {
  return {
    id,
    name: id,
    email: `${id}@example.com`,
    status: "active",
    payment: { kind: "prepaid" },
    taxRate: ppm(0),
    maxGpus: null,
    skus: null,
    accepted: null,
    created: T0,
    ...terms,
  };
}

export function memberOf(id: string, terms: Partial<Member> = {}): Member {
  const email = `${id}@example.com`;
  return { id, account: "acme", name: id, email, role: "buyer_admin", ...terms };
}

export function keyOf(id: string, terms: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    account: "acme",
    member: "ada",
    name: id,
    hash: `hash of ${id}`,
    hint: "spw_1234",
    scopes: ["market:read", "trade"],
    created: T0,
    expires: null,
    revoked: null,
    ...terms,
  };
}

/** The accounts, a hash of them, and what a customer has as credit. */
export interface Office {
  readonly state: AccountsState;
  readonly hash: StateHash;
  readonly credit: ReadonlyMap<string, bigint>;
}

/** @returns the refusal, or null where it was carried out */
export function ask(office: Office, command: AccountCommand): AccountRefusal | null {
  const creditOf = (id: string) => microUsd(office.credit.get(id) ?? NO_MONEY);
  const before = office.hash.toString();
  const outcome = decideAccount(office.state, command, creditOf);
  if (office.hash.toString() !== before) throw new Error("a decision changed the state");
  if (typeof outcome === "string") return outcome;
  applyAccount(office.state, outcome);
  return null;
}

/** The owner with operator Olga; acme with admin Ada, trader Tom and Ada's key; globex, which owes a dollar. */
export function openOffice(): Office {
  const hash = new StateHash();
  const office = { state: noAccounts(hash), hash, credit: new Map([["globex", -1_000_000n]]) };
  const limit = microUsd(2_000_000n);
  const commands: readonly AccountCommand[] = [
    { type: "create_account", account: accountOf("owner") },
    { type: "create_account", account: accountOf("acme") },
    {
      type: "create_account",
      account: accountOf("globex", { payment: { kind: "postpaid", limit } }),
    },
    { type: "add_member", member: memberOf("olga", { account: "owner", role: "owner_operator" }) },
    { type: "add_member", member: memberOf("ada") },
    { type: "add_member", member: memberOf("tom", { role: "buyer_trader" }) },
    { type: "create_key", key: keyOf("k1") },
  ];
  for (const command of commands) {
    const refusal = ask(office, command);
    if (refusal !== null) throw new Error(`${command.type} was refused: ${refusal}`);
  }
  return office;
}
