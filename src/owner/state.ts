import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type { DurationMs, EpochMs, Gpus, MicroUsdPerGpuHour, Ppm, Window } from "../units.ts";
import { ppm } from "../units.ts";

/** What the owner asks of a pool. */
export interface Offering {
  readonly pool: string;
  /** Price of a firm GPU-hour; the ladder's other rungs are shares of it. */
  readonly price: MicroUsdPerGpuHour;
  /** False: nothing new is sold; what is sold stays. */
  readonly selling: boolean;
}

/** A training run that the owner has announced. */
export interface TrainingRun {
  readonly id: string;
  readonly pool: string;
  readonly name: string;
  readonly declared: EpochMs;
  readonly start: EpochMs;
  readonly duration: DurationMs;
  readonly gpus: Gpus;
  /** Shown by the cluster, which it follows; absent: declared by hand. */
  readonly source?: "cluster";
}

/** A time in which GPUs of a pool are not sold: withheld by the owner, under maintenance, or broken. */
export interface Block {
  readonly id: string;
  readonly pool: string;
  readonly kind: "blackout" | "maintenance" | "failure";
  readonly window: Window;
  /** Null: the whole pool. */
  readonly gpus: Gpus | null;
  readonly note: string;
}

/** Shares of the price. */
export interface Fees {
  /** The market's part of what a pool's owner, or a reseller, receives. */
  readonly sale: Ppm;
  readonly resale: Ppm;
  /** What a holder who cancels forgoes of the price of what is left. */
  readonly cancellation: Ppm;
}

/** What the owner offers, and what the owner keeps back. Changed only by `applyOwner`. */
export interface OwnerState {
  readonly offerings: HashedMap<string, Offering>;
  readonly runs: HashedMap<string, TrainingRun>;
  readonly blocks: HashedMap<string, Block>;
  readonly fees: HashedMap<"fees", Fees>;
}

export const DEFAULT_FEES: Fees = {
  sale: ppm(0),
  resale: ppm(20_000),
  cancellation: ppm(200_000),
};

export function nothingOffered(hash: StateHash): OwnerState {
  return {
    offerings: new HashedMap(hash, (offering) => [
      "offering",
      offering.pool,
      offering.price,
      String(offering.selling),
    ]),
    runs: new HashedMap(hash, (run) => [
      "run",
      run.id,
      run.pool,
      run.name,
      run.declared,
      run.start,
      run.duration,
      run.gpus,
      ...(run.source === undefined ? [] : [run.source]),
    ]),
    blocks: new HashedMap(hash, ({ id, pool, kind, window, gpus, note }) => [
      "block",
      id,
      pool,
      kind,
      window.start,
      window.end,
      gpus ?? "",
      note,
    ]),
    fees: new HashedMap(hash, (fees) => ["fees", fees.sale, fees.resale, fees.cancellation]),
  };
}

export function feesOf(state: OwnerState): Fees {
  return state.fees.get("fees") ?? DEFAULT_FEES;
}
