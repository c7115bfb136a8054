/**
 * - `ok`: as it should be;
 * - `warn`: contracts can be delivered, and something is less private, slower or less certain than it could be;
 * - `fail`: contracts can't be delivered, or others than their holders would pay for it;
 * - `look`: it can't be seen from here, and somebody should look.
 */
export type Outcome = "ok" | "warn" | "fail" | "look";

/** One line of the checklist. */
export interface Check {
  /** A name for programs: `accounting`, `market_partition`… */
  readonly name: string;
  /** Whose it is: a pool's, or a holder's; null: the cluster's. */
  readonly of: string | null;
  readonly outcome: Outcome;
  /** What there is; where it isn't ok, also what to do. */
  readonly sentence: string;
}

type Found = readonly [Outcome, string];

export function check(name: string, [outcome, sentence]: Found, of: string | null = null): Check {
  return { name, of, outcome, sentence };
}

/** The first that is so counts; where none is, it is ok. */
export function firstOf(
  faults: readonly (readonly [isSo: boolean, outcome: Outcome, sentence: string])[],
  ok: string,
): Found {
  const fault = faults.find(([isSo]) => isSo);
  return fault === undefined ? ["ok", ok] : [fault[1], fault[2]];
}
