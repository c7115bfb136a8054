import type { Policy } from "../policy/policy.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { EpochMs, Gpus } from "../units.ts";
import type { OrderRefusal } from "./check-order.ts";
import type { MarketEvent } from "./events.ts";
import type { NoMatch } from "./match.ts";
import type { Order } from "./order.ts";
import type { OwnerReading, PoolConfig, RecallReason } from "./state.ts";

/** A part of a contract that the owner wants back. */
export interface Taking {
  readonly contract: string;
  readonly fabric: string;
  readonly gpus: Gpus;
}

/** What a breach takes: GPUs that the contract holds throughout from the taking until then. */
export interface Breaking extends Taking {
  readonly until: EpochMs;
}

export type MarketCommand =
  | { readonly type: "open_pool"; readonly pool: PoolConfig; readonly policy: Policy }
  | { readonly type: "read_owner"; readonly pool: string; readonly reading: OwnerReading }
  | { readonly type: "publish_ladder"; readonly pool: string; readonly ladder: Ladder }
  /** `now`: an order is matched when it arrives, and again on request while it stands. */
  | { readonly type: "place_order"; readonly order: Order; readonly now: EpochMs }
  | { readonly type: "match_order"; readonly order: string; readonly now: EpochMs }
  | { readonly type: "cancel_order"; readonly order: string }
  | {
      readonly type: "give_recall";
      readonly recall: string;
      readonly pool: string;
      readonly now: EpochMs;
      readonly due: EpochMs;
      readonly reason: RecallReason;
      readonly takings: readonly Taking[];
    }
  | { readonly type: "withdraw_recall"; readonly recall: string; readonly now: EpochMs }
  | {
      readonly type: "breach";
      readonly pool: string;
      readonly now: EpochMs;
      readonly at: EpochMs;
      readonly takings: readonly Breaking[];
    }
  /** The cluster is down: every live contract of the pool ends without blame. */
  | { readonly type: "interrupt"; readonly pool: string; readonly now: EpochMs }
  /** Time passes: hand-overs that fall due, contracts that end, orders that expire, up to and including `now`. */
  | { readonly type: "advance"; readonly now: EpochMs };

/** Why a command is refused, in the order in which it is checked; orders have their own lists. */
export type MarketRefusal =
  | OrderRefusal
  | NoMatch
  | "pool_already_open"
  | "pool_unknown"
  | "order_id_repeated"
  | "order_unknown"
  | "recall_id_repeated"
  | "recall_unknown"
  | "nothing_taken"
  | "contract_unknown"
  | "notice_too_short"
  | "contract_holds_less"
  | "recall_already_due"
  | "room_was_sold";

export type Decision =
  | { readonly events: readonly MarketEvent[] }
  | { readonly refusal: MarketRefusal };

export function refuse(refusal: MarketRefusal): Decision {
  return { refusal };
}
