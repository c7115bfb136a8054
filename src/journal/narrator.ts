import { OWNER } from "../accounts/account.ts";
import type { Recorded } from "../exchange/recorded.ts";
import type { Store, Viewer } from "../ports.ts";
import type { Notification } from "../views/notification.ts";
import { isTold, notificationsOf, subjectsOf } from "../views/notification.ts";
import type { Known, Subject } from "../views/tellers.ts";
import type { RecallResource } from "../views/resources.ts";
import { fromEntry } from "./entries.ts";
import type { RecentEvents } from "./recent.ts";

/** A part of the journal, as it is told. */
export interface Chapter {
  readonly notifications: readonly Notification[];
  /** The last event that was looked at, told or not. */
  readonly last: number;
}

const ALL: Viewer = { account: OWNER, sees: "all" };
const REMEMBERED = 50_000;

/**
 * Tells what has happened to whom. Whose a contract or an order is never changes, so that the documents say it of what
 * was long ago as of what is new.
 */
export class Narrator {
  readonly #store: Store;
  readonly #recent: RecentEvents;
  readonly #accounts = new Map<string, string | null>();

  constructor(store: Store, recent: RecentEvents) {
    this.#store = store;
    this.#recent = recent;
  }

  /** What at most `limit` events after `sequence` are told as; null: there are none yet. */
  async after(sequence: number, limit: number): Promise<Chapter | null> {
    const kept = this.#recent.after(sequence, limit);
    const page = kept === null ? await this.#readStored(sequence, limit) : pageOf(kept);
    if (page.last === null) return null;
    const told: Notification[] = [];
    for (const recorded of page.events) told.push(...(await this.#tell(recorded)));
    return { notifications: told, last: page.last };
  }

  async #readStored(sequence: number, limit: number) {
    const entries = await this.#store.entriesAfter(sequence, limit);
    const events = entries.filter(({ type }) => isTold(type)).map(fromEntry);
    return { events, last: entries.at(-1)?.sequence ?? null };
  }

  async #tell(recorded: Recorded): Promise<readonly Notification[]> {
    const accounts = new Map<string, string | null>();
    const recalls = new Map<string, RecallResource>();
    for (const subject of subjectsOf(recorded.event)) {
      if (subject.kind === "recall") {
        const recall = await this.#store.document(ALL, "recall", subject.id);
        if (recall !== null) recalls.set(subject.id, recall.body as unknown as RecallResource);
      } else accounts.set(nameOf(subject), await this.#accountOf(subject));
    }
    const known: Known = {
      account: (kind, id) => accounts.get(nameOf({ kind, id })) ?? null,
      recall: (id) => recalls.get(id) ?? null,
    };
    return notificationsOf(recorded, known);
  }

  async #accountOf(subject: Subject): Promise<string | null> {
    const name = nameOf(subject);
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const found = await this.#store.document(ALL, subject.kind, subject.id);
    if (this.#accounts.size >= REMEMBERED) this.#accounts.clear();
    this.#accounts.set(name, found?.account ?? null);
    return found?.account ?? null;
  }
}

function nameOf({ kind, id }: Subject): string {
  return `${kind} ${id}`;
}

function pageOf(kept: readonly Recorded[]) {
  const events = kept.filter(({ event }) => isTold(event.type));
  return { events, last: kept.at(-1)?.sequence ?? null };
}
