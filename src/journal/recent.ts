import type { Recorded } from "../exchange/recorded.ts";
import type { Journal } from "./journal.ts";

const KEPT = 4096;

/** The newest durable events, in memory: whoever follows the journal reads the store only to catch up. */
export class RecentEvents {
  readonly #events: Recorded[] = [];
  #last: number;
  #woken = Promise.withResolvers<void>();

  constructor(journal: Journal) {
    this.#last = journal.durable.sequence;
    journal.listen((events) => this.#hear(events));
  }

  /** The newest event's sequence number. */
  get last(): number {
    return this.#last;
  }

  /** At most `limit` events after `sequence`, in order; null: they are no longer kept. */
  after(sequence: number, limit: number): readonly Recorded[] | null {
    if (sequence >= this.#last) return [];
    const first = this.#events[0]?.sequence ?? this.#last + 1;
    if (sequence + 1 < first) return null;
    const from = sequence + 1 - first;
    return this.#events.slice(from, from + limit);
  }

  /** Until something new is there. Who finds nothing and asks at once misses nothing. */
  next(): Promise<void> {
    return this.#woken.promise;
  }

  #hear(events: readonly Recorded[]): void {
    for (const event of events) this.#events.push(event);
    this.#last = events.at(-1)?.sequence ?? this.#last;
    // Cut down seldom, so that it costs little.
    if (this.#events.length > 2 * KEPT) this.#events.splice(0, this.#events.length - KEPT);
    const { resolve } = this.#woken;
    this.#woken = Promise.withResolvers<void>();
    resolve();
  }
}
