import { floorTo, MINUTE_MS } from "../units.ts";
import type { EpochMs } from "../units.ts";
import {
  breach,
  end,
  extend,
  handOver,
  interrupt,
  notice,
  resell,
  sell,
  withdraw,
} from "./apply-contract.ts";
import { leave, reduce, rest } from "./apply-order.ts";
import { changePolicy, open, publish, readOwner, shake } from "./apply-pool.ts";
import type { MarketEvent } from "./events.ts";
import { timeFields } from "./hash-fields.ts";
import type { MarketState } from "./state.ts";
import { poolOf } from "./state.ts";

/** Carries an event out on the writer's own state, in place. It cannot fail: `decide` has seen to that. */
export function apply(state: MarketState, event: MarketEvent): void {
  switch (event.type) {
    case "pool_opened":
      return open(state, event.pool, event.policy);
    case "policy_changed":
      return changePolicy(state, poolOf(state, event.pool), event.policy);
    case "owner_read":
      return readOwner(state, poolOf(state, event.pool), event.reading);
    case "ladder_published":
      return publish(state, poolOf(state, event.pool), event.ladder);
    case "order_rested":
      return rest(state, event.order);
    case "order_reduced":
      return reduce(state, event.order);
    case "order_left":
      return leave(state, event.order);
    case "contract_sold":
      return sell(state, event.contract, event.basis);
    case "contract_resold":
      return resell(state, event.from, event.contract);
    case "contract_extended":
      return extend(state, event.contract, event.until);
    case "recall_noticed":
      return notice(state, event.recall);
    case "recall_withdrawn":
      return withdraw(state, event.recall);
    case "recall_handed_over":
      return handOver(state, event.recall);
    case "contract_breached":
      return breach(state, event);
    case "pool_interrupted":
      return shake(state, poolOf(state, event.pool), event.at);
    case "contract_interrupted":
    case "contract_cancelled":
      return interrupt(state, event.contract, event.at);
    case "contract_ended":
      return end(state, event.contract, event.recalled);
    case "time_advanced":
      return advance(state, event.now);
  }
}

function advance(state: MarketState, now: EpochMs): void {
  state.hash.remove(timeFields(state.now));
  state.now = now;
  state.hash.add(timeFields(now));
  state.due.dropUntil(now);
  for (const pool of state.pools.values()) pool.holdings.forget(floorTo(now, MINUTE_MS));
}
