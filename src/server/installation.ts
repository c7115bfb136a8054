import { createHash } from "node:crypto";
import type { ExchangeState } from "../exchange/state.ts";
import { FIRST_KEY } from "../service/found.ts";
import { assert } from "../units.ts";

/**
 * Names this installation among others, and stays the same for as long as its journal: 24 hexadecimal digits of a hash
 * of the first key's hash, which is random.
 */
export function installationOf({ accounts }: ExchangeState): string {
  const first = accounts.keys.get(FIRST_KEY);
  assert(first !== undefined, "an installation begins with the owner's first key");
  return createHash("sha256").update(`installation ${first.hash}`).digest("hex").slice(0, 24);
}
