import { breachCredit, recallCompensation } from "../contracts/compensation.ts";
import type { Contract } from "../contracts/contract.ts";
import { heldAt, heldInFabric, without } from "../contracts/contract.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { add, EMPTY, isMinuteAligned, pieces, rectangle } from "../schedule/schedule.ts";
import type { EpochMs, Gpus } from "../units.ts";
import { earliest, elapsed, gpusOver, isFirm, later } from "../units.ts";
import type { Decision, MarketCommand, MarketRefusal, Taking } from "./commands.ts";
import { refuse } from "./commands.ts";
import type { MarketEvent } from "./events.ts";
import type { Cut, MarketState, PoolState, Recall } from "./state.ts";
import { findContract, liveCuts, poolOf } from "./state.ts";

type GiveRecall = Extract<MarketCommand, { type: "give_recall" }>;
type Breach = Extract<MarketCommand, { type: "breach" }>;

/** The owner takes capacity back under the contracts' promises: each gets its whole notice before `due`. */
export function decideRecall(state: MarketState, command: GiveRecall): Decision {
  const { now, due, pool, reason, recall: id } = command;
  if (!state.pools.has(pool)) return refuse("pool_unknown");
  if (state.recalls.has(id)) return refuse("recall_id_repeated");
  if (command.takings.length === 0) return refuse("nothing_taken");
  if (!isMinuteAligned(due)) return refuse("time_not_minute_aligned");
  const taken = takeAll(state, poolOf(state, pool), command.takings, due, now);
  if (typeof taken === "string") return refuse(taken);
  const cuts = taken.map(({ contract, taking }) => {
    const owed = recallCompensation(contract, taking.gpus, due, taking.until);
    return cutOf(contract, taking, owed);
  });
  const recall: Recall = { id, pool, noticed: now, due, reason, cuts };
  return { events: [{ type: "recall_noticed", recall }] };
}

interface Taken {
  readonly contract: Contract;
  readonly taking: Taking;
}

/**
 * Takes one after the other from what those before have left.
 * @param noticed when notice is given; null: without notice
 */
function takeAll(
  state: MarketState,
  pool: PoolState,
  takings: readonly Taking[],
  at: EpochMs,
  noticed: EpochMs | null,
): Taken[] | MarketRefusal {
  const rests = new Map<string, Contract>();
  const taken: Taken[] = [];
  for (const taking of takings) {
    const contract = rests.get(taking.contract) ?? contractIn(state, pool, taking.contract);
    if (contract === null) return "contract_unknown";
    const refusal = refusalOf(contract, taking, pool.policy.lot, at, noticed);
    if (refusal !== null) return refusal;
    taken.push({ contract, taking });
    const window = { start: at, end: taking.until };
    rests.set(contract.id, without(contract, taking.fabric, window, taking.gpus));
  }
  return taken;
}

function contractIn(state: MarketState, pool: PoolState, id: string): Contract | null {
  const found = findContract(state, id);
  return found?.pool === pool ? found.contract : null;
}

function refusalOf(
  contract: Contract,
  { fabric, gpus, until }: Taking,
  lot: Gpus,
  at: EpochMs,
  noticed: EpochMs | null,
): MarketRefusal | null {
  const { notice } = contract.promise;
  if (gpus <= 0) return "gpus_not_positive";
  if (gpus % lot !== 0) return "gpus_not_whole_lots";
  if (!isMinuteAligned(until)) return "time_not_minute_aligned";
  if (noticed !== null && (isFirm(notice) || at < later(noticed, notice)))
    return "notice_too_short";
  if (at >= until || heldInFabric(contract, fabric, { start: at, end: until }) < gpus) {
    return "contract_holds_less";
  }
  return contract.block && gpus < heldAt(contract, at) ? "block_taken_in_part" : null;
}

function cutOf(contract: Contract, taking: Taking, owed: Cut["owed"]): Cut {
  const { fabric, gpus, until } = taking;
  return {
    contract: contract.id,
    holder: contract.holder,
    notice: contract.promise.notice,
    fabric,
    gpus,
    until,
    owed,
  };
}

/** The owner needs the capacity after all less than feared: possible until it is handed over, and while it was not sold again. */
export function decideWithdrawal(state: MarketState, id: string, now: EpochMs): Decision {
  const recall = state.recalls.get(id);
  if (recall === undefined) return refuse("recall_unknown");
  if (now >= recall.due) return refuse("recall_already_due");
  if (!hasRoom(state, recall)) return refuse("room_was_sold");
  return { events: [{ type: "recall_withdrawn", recall: id, at: now }] };
}

function hasRoom(state: MarketState, recall: Recall): boolean {
  const { reading, holdings } = poolOf(state, recall.pool);
  return reading.fabrics.every(({ id, gpus: capacity }) =>
    stretchesOf(returning(liveCuts(state, recall), id, recall.due)).every(
      (stretch) => holdings.heldInFabric(id, stretch) + stretch.gpus <= capacity,
    ),
  );
}

/** What would be given back in one fabric. */
function returning(cuts: readonly Cut[], fabric: string, due: EpochMs): Schedule {
  return cuts
    .filter((cut) => cut.fabric === fabric)
    .reduce((sum, { gpus, until }) => add(sum, rectangle({ start: due, end: until }, gpus)), EMPTY);
}

function stretchesOf(schedule: Schedule) {
  const [first, last] = [schedule.steps[0], schedule.steps.at(-1)];
  if (first === undefined || last === undefined) return [];
  return pieces(schedule, { start: first.at, end: last.at });
}

/** The owner takes capacity sooner than promised: recorded and credited, and never called a recall. */
export function decideBreach(state: MarketState, command: Breach): Decision {
  const { pool, now, at } = command;
  if (!state.pools.has(pool)) return refuse("pool_unknown");
  if (command.takings.length === 0) return refuse("nothing_taken");
  if (!isMinuteAligned(at)) return refuse("time_not_minute_aligned");
  if (at < now) return refuse("taken_in_the_past");
  const taken = takeAll(state, poolOf(state, pool), command.takings, at, null);
  if (typeof taken === "string") return refuse(taken);
  return { events: taken.map((each) => breachOf(each, command)) };
}

function breachOf({ contract, taking }: Taken, { at, pool }: Breach): MarketEvent {
  const { notice } = contract.promise;
  const { gpus, until } = taking;
  const lawful = isFirm(notice) ? until : earliest(until, later(at, notice));
  const owed = breachCredit(contract, gpus, at, until);
  const cut = cutOf(contract, taking, owed);
  return { type: "contract_breached", pool, at, cut, broken: gpusOver(gpus, elapsed(at, lawful)) };
}
