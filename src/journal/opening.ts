import { restoreExchange } from "../exchange/records.ts";
import { stateHash } from "../exchange/state.ts";
import type { StateSnapshot, Store } from "../ports.ts";
import { Views } from "../views/views.ts";
import type { Replica } from "./replica.ts";
import { advanceReplica, checkHash, emptyReplica, replayAfter } from "./replica.ts";
import { readSnapshotBytes } from "./snapshot-bytes.ts";
import { Unavailable } from "./unavailable.ts";

/** Told of what an operator should know. */
export type Warn = (sentence: string, details: Readonly<Record<string, unknown>>) => void;

/** Whose snapshots are read. */
export interface SnapshotReader {
  /** The version of this very program: no other's snapshots are read. */
  readonly program: string;
  readonly warn: Warn;
}

/** A state so many times over, and the read models that follow it. */
export interface Replicas {
  readonly replicas: readonly Replica[];
  readonly views: Views;
  /** The event after which the journal was replayed: that of a snapshot, or 0. */
  readonly replayedFrom: number;
}

/**
 * The states that the journal gives, from the newest snapshot that serves, or else from its beginning. A snapshot that
 * does not is left where it is, and never converted: the journal alone is the truth.
 *
 * @param copies how many states are wanted
 * @param alive called again and again meanwhile, so that the right to write does not run out
 * @throws Unavailable where that is gone; Error where the journal does not give what was written beside it
 */
export async function replicasOf(
  store: Store,
  copies: number,
  reader: SnapshotReader | null,
  alive: () => Promise<void>,
): Promise<Replicas> {
  for await (const snapshot of reader === null ? [] : snapshotsOf(store, reader)) {
    try {
      return await replayed(store, await restored(snapshot, copies, alive));
    } catch (fault) {
      if (fault instanceof Unavailable) throw fault;
      leaveAside(snapshot, fault, reader);
    }
  }
  const replicas = Array.from({ length: copies }, emptyReplica);
  return replayed(store, { replicas, views: new Views(), replayedFrom: 0 });
}

function leaveAside({ sequence }: StateSnapshot, fault: unknown, reader: SnapshotReader | null) {
  reader?.warn("a snapshot is left aside", { sequence, fault });
}

/** This program's, newest first. One that cannot be read is as good as none. */
async function* snapshotsOf(
  store: Store,
  reader: SnapshotReader,
): AsyncGenerator<StateSnapshot, void, undefined> {
  for (let before: number | undefined; ;) {
    const snapshot = await newest(store, before, reader);
    if (snapshot === null) return;
    before = snapshot.sequence;
    if (snapshot.program === reader.program) yield snapshot;
    else leaveAside(snapshot, `it is of the program ${snapshot.program}`, reader);
  }
}

async function newest(store: Store, before: number | undefined, { warn }: SnapshotReader) {
  try {
    return await store.newestSnapshot(before);
  } catch (fault) {
    warn("snapshots cannot be read: the whole journal is", { fault });
    return null;
  }
}

/** The records are shared between the copies: states replace them, and never change them. */
async function restored(
  { bytes, sequence, stateHash: written }: StateSnapshot,
  copies: number,
  alive: () => Promise<void>,
): Promise<Replicas> {
  const records = await readSnapshotBytes(bytes, alive);
  const replicas: Replica[] = [];
  while (replicas.length < copies) {
    const state = restoreExchange(records);
    const found = stateHash(state);
    if (found !== written) throw new Error(`it gives the state ${found}, not ${written}`);
    replicas.push({ state, sequence });
    await alive();
  }
  return { replicas, views: new Views(records.views.documents), replayedFrom: sequence };
}

async function replayed(store: Store, start: Replicas): Promise<Replicas> {
  const { replicas, views, replayedFrom } = start;
  const [first] = replicas;
  if (first === undefined) throw new Error("bug: at least one state is wanted");
  for await (const recorded of replayAfter(store, replayedFrom)) {
    for (const each of replicas) advanceReplica(each, recorded);
    views.hear(recorded, first.state);
  }
  views.takeChanged();
  const head = await store.head();
  if (head !== null) checkHash(first, head.stateHash);
  return start;
}
