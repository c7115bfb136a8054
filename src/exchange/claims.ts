import { HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type { EpochMs, Gpus, MicroUsd, Window } from "../units.ts";

/**
 * A holder's word that GPUs which were promised were not there. Breaches that the market knows of are credited without
 * any claim; a claim is for what it does not know of.
 *
 * States: open → accepted (with a credit) or declined (with a reason), which leaves the state. One open claim a
 * contract.
 */
export interface BreachClaim {
  readonly id: string;
  readonly account: string;
  readonly contract: string;
  /** That it was bought from: whose promise is said to be broken. */
  readonly pool: string;
  readonly window: Window;
  readonly gpus: Gpus;
  readonly note: string;
  readonly claimed: EpochMs;
}

export type ClaimOutcome =
  | { readonly kind: "accepted"; readonly credit: MicroUsd }
  | { readonly kind: "declined"; readonly reason: string };

export type HolderCommand =
  /** Where the holder's checkpoints live, across recalls; null: nowhere that is known. */
  | {
      readonly type: "keep_checkpoint";
      readonly contract: string;
      readonly account: string;
      readonly uri: string | null;
    }
  /** A notice of recall by which nothing is taken, so that the holder can try what a recall would do. */
  | {
      readonly type: "drill_recall";
      readonly drill: string;
      readonly contract: string;
      readonly account: string;
      readonly now: EpochMs;
    }
  /** Whose contract it is or was, whoever sends the command has looked up: the state forgets what is over. */
  | { readonly type: "claim_breach"; readonly claim: BreachClaim }
  | { readonly type: "decide_claim"; readonly claim: string; readonly outcome: ClaimOutcome };

export interface Drill {
  readonly id: string;
  readonly account: string;
  readonly contract: string;
  readonly noticed: EpochMs;
  /** When a recall that is noticed now would be handed over. */
  readonly due: EpochMs;
  readonly gpus: Gpus;
}

export type HolderEvent =
  | {
      readonly type: "checkpoint_kept";
      readonly contract: string;
      readonly account: string;
      readonly uri: string | null;
    }
  | { readonly type: "recall_drilled"; readonly drill: Drill }
  | { readonly type: "breach_claimed"; readonly claim: BreachClaim }
  /** An accepted claim's credit is given by the events that follow. */
  | {
      readonly type: "breach_claim_decided";
      readonly claim: BreachClaim;
      readonly outcome: ClaimOutcome;
    };

/**
 * The first of these that is true, command by command.
 * - `keep_checkpoint`: `contract_unknown` (of this holder, and live).
 * - `drill_recall`: `contract_unknown`, `contract_firm`: it is never recalled; `nothing_left`.
 * - `claim_breach`: `account_unknown`, `claim_id_repeated`, `claim_open_already` (for this contract),
 *   `gpus_not_positive`, `duration_not_positive`, `claim_in_the_future`.
 * - `decide_claim`: `claim_unknown`, `amount_not_positive`.
 */
export type HolderRefusal =
  | "account_unknown"
  | "contract_unknown"
  | "contract_firm"
  | "nothing_left"
  | "claim_id_repeated"
  | "claim_open_already"
  | "gpus_not_positive"
  | "duration_not_positive"
  | "claim_in_the_future"
  | "claim_unknown"
  | "amount_not_positive";

export type OpenClaims = HashedMap<string, BreachClaim>;

export function noClaims(hash: StateHash): OpenClaims {
  return new HashedMap(hash, ({ id, account, contract, pool, window, gpus, note, claimed }) => [
    "claim",
    id,
    account,
    contract,
    pool,
    window.start,
    window.end,
    gpus,
    note,
    claimed,
  ]);
}
