/**
 * What a member of an account may do:
 * - `owner_operator`: everything, of the owner's installation and for every customer;
 * - `buyer_admin`: all of its own account, its members and keys included;
 * - `buyer_trader`: orders, contracts, listings and rentals of its own account;
 * - `read_only`: sees its own account;
 * - `auditor`: sees the whole installation, and changes nothing.
 */
export type Role = "owner_operator" | "buyer_admin" | "buyer_trader" | "read_only" | "auditor";

/** What an operation of the API needs; also the scopes to which an API key may be narrowed. */
export type Scope =
  | "market:read"
  | "account:read"
  | "trade"
  | "account:write"
  | "owner:read"
  | "owner:write";

export const ROLES = [
  "owner_operator",
  "buyer_admin",
  "buyer_trader",
  "read_only",
  "auditor",
] as const satisfies readonly Role[];

export const SCOPES = [
  "market:read",
  "account:read",
  "trade",
  "account:write",
  "owner:read",
  "owner:write",
] as const satisfies readonly Scope[];

const ALLOWED: Record<Role, readonly Scope[]> = {
  owner_operator: SCOPES,
  buyer_admin: ["market:read", "account:read", "trade", "account:write"],
  buyer_trader: ["market:read", "account:read", "trade"],
  read_only: ["market:read", "account:read"],
  auditor: ["market:read", "account:read", "owner:read"],
};

export function scopesOf(role: Role): readonly Scope[] {
  return ALLOWED[role];
}

/** The owner's staff and auditors belong to the owner's account, everyone else to a buyer's. */
export function belongsToOwner(role: Role): boolean {
  return role === "owner_operator" || role === "auditor";
}
