import { createHash } from "node:crypto";
import { MARKET_PREFIX } from "../owner/whose.ts";

/** All holders' accounts are below it. It has no users of its own. */
export const PARENT_ACCOUNT = "spillway";

/** As Slurm has names of accounts: it would make them small, and thereby two of one. */
const PLAIN = /^[a-z0-9][a-z0-9.-]{0,39}$/;
/** No plain holder's account has this, for names don't begin with a hyphen. */
const HASHED = "-";

/** A holder's account in Slurm. */
export function accountOf(holder: string): string {
  if (PLAIN.test(holder)) return `${MARKET_PREFIX}${holder}`;
  const digest = createHash("sha256").update(holder).digest("hex").slice(0, 24);
  return `${MARKET_PREFIX}${HASHED}${digest}`;
}

/** A contract's reservation. Pools have no underscore in their names: where one ends is plain. */
export function reservationOf(pool: string, contract: string): string {
  return `${MARKET_PREFIX}${pool}_${contract}`;
}

/** Null: it is no contract's of this pool. */
export function contractOf(pool: string, reservation: string): string | null {
  const start = reservationOf(pool, "");
  return reservation.startsWith(start) ? reservation.slice(start.length) : null;
}
