import type { LedgerTransaction } from "../ledger/transfer.ts";
import { transactionsOf } from "../journal/draft.ts";
import { fromEntry } from "../journal/entries.ts";
import type { Replica } from "../journal/replica.ts";
import { advanceReplica, emptyReplica } from "../journal/replica.ts";
import { stateHash } from "../exchange/state.ts";
import type { Document, JournalEntry } from "../ports.ts";
import type { StoredBatch } from "../store/snapshot.ts";
import { Views } from "../views/views.ts";
import type { Faults } from "./faults.ts";

export const versionOf = (hash: string): string => hash.split(":", 1)[0] ?? "";

/** The journal carried out anew, batch by batch, with what was written beside it compared. */
export class Replay {
  readonly replica: Replica = emptyReplica();
  /** Every document as the journal gives it, by kind and id. */
  readonly documents = new Map<string, Document>();
  batches = 0;
  /** Batches whose hash is of an older version of what is hashed, and says nothing to this one. */
  olderHashes = 0;
  /** The newest batch's hash, where it can be compared. */
  isAnchored = true;
  readonly #views = new Views();
  readonly #faults: Faults;
  readonly #noted: number | null;
  /** After the event that was to be noted; null: no batch has ended there. */
  notedHash: string | null = null;
  #isLost = false;
  #differs = false;

  /** @param noted an event after which the state's hash is wanted */
  constructor(faults: Faults, noted: number | null = null) {
    this.#faults = faults;
    this.#noted = noted;
  }

  /** Whether the journal could be carried out to its end. */
  get isWhole(): boolean {
    return !this.#isLost;
  }

  /** @returns the money that the batch moves */
  hear(batch: StoredBatch): readonly LedgerTransaction[] {
    this.batches += 1;
    if (this.#isLost) return [];
    const { number, first, last } = batch;
    const name = `Batch ${number} (events ${first} to ${last})`;
    if (number !== this.batches || first !== this.replica.sequence + 1) {
      return this.#lose(`${name} does not follow batch ${this.batches - 1}: one is missing.`);
    }
    try {
      const moved = this.#carryOut(batch);
      if (this.replica.sequence !== last) return this.#lose(`${name} lacks events.`);
      if (last === this.#noted) this.notedHash = stateHash(this.replica.state);
      this.#compareHash(name, batch.stateHash);
      return moved;
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      return this.#lose(`${name} can't be carried out: ${reason}.`);
    }
  }

  #carryOut({ entries }: StoredBatch): readonly LedgerTransaction[] {
    const moved: LedgerTransaction[] = [];
    for (const line of entries === "" ? [] : entries.split("\n")) {
      const recorded = fromEntry(JSON.parse(line) as JournalEntry);
      advanceReplica(this.replica, recorded);
      this.#views.hear(recorded, this.replica.state);
      moved.push(...transactionsOf(recorded.event));
    }
    for (const document of this.#views.takeChanged()) this.#keep(document);
    return moved;
  }

  /** What a document is may change, its place in lists never. */
  #keep(document: Document): void {
    const name = `${document.kind} ${document.id}`;
    const position = this.documents.get(name)?.position ?? document.position;
    this.documents.set(name, { ...document, position });
  }

  #compareHash(name: string, written: string): void {
    const found = stateHash(this.replica.state);
    this.isAnchored = versionOf(written) === versionOf(found);
    if (!this.isAnchored) this.olderHashes += 1;
    // Whatever follows the first one that differs differs too.
    if (!this.isAnchored || written === found || this.#differs) return;
    this.#differs = true;
    this.#faults.add(`${name} leads to the state ${found}, but ${written} was written beside it.`);
  }

  #lose(sentence: string): readonly LedgerTransaction[] {
    this.#isLost = true;
    this.#faults.add(`${sentence} Nothing after it was compared.`);
    return [];
  }
}
