import { exchangeRecords } from "../exchange/records.ts";
import { stateHash } from "../exchange/state.ts";
import type { Lease, Store } from "../ports.ts";
import type { Ahead } from "./draft.ts";
import type { SnapshotReader } from "./opening.ts";
import type { SnapshotRecords } from "./snapshot-bytes.ts";
import { writeSnapshotBytes } from "./snapshot-bytes.ts";

export interface SnapshotOptions extends SnapshotReader {
  /** Events from one snapshot to the next. */
  readonly every: number;
  /** So many make one worth its while when the journal is closed. */
  readonly atClose: number;
}

/**
 * Takes snapshots beside the writing.
 *
 * States: idle → taking (one at a time) → idle. Taking one begins in a moment between two batches, when what is ahead is
 * durable: the records are listed at once, and written piece by piece while the next batches are decided.
 */
export class Snapshots {
  readonly #store: Store;
  readonly #lease: Lease;
  readonly #options: SnapshotOptions;
  /** The event after which the last one was taken. */
  #last: number;
  #taking: Promise<void> | null = null;

  constructor(store: Store, lease: Lease, options: SnapshotOptions, last: number) {
    this.#store = store;
    this.#lease = lease;
    this.#options = options;
    this.#last = last;
  }

  /** To be called when all that is ahead is durable. */
  offer(ahead: Ahead): void {
    const isDue = ahead.replica.sequence - this.#last >= this.#options.every;
    if (isDue && this.#taking === null) void this.#take(ahead, othersFirst);
  }

  /** @param alive called again and again meanwhile, so that the right to write does not run out */
  async close(ahead: Ahead, alive: () => Promise<void>): Promise<void> {
    await this.#taking;
    if (ahead.replica.sequence - this.#last < this.#options.atClose) return;
    await this.#take(ahead, alive);
  }

  async #take(ahead: Ahead, pause: () => Promise<void>): Promise<void> {
    this.#last = ahead.replica.sequence;
    this.#taking = this.#write(ahead, pause);
    await this.#taking;
    this.#taking = null;
  }

  /** One that is not taken is no fault: the journal is replayed from the one before. */
  async #write({ replica, views }: Ahead, pause: () => Promise<void>): Promise<void> {
    const { sequence, state } = replica;
    const { program, warn } = this.#options;
    try {
      const hash = stateHash(state);
      const records: SnapshotRecords = {
        ...exchangeRecords(state),
        views: { documents: views.records() },
      };
      const bytes = await writeSnapshotBytes(records, pause);
      const snapshot = { sequence, stateHash: hash, program, bytes };
      const outcome = await this.#store.writeSnapshot(this.#lease, snapshot);
      if (outcome === "fenced") warn("a snapshot came too late to be written", { sequence });
    } catch (fault) {
      warn("a snapshot cannot be taken", { sequence, fault });
    }
  }
}

/** Whatever waits has its turn. */
function othersFirst(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
