import { customerOf } from "../ledger/chart.ts";
import type { LedgerQuery, Viewer } from "../ports.ts";

/**
 * Whether what a viewer asks for may find anything: whoever sees only its own transfers is not told who stands on their
 * other side, and so may not try out names.
 */
export function mayFind(viewer: Viewer, { account }: LedgerQuery): boolean {
  if (viewer.sees === "all" || account === null) return true;
  const owner = customerOf(account);
  return owner === null || owner === viewer.account;
}
