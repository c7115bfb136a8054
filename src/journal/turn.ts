import type { ExchangeCommand, ExchangeRefusal } from "../exchange/commands.ts";
import type { ExchangeState } from "../exchange/state.ts";
import type { RecallPlanRefusal } from "../operator/recall-plan.ts";
import type { Requester } from "./audit.ts";
import type { Recorded } from "../exchange/recorded.ts";

/** Decides on the writer's own state; each command's events stand in it before the next is decided. */
export interface Desk {
  readonly state: ExchangeState;
  /** @returns the refusal, or null once the command's events stand in the state */
  do(command: ExchangeCommand): ExchangeRefusal | null;
}

/**
 * What one request wants done, all in one go. It checks before it does: what it did before it refuses stays done. It may be
 * called again, on a state that was built anew, where a commit has failed.
 */
export type Turn = (desk: Desk) => TurnRefusal | null;

/** The core's refusals of commands, and of what was to be planned before any was given. */
export type TurnRefusal = ExchangeRefusal | RecallPlanRefusal;

/** A request that shall have one effect, however often it is sent. */
export interface RequestKey {
  readonly account: string;
  readonly key: string;
  /** SHA-256 of all that the request asks for. */
  readonly digest: string;
}

/** What came of a turn, once it is durable. */
export interface Receipt {
  readonly refusal: TurnRefusal | "idempotency_key_reused" | null;
  readonly events: readonly Recorded[];
  /** Whether this is the answer to an earlier request with the same key. */
  readonly replayed: boolean;
}

/** A turn and who waits for it. */
export interface Waiting {
  readonly turn: Turn;
  readonly request: RequestKey | null;
  /** Who asked for it; null: nobody did, the service does it by itself. */
  readonly by: Requester | null;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (fault: Error) => void;
}

export function nameOf({ account, key }: { account: string; key: string }): string {
  return `${account} ${key}`;
}

/** The same key came with another request. */
export const KEY_REUSED: Receipt = {
  refusal: "idempotency_key_reused",
  events: [],
  replayed: false,
};
