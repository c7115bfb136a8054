import type { EpochMs, Ppm } from "../units.ts";
import { later, ONE_PPM } from "../units.ts";
import type { OwnerCommand, OwnerEvent, OwnerRefusal } from "./commands.ts";
import type { Block, Fees, OwnerState, TrainingRun } from "./state.ts";

/** What the owner's commands are checked against. */
export interface OwnerContext {
  readonly now: EpochMs;
  readonly isPool: (id: string) => boolean;
}

export function decideOwner(
  state: OwnerState,
  command: OwnerCommand,
  context: OwnerContext,
): OwnerEvent | OwnerRefusal {
  switch (command.type) {
    case "set_price":
      return setPrice(state, command, context);
    case "set_selling":
      return setSelling(state, command, context);
    case "declare_run":
      return declareRun(state, command.run, context);
    case "withdraw_run":
      if (!state.runs.has(command.run)) return "run_unknown";
      return { type: "run_withdrawn", run: command.run };
    case "block_gpus":
      return block(state, command.block, context);
    case "unblock_gpus":
      if (!state.blocks.has(command.block)) return "block_unknown";
      return { type: "gpus_unblocked", block: command.block };
    case "set_fees":
      break;
  }
  return setFees(command.fees);
}

function setFees(fees: Fees): OwnerEvent | OwnerRefusal {
  const isShare = Object.values(fees).every((fee: Ppm) => fee >= 0 && fee <= ONE_PPM);
  return isShare ? { type: "fees_set", fees } : "fee_out_of_range";
}

function setPrice(
  state: OwnerState,
  { pool, price }: Extract<OwnerCommand, { type: "set_price" }>,
  context: OwnerContext,
): OwnerEvent | OwnerRefusal {
  if (!context.isPool(pool)) return "pool_unknown";
  if (price <= 0n) return "price_not_positive";
  const selling = state.offerings.get(pool)?.selling ?? true;
  return { type: "offering_set", offering: { pool, price, selling } };
}

function setSelling(
  state: OwnerState,
  { pool, selling }: Extract<OwnerCommand, { type: "set_selling" }>,
  context: OwnerContext,
): OwnerEvent | OwnerRefusal {
  if (!context.isPool(pool)) return "pool_unknown";
  const before = state.offerings.get(pool);
  if (before === undefined) return "price_missing";
  return { type: "offering_set", offering: { ...before, selling } };
}

function declareRun(
  state: OwnerState,
  run: TrainingRun,
  { now, isPool }: OwnerContext,
): OwnerEvent | OwnerRefusal {
  if (!isPool(run.pool)) return "pool_unknown";
  if (state.runs.has(run.id)) return "run_id_repeated";
  if (run.gpus <= 0) return "gpus_not_positive";
  if (run.duration <= 0) return "duration_not_positive";
  if (later(run.start, run.duration) <= now) return "run_is_over";
  return { type: "run_declared", run };
}

function block(
  state: OwnerState,
  wanted: Block,
  { now, isPool }: OwnerContext,
): OwnerEvent | OwnerRefusal {
  if (!isPool(wanted.pool)) return "pool_unknown";
  if (state.blocks.has(wanted.id)) return "block_id_repeated";
  if (wanted.gpus !== null && wanted.gpus <= 0) return "gpus_not_positive";
  if (wanted.window.start >= wanted.window.end) return "duration_not_positive";
  if (wanted.window.end <= now) return "block_is_over";
  return { type: "gpus_blocked", block: wanted };
}
