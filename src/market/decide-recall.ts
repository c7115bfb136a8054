import { breachCredit, recallCompensation } from "../contracts/compensation.ts";
import type { Contract } from "../contracts/contract.ts";
import { heldInFabric } from "../contracts/contract.ts";
import type { EpochMs, Window } from "../units.ts";
import { earliest, elapsed, gpusOver, isFirm, later } from "../units.ts";
import type { Breaking, Decision, MarketCommand, MarketRefusal, Taking } from "./commands.ts";
import { refuse } from "./commands.ts";
import type { MarketEvent } from "./events.ts";
import type { Cut, MarketState, Recall } from "./state.ts";
import { findContract, poolOf } from "./state.ts";

type GiveRecall = Extract<MarketCommand, { type: "give_recall" }>;
type Breach = Extract<MarketCommand, { type: "breach" }>;

/** The owner takes capacity back under the contracts' promises: each gets its whole notice before `due`. */
export function decideRecall(state: MarketState, command: GiveRecall): Decision {
  const { takings, now, due, pool, reason, recall: id } = command;
  if (!state.pools.has(pool)) return refuse("pool_unknown");
  if (state.recalls.has(id)) return refuse("recall_id_repeated");
  if (takings.length === 0) return refuse("nothing_taken");
  const cuts: Cut[] = [];
  for (const taking of takings) {
    const cut = recallCut(state, taking, now, due);
    if (typeof cut === "string") return refuse(cut);
    cuts.push(cut);
  }
  const recall: Recall = { id, pool, noticed: now, due, reason, cuts };
  return { events: [{ type: "recall_noticed", recall }] };
}

function recallCut(
  state: MarketState,
  taking: Taking,
  now: EpochMs,
  due: EpochMs,
): Cut | MarketRefusal {
  const contract = findContract(state, taking.contract)?.contract;
  if (contract === undefined) return "contract_unknown";
  const { notice } = contract.promise;
  if (isFirm(notice) || due < later(now, notice)) return "notice_too_short";
  if (!holds(contract, taking, { start: due, end: contract.window.end }))
    return "contract_holds_less";
  return { ...taking, notice, owed: recallCompensation(contract, taking.gpus, due) };
}

function holds(contract: Contract, taking: Taking, window: Window): boolean {
  if (window.start >= window.end) return false;
  return heldInFabric(contract, taking.fabric, window) >= taking.gpus;
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
  const pool = poolOf(state, recall.pool);
  const ends = recall.cuts.map(
    (cut) => findContract(state, cut.contract)?.contract.window.end ?? 0,
  );
  const window = { start: recall.due, end: Math.max(...ends) as EpochMs };
  return pool.reading.fabrics.every((fabric) => {
    const returning = recall.cuts.filter((cut) => cut.fabric === fabric.id);
    const gpus = returning.reduce((sum, cut) => sum + cut.gpus, 0);
    return gpus === 0 || pool.holdings.heldInFabric(fabric.id, window) + gpus <= fabric.gpus;
  });
}

/** The owner takes capacity sooner than promised: recorded and credited, and never called a recall. */
export function decideBreach(state: MarketState, command: Breach): Decision {
  if (!state.pools.has(command.pool)) return refuse("pool_unknown");
  if (command.takings.length === 0) return refuse("nothing_taken");
  const events: MarketEvent[] = [];
  for (const taking of command.takings) {
    const contract = findContract(state, taking.contract)?.contract;
    if (contract === undefined) return refuse("contract_unknown");
    const window = { start: command.at, end: taking.until };
    if (!holds(contract, taking, window)) return refuse("contract_holds_less");
    events.push(breachOf(contract, taking, command));
  }
  return { events };
}

function breachOf(contract: Contract, taking: Breaking, command: Breach): MarketEvent {
  const { at, pool } = command;
  const { notice } = contract.promise;
  const lawful = isFirm(notice) ? taking.until : earliest(taking.until, later(at, notice));
  return {
    type: "contract_breached",
    pool,
    at,
    until: taking.until,
    cut: cutOf(contract, taking, at),
    broken: gpusOver(taking.gpus, elapsed(at, lawful)),
  };
}

function cutOf(contract: Contract, taking: Breaking, at: EpochMs): Cut {
  const { contract: id, fabric, gpus, until } = taking;
  const owed = breachCredit(contract, gpus, at, until);
  return { contract: id, notice: contract.promise.notice, fabric, gpus, owed };
}
