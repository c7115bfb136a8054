import type { Taking } from "../recall/take-back.ts";
import type { DatedCandidate } from "../recall/candidates.ts";
import { recallable, recallableOf } from "../recall/candidates.ts";
import { planRecall } from "../recall/planner.ts";
import { freedBy, lessTaken } from "../recall/take-back.ts";
import { recallCompensation } from "../contracts/compensation.ts";
import type { Contract } from "../contracts/contract.ts";
import type { PoolState } from "../market/state.ts";
import type { Policy } from "../policy/policy.ts";
import type { EpochMs, Gpus, MicroUsd, Notice } from "../units.ts";
import { addMoney, assert, ceilTo, isFirm, later, MINUTE_MS, NO_GPUS, NO_MONEY } from "../units.ts";

/** What the owner wants back. */
export interface RecallWish {
  /** Null: everything that may lawfully be recalled, each contract at its own notice. */
  readonly gpus: Gpus | null;
  /** By when; a minute. */
  readonly by: EpochMs;
  /** Null: from anywhere. */
  readonly fabric: string | null;
}

/** Of one contract, with the notice that it was promised. */
export interface PlannedTaking extends Taking {
  readonly notice: Notice;
}

/** What would be taken back, at what cost; nothing is done yet. */
export interface RecallPreview {
  readonly takings: readonly PlannedTaking[];
  readonly gpus: number;
  /** Compensation owed in all. */
  readonly cost: MicroUsd;
}

/**
 * Why a recall cannot be planned, the first of these that is true: `time_not_minute_aligned`; `not_enough_recallable` by
 * then under the contracts' notices; `cost_has_risen` above what the owner has agreed to.
 */
export type RecallPlanRefusal =
  | "time_not_minute_aligned"
  | "not_enough_recallable"
  | "cost_has_risen";

/** The cheapest lawful set, or why there is none. */
export function previewRecall(
  pool: PoolState,
  now: EpochMs,
  { gpus, by, fabric }: RecallWish,
): RecallPreview | RecallPlanRefusal {
  if (by % MINUTE_MS !== 0) return "time_not_minute_aligned";
  if (gpus === null) return previewOf(pool, everything(pool, now));
  const { policy, holdings } = pool;
  const notices = policy.rungs.map((rung) => rung.notice);
  const candidates = recallable(holdings, policy, notices, now, now, by);
  const plan = planRecall(candidates, { gpus, fabric }, policy.lot, NO_MONEY);
  if (plan === "not_enough") return "not_enough_recallable";
  const takings = plan.cuts.map((cut) => {
    const candidate = candidates[cut.candidate];
    assert(candidate !== undefined, "a plan takes from its candidates");
    return takingOf(candidate, cut.gpus);
  });
  return previewOf(pool, takings);
}

function takingOf({ contract, fabric, due, until }: DatedCandidate, gpus: Gpus): Taking {
  return { contract, fabric, gpus, due, until };
}

/** Whatever is held later is taken back where it begins: with its contract, or after a part that was resold. */
function everything({ policy, holdings }: PoolState, now: EpochMs): Taking[] {
  const takings: Taking[] = [];
  for (const { notice } of policy.rungs) {
    if (isFirm(notice)) continue;
    const due = later(ceilTo(now, MINUTE_MS), notice);
    for (const contract of holdings.contractsAt(notice)) {
      takings.push(...allOf(contract, policy, due));
    }
  }
  return takings.toSorted((a, b) => a.due - b.due);
}

function allOf(contract: Contract, policy: Policy, due: EpochMs): Taking[] {
  const takings: Taking[] = [];
  for (const by of startsIn(contract, due)) {
    const candidates = lessTaken(recallableOf(contract, policy, by, by), takings);
    takings.push(...candidates.map((each) => takingOf(each, each.gpus)));
  }
  return takings;
}

/** Where it holds more than a moment before, or a block something else, from `due` on; in ascending time. */
function startsIn({ placements, block }: Contract, due: EpochMs): EpochMs[] {
  const starts = new Set<EpochMs>([due]);
  for (const { held } of placements) {
    let before = NO_GPUS;
    for (const { at, gpus } of held.steps) {
      if ((block ? gpus > 0 : gpus > before) && at > due) starts.add(at);
      before = gpus;
    }
  }
  return [...starts].toSorted((a, b) => a - b);
}

function previewOf({ holdings }: PoolState, takings: readonly Taking[]): RecallPreview {
  const contracts = new Map([...holdings.all()].map((contract) => [contract.id, contract]));
  let cost = NO_MONEY;
  const planned = takings.map((taking): PlannedTaking => {
    const contract = contracts.get(taking.contract);
    assert(contract !== undefined, `contract ${taking.contract} is held`);
    cost = addMoney(cost, recallCompensation(contract, taking.gpus, taking.due, taking.until));
    return { ...taking, notice: contract.promise.notice };
  });
  return { takings: planned, gpus: freedBy(takings), cost };
}

/** Takings by when they are due, soonest first: each is a recall of its own. */
export function byDue(takings: readonly Taking[]): [EpochMs, Taking[]][] {
  const groups = new Map<EpochMs, Taking[]>();
  for (const taking of takings) {
    const group = groups.get(taking.due);
    if (group) group.push(taking);
    else groups.set(taking.due, [taking]);
  }
  return [...groups].toSorted(([a], [b]) => a - b);
}
