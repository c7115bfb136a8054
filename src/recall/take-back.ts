import type { EpochMs, Gpus } from "../units.ts";
import { gpus, NO_MONEY } from "../units.ts";
import type { DatedCandidate } from "./candidates.ts";
import { planRecall } from "./planner.ts";

/** GPUs of one contract that come back together. */
export interface Taking {
  readonly contract: string;
  readonly fabric: string;
  readonly gpus: Gpus;
  readonly due: EpochMs;
  /** Until when they would have been held. */
  readonly until: EpochMs;
}

/**
 * The cheapest set of candidates that frees at least `needed` GPUs, or all of them where that is not enough.
 * @returns what is taken; it may free less than needed
 */
export function takeBack(
  candidates: readonly DatedCandidate[],
  needed: number,
  lot: Gpus,
): Taking[] {
  const available = candidates.reduce((sum, candidate) => sum + candidate.gpus, 0);
  const need = Math.min(Math.ceil(needed / lot) * lot, available);
  if (need <= 0) return [];
  const plan = planRecall(candidates, { gpus: gpus(need), fabric: null }, lot, NO_MONEY);
  if (plan === "not_enough") return [];
  return plan.cuts.map((cut) => {
    const candidate = candidates[cut.candidate];
    if (candidate === undefined) throw new Error("bug: a plan takes from its candidates");
    const { contract, fabric, due, until } = candidate;
    return { contract, fabric, gpus: cut.gpus, due, until };
  });
}

/** The candidates less what is being taken from them already. */
export function lessTaken(
  candidates: readonly DatedCandidate[],
  takings: readonly Taking[],
): DatedCandidate[] {
  const taken = Map.groupBy(
    takings,
    ({ contract, fabric, until }) => `${until} ${contract} ${fabric}`,
  );
  return candidates.flatMap((candidate) => {
    const { contract, fabric, until } = candidate;
    const before = freedBy(taken.get(`${until} ${contract} ${fabric}`) ?? []);
    return before < candidate.gpus ? [{ ...candidate, gpus: gpus(candidate.gpus - before) }] : [];
  });
}

export function freedBy(takings: readonly Taking[]): number {
  return takings.reduce((sum, taking) => sum + taking.gpus, 0);
}

/** What these takings have freed at `time` that would be held then. */
export function freedAt(takings: readonly Taking[], time: EpochMs): number {
  return freedBy(takings.filter(({ due, until }) => due <= time && time < until));
}
