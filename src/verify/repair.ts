import type { Store } from "../ports.ts";
import { durationMs, MINUTE_MS } from "../units.ts";
import type { Repair } from "./verify.ts";

/** Documents in one batch. */
const AT_ONCE = 1_000;
const TTL = durationMs(MINUTE_MS);

/**
 * Writes what the journal gives: documents that were otherwise, and the state's hash, as batches without events.
 *
 * @param newId a fresh id of a batch
 * @throws Error where a service is writing meanwhile
 */
export async function repairStore(
  store: Store,
  repair: Repair,
  newId: () => string,
): Promise<void> {
  const lease = await store.takeLease("spillway verify --repair", TTL);
  if (lease === "held_by_another") throw new Error(`${WRITING}: stop it first`);
  try {
    const { documents, after, stateHash } = repair;
    for (let from = 0; from === 0 || from < documents.length; from += AT_ONCE) {
      const some = documents.slice(from, from + AT_ONCE);
      const nothing = { entries: [], answers: [], transactions: [] };
      const batch = { id: newId(), after, documents: some, stateHash, ...nothing };
      if ((await store.commit(lease, batch)) === "fenced") throw new Error(WRITING);
    }
  } finally {
    await store.dropLease(lease);
  }
}

const WRITING = "A service is writing to this store";
