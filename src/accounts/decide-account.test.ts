import { expect, test } from "vitest";
import { later, microUsd, MINUTE_MS } from "../units.ts";
import { creditFloor } from "./account.ts";
import { accountOf, ask, keyOf, memberOf, openOffice, T0 } from "./accounts.test-data.ts";
import type { AccountCommand, AccountRefusal } from "./commands.ts";
import { ROLES, SCOPES, scopesOf } from "./roles.ts";

const later1 = later(T0, MINUTE_MS);
const lower = { kind: "postpaid", limit: microUsd(999_999n) } as const;

/** Of each command every refusal in its documented order; each fault has all the later ones as well, where it can. */
const REFUSALS: readonly (readonly [AccountRefusal, AccountCommand])[] = [
  ["account_id_repeated", { type: "create_account", account: accountOf("acme") }],
  ["account_unknown", { type: "change_account", account: accountOf("nobody") }],
  [
    "owner_stays_open",
    { type: "change_account", account: accountOf("owner", { status: "closed", payment: lower }) },
  ],
  ["credit_below_floor", { type: "change_account", account: accountOf("globex") }],
  [
    "credit_below_floor",
    { type: "change_account", account: accountOf("globex", { payment: lower }) },
  ],
  ["account_unknown", { type: "add_member", member: memberOf("ada", { account: "nobody" }) }],
  ["member_id_repeated", { type: "add_member", member: memberOf("ada", { role: "auditor" }) }],
  ["role_not_allowed", { type: "add_member", member: memberOf("eve", { role: "auditor" }) }],
  [
    "role_not_allowed",
    { type: "add_member", member: memberOf("eve", { account: "owner", role: "buyer_trader" }) },
  ],
  ["member_unknown", { type: "change_member", member: memberOf("eve", { role: "auditor" }) }],
  ["member_unknown", { type: "change_member", member: memberOf("ada", { account: "globex" }) }],
  ["role_not_allowed", { type: "change_member", member: memberOf("ada", { role: "auditor" }) }],
  ["last_admin", { type: "change_member", member: memberOf("ada", { role: "read_only" }) }],
  ["member_unknown", { type: "remove_member", member: "eve" }],
  ["last_admin", { type: "remove_member", member: "ada" }],
  ["last_admin", { type: "remove_member", member: "olga" }],
  ["member_unknown", { type: "create_key", key: keyOf("k1", { member: "eve" }) }],
  ["member_unknown", { type: "create_key", key: keyOf("k1", { account: "globex" }) }],
  ["key_id_repeated", { type: "create_key", key: keyOf("k1", { scopes: SCOPES }) }],
  ["key_id_repeated", { type: "create_key", key: keyOf("k2", { hash: "hash of k1" }) }],
  ["scope_not_allowed", { type: "create_key", key: keyOf("k2", { scopes: ["owner:read"] }) }],
  [
    "scope_not_allowed",
    { type: "create_key", key: keyOf("k2", { member: "tom", scopes: ["trade", "account:write"] }) },
  ],
  ["key_unknown", { type: "revoke_key", key: "k2", now: later1 }],
  ["account_unknown", { type: "accept_terms", account: "nobody", version: "1", now: T0 }],
  ["terms_differ", { type: "accept_terms", account: "acme", version: "1", now: T0 }],
];

test.each(REFUSALS)("%s: %o", (refusal, command) => {
  const office = openOffice();
  const before = office.hash.toString();
  expect(ask(office, command)).toBe(refusal);
  expect(office.hash.toString()).toBe(before);
});

test("what an account owes may come to exactly its new limit", () => {
  const payment = { kind: "postpaid", limit: microUsd(1_000_000n) } as const;
  const account = accountOf("globex", { payment });
  expect(ask(openOffice(), { type: "change_account", account })).toBeNull();
  expect(creditFloor(account)).toBe(-1_000_000n);
});

test("an account that is changed keeps when it was created and what it has accepted", () => {
  const office = openOffice();
  ask(office, { type: "require_terms", version: "2" });
  ask(office, { type: "accept_terms", account: "acme", version: "2", now: later1 });
  const account = accountOf("acme", { name: "Acme", created: later1, accepted: null });
  expect(ask(office, { type: "change_account", account })).toBeNull();
  const accepted = { version: "2", at: later1 };
  expect(office.state.accounts.get("acme")).toEqual({ ...account, created: T0, accepted });
});

test("terms that are asked for no longer cannot be accepted", () => {
  const office = openOffice();
  const accept = { type: "accept_terms", account: "acme", version: "1", now: T0 } as const;
  ask(office, { type: "require_terms", version: "1" });
  expect(ask(office, accept)).toBeNull();
  ask(office, { type: "require_terms", version: null });
  expect(ask(office, accept)).toBe("terms_differ");
});

test("the last administrator may go once there is another", () => {
  const office = openOffice();
  ask(office, { type: "add_member", member: memberOf("bob") });
  expect(ask(office, { type: "remove_member", member: "ada" })).toBeNull();
  expect(ask(office, { type: "remove_member", member: "bob" })).toBe("last_admin");
});

test("an administrator of another account does not count, nor does a change of name alone", () => {
  const office = openOffice();
  ask(office, { type: "add_member", member: memberOf("gus", { account: "globex" }) });
  const demoted = memberOf("ada", { role: "buyer_trader" });
  expect(ask(office, { type: "change_member", member: demoted })).toBe("last_admin");
  const renamed = memberOf("ada", { name: "Ada L." });
  expect(ask(office, { type: "change_member", member: renamed })).toBeNull();
});

test("with a member go its keys", () => {
  const office = openOffice();
  ask(office, { type: "create_key", key: keyOf("t1", { member: "tom" }) });
  ask(office, { type: "remove_member", member: "tom" });
  expect([...office.state.keys.values()].map(({ id }) => id)).toEqual(["k1"]);
  expect([...office.state.keysByHash.keys()]).toEqual(["hash of k1"]);
});

test("a key is revoked once, and stays known by its hash", () => {
  const office = openOffice();
  const revoke = { type: "revoke_key", key: "k1", now: later1 } as const;
  expect(ask(office, revoke)).toBeNull();
  expect(ask(office, revoke)).toBe("key_already_revoked");
  expect(office.state.keysByHash.get("hash of k1")?.revoked).toBe(later1);
  expect(ask(office, { type: "create_key", key: keyOf("k1") })).toBe("key_id_repeated");
});

test("an account has a hundred live keys, and room again once one is over", () => {
  const office = openOffice();
  const create = (index: number, expires = index === 50 ? later1 : null) =>
    ask(office, { type: "create_key", key: keyOf(`n${index}`, { expires }) });
  for (let index = 1; index < 100; index++) expect(create(index)).toBeNull();
  expect(create(100)).toBe("too_many_keys");
  ask(office, { type: "revoke_key", key: "n7", now: T0 });
  expect(create(100)).toBeNull();
  expect(create(101)).toBe("too_many_keys");
  const key = keyOf("n101", { created: later1 });
  expect(ask(office, { type: "create_key", key })).toBeNull();
});

test.each(ROLES)("a key of a member who is %s has at most that role's scopes", (role) => {
  const account = role === "owner_operator" || role === "auditor" ? "owner" : "acme";
  for (const scope of SCOPES) {
    const office = openOffice();
    ask(office, { type: "add_member", member: memberOf("eve", { account, role }) });
    const key = keyOf("k2", { account, member: "eve", scopes: [scope] });
    const refusal = scopesOf(role).includes(scope) ? null : "scope_not_allowed";
    expect(ask(office, { type: "create_key", key })).toBe(refusal);
  }
});
