import type { MicroUsdPerGpuHour } from "../units.ts";
import type { Block, Fees, Offering, TrainingRun } from "./state.ts";

export type OwnerCommand =
  | { readonly type: "set_price"; readonly pool: string; readonly price: MicroUsdPerGpuHour }
  | { readonly type: "set_selling"; readonly pool: string; readonly selling: boolean }
  | { readonly type: "declare_run"; readonly run: TrainingRun }
  | { readonly type: "withdraw_run"; readonly run: string }
  | { readonly type: "block_gpus"; readonly block: Block }
  | { readonly type: "unblock_gpus"; readonly block: string }
  | { readonly type: "set_fees"; readonly fees: Fees };

export type OwnerEvent =
  | { readonly type: "offering_set"; readonly offering: Offering }
  | { readonly type: "run_declared"; readonly run: TrainingRun }
  | { readonly type: "run_withdrawn"; readonly run: string }
  | { readonly type: "gpus_blocked"; readonly block: Block }
  | { readonly type: "gpus_unblocked"; readonly block: string }
  | { readonly type: "fees_set"; readonly fees: Fees };

/**
 * Why the owner's command is refused: the first of these that is true, command by command.
 * - `set_price`: `pool_unknown`, `price_not_positive`. `set_selling`: `pool_unknown`, `price_missing`: a price comes first.
 * - `declare_run`: `pool_unknown`, `run_id_repeated`, `gpus_not_positive`, `duration_not_positive`, `run_is_over`.
 *   `withdraw_run`: `run_unknown`.
 * - `block_gpus`: `pool_unknown`, `block_id_repeated`, `gpus_not_positive`, `duration_not_positive`,
 *   `block_is_over`.
 *   `unblock_gpus`: `block_unknown`.
 * - `set_fees`: `fee_out_of_range`: a fee is a share from 0 to 1.
 */
export type OwnerRefusal =
  | "pool_unknown"
  | "price_not_positive"
  | "price_missing"
  | "run_id_repeated"
  | "gpus_not_positive"
  | "duration_not_positive"
  | "run_is_over"
  | "run_unknown"
  | "block_id_repeated"
  | "block_is_over"
  | "block_unknown"
  | "fee_out_of_range";
