import type { EpochMs } from "../units.ts";
import type { Decision, MarketCommand } from "./commands.ts";
import { refuse } from "./commands.ts";
import { decideAdvance } from "./decide-advance.ts";
import { decideMatch, decidePlacement } from "./decide-order.ts";
import { decideBreach, decideRecall, decideWithdrawal } from "./decide-recall.ts";
import type { MarketEvent } from "./events.ts";
import type { MarketState } from "./state.ts";

/**
 * What follows from a command: events, or a refusal by name. Nothing is changed; `apply` does that. The same state and
 * command always give the same answer.
 */
export function decide(state: MarketState, command: MarketCommand): Decision {
  switch (command.type) {
    case "open_pool":
      if (state.pools.has(command.pool.id)) return refuse("pool_already_open");
      return { events: [{ type: "pool_opened", pool: command.pool, policy: command.policy }] };
    case "read_owner":
      return inPool(state, command.pool, [
        { type: "owner_read", pool: command.pool, reading: command.reading },
      ]);
    case "publish_ladder":
      return inPool(state, command.pool, [
        { type: "ladder_published", pool: command.pool, ladder: command.ladder },
      ]);
    case "place_order":
      return decidePlacement(state, command.order, command.now);
    case "match_order":
      return decideMatch(state, command.order, command.now);
    case "cancel_order":
      if (state.book.get(command.order) === undefined) return refuse("order_unknown");
      return { events: [{ type: "order_left", order: command.order, why: "cancelled" }] };
    case "give_recall":
      return decideRecall(state, command);
    case "withdraw_recall":
      return decideWithdrawal(state, command.recall, command.now);
    case "breach":
      return decideBreach(state, command);
    case "interrupt":
      return inPool(state, command.pool, interruptions(state, command.pool, command.now));
    case "advance":
      return { events: decideAdvance(state, command.now) };
  }
}

function inPool(state: MarketState, pool: string, events: readonly MarketEvent[]): Decision {
  return state.pools.has(pool) ? { events } : refuse("pool_unknown");
}

function interruptions(state: MarketState, id: string, at: EpochMs): MarketEvent[] {
  const contracts = [...(state.pools.get(id)?.holdings.all() ?? [])];
  return contracts.map((contract) => ({
    type: "contract_interrupted",
    pool: id,
    contract: contract.id,
    at,
  }));
}
