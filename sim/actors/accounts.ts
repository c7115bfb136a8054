import type { Account, ApiKey, Member } from "../../src/accounts/account.ts";
import type { Role } from "../../src/accounts/roles.ts";
import { ROLES, SCOPES } from "../../src/accounts/roles.ts";
import { chance } from "../../src/demo/random.ts";
import { gpus, microUsd, ppm } from "../../src/units.ts";
import { anyOf, oneOf, whole } from "../draw.ts";
import { accountOf } from "../world.ts";
import type { Actor } from "./scene.ts";
import { customer } from "./scene.ts";

/** Each reference is used by several payments, of which one is booked. */
export const deposit: Actor = (scene) => {
  const { random } = scene;
  const account = customer(scene);
  const amount = microUsd(BigInt(whole(random, -1, 60)) * 500_009n);
  const reference = `in-${whole(random, 0, 60)}`;
  const means = oneOf(random, ["manual", "stripe"]);
  return { account, command: () => ({ type: "deposit", account, amount, means, reference }) };
};

export const payOut: Actor = (scene) => {
  const { random } = scene;
  const account = customer(scene);
  const amount = microUsd(BigInt(whole(random, 0, 20)) * 123_457n);
  const reference = `out-${whole(random, 0, 60)}`;
  return {
    account,
    command: () => ({ type: "pay_out", account, amount, means: "manual", reference }),
  };
};

export const credit: Actor = (scene) => {
  const { random } = scene;
  const account = customer(scene);
  const amount = microUsd(BigInt(whole(random, 0, 4)) * 50_003n);
  const kind = oneOf(random, ["goodwill", "correction"] as const);
  return {
    account: "owner",
    command: (_, id) => ({ type: "give_credit", account, amount, kind, subject: id() }),
  };
};

export const change: Actor = ({ random, state }) => {
  const before = anyOf(random, state.accounts.accounts.values());
  if (before === null) return null;
  const limit = microUsd(BigInt(whole(random, 0, 20)) * 1_000_000n);
  const changed: Account = {
    ...before,
    status: chance(random, 0.1) ? "closed" : "active",
    payment: chance(random, 0.5) ? { kind: "prepaid" } : { kind: "postpaid", limit },
    taxRate: ppm(oneOf(random, [0, 70_001, 190_000])),
    maxGpus: chance(random, 0.6) ? null : gpus(whole(random, 1, 6) * 8),
    skus: chance(random, 0.1) ? ["A100"] : null,
  };
  return { account: "owner", command: () => ({ type: "change_account", account: changed }) };
};

export const open: Actor = ({ random }) => {
  const account = accountOf(oneOf(random, ["ann", "fay", "gus"]), {});
  return { account: "owner", command: () => ({ type: "create_account", account }) };
};

export const require: Actor = ({ random }) => {
  const version = chance(random, 0.8) ? null : oneOf(random, ["1", "2"]);
  return { account: "owner", command: () => ({ type: "require_terms", version }) };
};

export const accept: Actor = (scene) => {
  const missing = [...scene.state.accounts.accounts.values()].filter(
    (each) => each.accepted === null,
  );
  const account = anyOf(scene.random, missing)?.id ?? customer(scene);
  const required = scene.state.accounts.terms.get("required");
  if (required === undefined && chance(scene.random, 0.8)) return null;
  const version = required ?? "1";
  return {
    account,
    command: ({ market }) => ({ type: "accept_terms", account, version, now: market.now }),
  };
};

export const join: Actor = (scene) => {
  const { random } = scene;
  const account = chance(random, 0.2) ? "owner" : customer(scene);
  const role: Role = oneOf(random, ROLES);
  const draft: Omit<Member, "id"> = { account, name: "m", email: "m@example.com", role };
  return {
    account,
    command: (_, id) => ({ type: "add_member", member: { ...draft, id: id() } }),
  };
};

export const promote: Actor = ({ random, state }) => {
  const member = anyOf(random, state.accounts.members.values());
  if (member === null) return null;
  const { account } = member;
  if (chance(random, 0.3)) {
    return { account, command: () => ({ type: "remove_member", member: member.id }) };
  }
  const changed = { ...member, role: oneOf(random, ROLES) };
  return { account, command: () => ({ type: "change_member", member: changed }) };
};

export const makeKey: Actor = ({ random, state }) => {
  const member = anyOf(random, state.accounts.members.values());
  if (member === null) return null;
  const draft: Omit<ApiKey, "id" | "hash"> = {
    account: member.account,
    member: member.id,
    name: "key",
    hint: "spw_",
    scopes: SCOPES.filter(() => chance(random, 0.3)),
    created: state.market.now,
    expires: null,
    revoked: null,
  };
  return {
    account: member.account,
    command: (_, fresh) => {
      const id = fresh();
      return { type: "create_key", key: { ...draft, id, hash: `hash of ${id}` } };
    },
  };
};

export const revoke: Actor = ({ random, state }) => {
  const key = anyOf(random, state.accounts.keys.values());
  if (key === null) return null;
  return {
    account: key.account,
    command: ({ market }) => ({ type: "revoke_key", key: key.id, now: market.now }),
  };
};
