import { heldAt } from "../contracts/contract.ts";
import type { Fabric } from "../contracts/holdings.ts";
import type { Policy } from "../policy/policy.ts";
import type { EpochMs } from "../units.ts";
import { assert, ceilTo, MINUTE_MS } from "../units.ts";
import type { Decision, MarketCommand } from "./commands.ts";
import { refuse } from "./commands.ts";
import { decideAdvance } from "./decide-advance.ts";
import { decideCancellation, decideExtension } from "./decide-holder.ts";
import { decideMatch, decidePlacement } from "./decide-order.ts";
import { decideBreach, decideRecall, decideWithdrawal } from "./decide-recall.ts";
import type { MarketEvent } from "./events.ts";
import type { MarketState, OwnerReading, PoolConfig } from "./state.ts";

/**
 * What follows from a command: events, or a refusal by name. Nothing is changed; `apply` does that. The same state and
 * command always give the same answer.
 */
export function decide(state: MarketState, command: MarketCommand): Decision {
  assertTime(state, command);
  return decideNow(state, command);
}

function decideNow(state: MarketState, command: MarketCommand): Decision {
  switch (command.type) {
    case "open_pool":
      return decideOpening(state, command.pool, command.policy);
    case "change_policy":
      return decidePolicy(state, command.pool, command.policy);
    case "read_owner":
      return decideReading(state, command.pool, command.reading);
    case "publish_ladder":
      return inPool(state, command.pool, [
        { type: "ladder_published", pool: command.pool, ladder: command.ladder },
      ]);
    case "place_order":
      return decidePlacement(state, command);
    case "match_order":
      return decideMatch(state, command.order, command.now);
    case "cancel_order":
      if (state.book.get(command.order) === undefined) return refuse("order_unknown");
      return { events: [{ type: "order_left", order: command.order, why: "cancelled" }] };
    case "cancel_contract":
      return decideCancellation(state, command);
    case "extend_contract":
      return decideExtension(state, command);
    case "give_recall":
      return decideRecall(state, command);
    case "withdraw_recall":
      return decideWithdrawal(state, command.recall, command.now);
    case "breach":
      return decideBreach(state, command);
    case "interrupt":
      return inPool(state, command.pool, interruptions(state, command.pool, command.now));
    case "advance":
      break;
  }
  return { events: decideAdvance(state, command.now) };
}

/** A command of another time would pass by what falls due in between, or rewrite what is over. */
function assertTime(state: MarketState, command: MarketCommand): void {
  if (!("now" in command)) return;
  const isNext = command.type === "advance" ? command.now >= state.now : command.now === state.now;
  assert(isNext, "time is advanced, and never back, before anything else is decided");
}

function decideOpening(state: MarketState, pool: PoolConfig, policy: Policy): Decision {
  if (state.pools.has(pool.id)) return refuse("pool_already_open");
  for (const other of state.pools.values()) {
    const sameSku = other.config.sku === pool.sku;
    if (sameSku && other.policy.lot !== policy.lot) return refuse("lot_differs");
  }
  return { events: [{ type: "pool_opened", pool, policy }] };
}

function decidePolicy(state: MarketState, id: string, policy: Policy): Decision {
  const before = state.pools.get(id)?.policy;
  if (before === undefined) return refuse("pool_unknown");
  if (before.lot !== policy.lot) return refuse("lot_differs");
  if (noticesOf(before) !== noticesOf(policy)) return refuse("notices_differ");
  return { events: [{ type: "policy_changed", pool: id, policy }] };
}

function noticesOf(policy: Policy): string {
  return policy.rungs.map((rung) => rung.notice).join(" ");
}

function decideReading(state: MarketState, id: string, reading: OwnerReading): Decision {
  const pool = state.pools.get(id);
  if (pool === undefined) return refuse("pool_unknown");
  if (namesOf(reading.fabrics) !== namesOf(pool.config.fabrics)) return refuse("fabrics_differ");
  return { events: [{ type: "owner_read", pool: id, reading }] };
}

function namesOf(fabrics: readonly Fabric[]): string {
  return JSON.stringify(fabrics.map((fabric) => fabric.id).sort());
}

function inPool(state: MarketState, pool: string, events: readonly MarketEvent[]): Decision {
  return state.pools.has(pool) ? { events } : refuse("pool_unknown");
}

/** Schedules change on the minute, and so does what an outage takes from them. */
function interruptions(state: MarketState, id: string, now: EpochMs): MarketEvent[] {
  const at = ceilTo(now, MINUTE_MS);
  const contracts = [...(state.pools.get(id)?.holdings.all() ?? [])];
  const ended = contracts
    .filter((contract) => heldAt(contract, at) > 0)
    .map(
      (contract) =>
        ({ type: "contract_interrupted", pool: id, contract: contract.id, at }) as const,
    );
  return [{ type: "pool_interrupted", pool: id, at }, ...ended];
}
