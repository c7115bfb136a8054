import type { ApiKey, Member } from "../../src/accounts/account.ts";
import { grantOf } from "../../src/accounts/grant.ts";
import type { Scope } from "../../src/accounts/roles.ts";
import { demand } from "../violation.ts";
import type { Truth } from "./truth.ts";

/** What each role is for, said once more. */
const ALLOWED: Readonly<Record<Member["role"], string>> = {
  owner_operator: "market:read account:read trade account:write owner:read owner:write",
  buyer_admin: "market:read account:read trade account:write",
  buyer_trader: "market:read account:read trade",
  read_only: "market:read account:read",
  auditor: "market:read account:read owner:read",
};

/** Every key that was ever made lets in whom it should, for what its member may do now, and nobody else. */
export function checkKeys({ truth }: { truth: Truth }): void {
  const keys = new Map<string, ApiKey>();
  const members = new Map<string, Member>();
  const isOver = new Set<string>();
  for (const { event } of truth.recorded) {
    if (event.type === "key_created") keys.set(event.key.id, event.key);
    if (event.type === "key_revoked") isOver.add(event.key);
    if (event.type === "member_removed") members.delete(event.member);
    if (event.type === "member_added" || event.type === "member_changed") {
      members.set(event.member.id, event.member);
    }
  }
  const { accounts, market } = truth.replica.state;
  for (const { id, hash, member, scopes } of keys.values()) {
    const role = members.get(member)?.role;
    const isLive = role !== undefined && !isOver.has(id);
    const allowed = isLive ? scopes.filter((scope) => ALLOWED[role].includes(scope)) : null;
    const granted = grantOf(accounts, hash, market.now)?.scopes ?? null;
    demand(text(granted) === text(allowed), `key ${id} lets in for what its member may do`);
  }
  for (const account of new Set([...members.values()].map((each) => each.account))) {
    checkAdmins(truth, account);
  }
}

/** Whoever had somebody to administer it still has. */
function checkAdmins({ recorded }: Truth, account: string): void {
  const admins = new Set<string>();
  let hadAny = false;
  for (const { event } of recorded) {
    if (event.type === "member_removed") admins.delete(event.member);
    if (event.type !== "member_added" && event.type !== "member_changed") continue;
    if (event.member.account !== account) continue;
    const administers = ["owner_operator", "buyer_admin"].includes(event.member.role);
    if (administers) admins.add(event.member.id);
    else admins.delete(event.member.id);
    hadAny ||= administers;
  }
  demand(!hadAny || admins.size > 0, `${account} has somebody to administer it`);
}

function text(scopes: readonly Scope[] | null): string {
  return scopes === null ? "nobody" : [...scopes].sort().join();
}
