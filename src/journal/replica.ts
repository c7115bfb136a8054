import { applyExchange } from "../exchange/apply-exchange.ts";
import type { ExchangeState } from "../exchange/state.ts";
import { emptyExchange, stateHash } from "../exchange/state.ts";
import type { Store } from "../ports.ts";
import type { EpochMs } from "../units.ts";
import { epochMs } from "../units.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { fromEntry } from "./entries.ts";

/** A state and how far in the journal it is. */
export interface Replica {
  readonly state: ExchangeState;
  sequence: number;
}

/** Entries read at a time. */
const PAGE = 2000;
const BEGINNING = epochMs(0);

export function emptyReplica(): Replica {
  return { state: emptyExchange(BEGINNING), sequence: 0 };
}

export function advanceReplica(replica: Replica, { sequence, event }: Recorded): void {
  if (sequence !== replica.sequence + 1) {
    throw new Error(`bug: after event ${replica.sequence} comes the next one, not ${sequence}`);
  }
  applyExchange(replica.state, event);
  replica.sequence = sequence;
}

/** Every event of the journal after `sequence`, in order. */
export async function* replayAfter(store: Store, sequence: number): AsyncGenerator<Recorded> {
  for (let last = sequence; ;) {
    const page = await store.entriesAfter(last, PAGE);
    for (const entry of page) yield fromEntry(entry);
    const end = page.at(-1);
    if (end === undefined) return;
    last = end.sequence;
  }
}

/** Every event of the journal up to `last`, in order. */
export async function* replayUntil(store: Store, last: number): AsyncGenerator<Recorded> {
  for await (const recorded of replayAfter(store, 0)) {
    if (recorded.sequence > last) return;
    yield recorded;
  }
}

/** @throws where the state that the journal gives is not the one that was written beside it */
export function checkHash(replica: Replica, written: string): void {
  const found = stateHash(replica.state);
  const isSameSchema = written.split(":")[0] === found.split(":")[0];
  if (isSameSchema && written !== found) {
    throw new Error(
      `replaying the journal up to event ${replica.sequence} gives the state ${found}, but ${written} was written: run spillway verify`,
    );
  }
}

/** When the newest event happened. */
export function timeOf({ state }: Replica): EpochMs {
  return state.market.now;
}
