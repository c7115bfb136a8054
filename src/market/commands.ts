import type { Policy } from "../policy/policy.ts";
import type { Ladder } from "../surplus/ladder.ts";
import type { EpochMs, Gpus, MicroUsdPerGpuHour } from "../units.ts";
import type { OrderRefusal } from "./check-order.ts";
import type { MarketEvent } from "./events.ts";
import type { NoMatch } from "./match.ts";
import type { Order } from "./order.ts";
import type { OwnerReading, PoolConfig, RecallReason } from "./state.ts";

/** A part of a contract that the owner wants back: GPUs that it holds throughout from the taking until then. */
export interface Taking {
  readonly contract: string;
  readonly fabric: string;
  readonly gpus: Gpus;
  readonly until: EpochMs;
}

/** `now` is the state's time: what falls due by then has been carried out by `advance`. */
export type MarketCommand =
  | { readonly type: "open_pool"; readonly pool: PoolConfig; readonly policy: Policy }
  /** Other rules for what is sold from now on, at the same notices and in the same lots. */
  | { readonly type: "change_policy"; readonly pool: string; readonly policy: Policy }
  | { readonly type: "read_owner"; readonly pool: string; readonly reading: OwnerReading }
  | { readonly type: "publish_ladder"; readonly pool: string; readonly ladder: Ladder }
  /** An order is matched when it arrives, and again on request while it stands. */
  | {
      readonly type: "place_order";
      readonly order: Order;
      readonly now: EpochMs;
      /** A listing that leaves the book for this one: what it puts up is free to be put up again. */
      readonly replaces?: string;
    }
  | { readonly type: "match_order"; readonly order: string; readonly now: EpochMs }
  | { readonly type: "cancel_order"; readonly order: string }
  /** The holder gives up what is left of a contract. */
  | {
      readonly type: "cancel_contract";
      readonly contract: string;
      readonly account: string;
      readonly now: EpochMs;
    }
  /** The holder buys the following time for the same GPUs, by an order of this id: a contract of its own. */
  | {
      readonly type: "extend_contract";
      readonly contract: string;
      readonly account: string;
      readonly order: string;
      readonly until: EpochMs;
      readonly limit: MicroUsdPerGpuHour;
      readonly now: EpochMs;
    }
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
      readonly takings: readonly Taking[];
    }
  /** The cluster is down: every live contract of the pool ends without blame. */
  | { readonly type: "interrupt"; readonly pool: string; readonly now: EpochMs }
  /** Time passes: hand-overs that fall due, contracts that end, orders that expire, up to and including `now`. */
  | { readonly type: "advance"; readonly now: EpochMs };

/**
 * Why a command is refused: the first of these that is true, command by command.
 * - `open_pool`: `pool_already_open`; `lot_differs`: all pools of a SKU sell it in the same lots.
 * - `change_policy`: `pool_unknown`, `lot_differs`, `notices_differ`: contracts live at the ones that are.
 * - `read_owner`: `pool_unknown`; `fabrics_differ`: a reading names each fabric of its pool.
 * - `publish_ladder`, `interrupt`: `pool_unknown`.
 * - `place_order`: those of `checkOrder`; `order_id_repeated`; of a sell order `sell_not_standing`, `contract_unknown`
 *   (of this holder and SKU), `too_many_listings`: a hundred of this contract, `contract_holds_less`: less, or less beside its other listings; of an immediate buy order those of `matchBuy`.
 * - `match_order`: `order_unknown`, those of `matchBuy`. `cancel_order`: `order_unknown`.
 * - `cancel_contract`: `contract_unknown` (of this holder), `contract_listed`: a part of it is offered; `recall_pending`: a
 *   part of it is handed over and paid for first; `nothing_left`.
 * - `extend_contract`: `contract_unknown` (of this holder), `nothing_left` (at its end), those of `checkOrder`,
 *   `order_id_repeated`, those of `matchPlaces`.
 * - `give_recall`: `pool_unknown`, `recall_id_repeated`, `nothing_taken`, `time_not_minute_aligned`, then those of the
 *   first taking that has any.
 * - `withdraw_recall`: `recall_unknown`, `recall_already_due`, `room_was_sold`.
 * - `breach`: `pool_unknown`, `nothing_taken`, `time_not_minute_aligned`, `taken_in_the_past`, then those of the first
 *   taking that has any.
 * - of a taking: `contract_unknown` (in this pool), `gpus_not_positive`, `gpus_not_whole_lots`,
 *   `time_not_minute_aligned`, `notice_too_short` (of a recall), `contract_holds_less` (beside the takings before it),
 *   `block_taken_in_part`.
 */
export type MarketRefusal =
  | OrderRefusal
  | NoMatch
  | "pool_already_open"
  | "lot_differs"
  | "notices_differ"
  | "pool_unknown"
  | "fabrics_differ"
  | "order_id_repeated"
  | "order_unknown"
  | "sell_not_standing"
  | "recall_id_repeated"
  | "recall_unknown"
  | "nothing_taken"
  | "taken_in_the_past"
  | "contract_unknown"
  | "contract_listed"
  | "too_many_listings"
  | "recall_pending"
  | "nothing_left"
  | "notice_too_short"
  | "contract_holds_less"
  | "block_taken_in_part"
  | "recall_already_due"
  | "room_was_sold";

export type Decision =
  | { readonly events: readonly MarketEvent[] }
  | { readonly refusal: MarketRefusal };

export function refuse(refusal: MarketRefusal): Decision {
  return { refusal };
}
