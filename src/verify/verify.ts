/** Whether all that stands in a store is what its journal gives. */
import { stateHash } from "../exchange/state.ts";
import type { Document, StateSnapshot } from "../ports.ts";
import type { Database } from "../store/database.ts";
import type { Snapshot } from "../store/snapshot.ts";
import { atOneInstant } from "../store/snapshot.ts";
import { checkAudit } from "./audit.ts";
import { Books } from "./books.ts";
import { compareDocuments } from "./documents.ts";
import { Faults } from "./faults.ts";
import { Replay, versionOf } from "./replay.ts";

export interface Verdict {
  readonly events: number;
  readonly batches: number;
  readonly documents: number;
  readonly transfers: number;
  readonly answers: number;
  /** Entries of the audit log. */
  readonly audited: number;
  /** Batches whose hash is of an older version, and was not compared. */
  readonly olderHashes: number;
  /** Sentences; none: all is as it should be. */
  readonly faults: readonly string[];
  /** What can be mended from the journal; null: the journal or the ledger is itself at fault. */
  readonly repair: Repair | null;
}

export interface Repair {
  readonly documents: readonly Document[];
  /** The state's hash, where the newest one in the store is of an older version; null: none is needed. */
  readonly anchor: string | null;
  readonly after: number;
  readonly stateHash: string;
}

/** Reads the whole store as it is at one instant, beside its writer. */
export function verify(database: Database): Promise<Verdict> {
  return atOneInstant(database, verifySnapshot);
}

async function verifySnapshot(snapshot: Snapshot): Promise<Verdict> {
  const faults = new Faults();
  const newest = await snapshot.newestState();
  const replay = new Replay(faults, newest?.sequence);
  const books = new Books(snapshot.transfers(), faults);
  for await (const batch of snapshot.batches()) {
    for (const transaction of replay.hear(batch)) await books.hear(transaction);
  }
  await books.finish(replay.isWhole);
  await books.compareBalances(snapshot.balances(), replay);
  const answers = await checkAnswers(snapshot, replay, faults);
  await checkWriter(snapshot, replay, faults);
  const { audit } = await snapshot.writer();
  const audited = await checkAudit(snapshot.audit(), audit, faults);
  const isSound = faults.none;
  // Nothing depends on it: a start that does not come to the journal's own hash leaves it aside.
  if (newest !== null) compareState(newest, replay, faults);
  const { count, stale } = replay.isWhole
    ? await compareDocuments(snapshot.documents(), replay.documents, faults)
    : { count: 0, stale: [] };
  const hash = stateHash(replay.replica.state);
  return {
    events: replay.replica.sequence,
    batches: replay.batches,
    documents: count,
    transfers: books.transfers,
    answers,
    audited,
    olderHashes: replay.olderHashes,
    faults: faults.all(),
    repair: isSound
      ? {
          documents: stale,
          anchor: replay.isAnchored ? null : hash,
          after: replay.replica.sequence,
          stateHash: hash,
        }
      : null,
  };
}

/** An answer names events that there are, and an account that there is. */
async function checkAnswers(snapshot: Snapshot, replay: Replay, faults: Faults): Promise<number> {
  const { sequence, state } = replay.replica;
  let count = 0;
  for await (const { account, key, first, last } of snapshot.answers()) {
    count += 1;
    if (!replay.isWhole) continue;
    const name = `The answer to ${account}'s request ${JSON.stringify(key)}`;
    if (first < 1 || last > sequence || last < first - 1) {
      faults.add(`${name} names events ${first} to ${last}, which there are not.`);
    }
    if (!state.accounts.accounts.has(account)) faults.add(`${name} belongs to no account.`);
  }
  return count;
}

/** One of an older version says nothing to this one. */
function compareState(
  { sequence, stateHash: written }: Pick<StateSnapshot, "sequence" | "stateHash">,
  { notedHash, replica, isWhole }: Replay,
  faults: Faults,
): void {
  const found = notedHash ?? "none, for no batch ends there";
  const isOlder = versionOf(written) !== versionOf(stateHash(replica.state));
  if (!isWhole || isOlder || found === written) return;
  faults.add(
    `The snapshot after event ${sequence} has the state ${written}; the journal gives ${found}.`,
  );
}

async function checkWriter(snapshot: Snapshot, replay: Replay, faults: Faults): Promise<void> {
  const { sequence, batches } = await snapshot.writer();
  const isSame = batches === replay.batches && sequence === replay.replica.sequence;
  if (isSame || !replay.isWhole) return;
  faults.add(
    `The writer's row counts ${batches} batches up to event ${sequence}; the journal has ${replay.batches} up to event ${replay.replica.sequence}.`,
  );
}
