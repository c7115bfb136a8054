/**
 * What is really in the store, whoever thinks what of it: every batch as it was committed, the state that its events give
 * on a replica of the simulator's own, and what the auditor makes of them.
 */
import { ExchangeAuditor } from "../../src/exchange/auditor.test-data.ts";
import type { ExchangeCommand } from "../../src/exchange/commands.ts";
import type { Recorded } from "../../src/exchange/recorded.ts";
import { stateHash } from "../../src/exchange/state.ts";
import { fromEntry } from "../../src/journal/entries.ts";
import { advanceReplica, emptyReplica } from "../../src/journal/replica.ts";
import type { Answer, Batch, JournalEntry, Lease } from "../../src/ports.ts";
import { epochMs } from "../../src/units.ts";
import { demand } from "../violation.ts";
import { OwnersWord } from "./owners-word.ts";
import { TradeTerms } from "./trade-terms.ts";

/** The command that brought an event, and for which request it was decided; null: for the service itself. */
export interface Cause {
  readonly command: ExchangeCommand;
  readonly request: string | null;
}

export type CauseOf = (sequence: number) => Cause | undefined;

/** Names of requests that are sent without a key begin so. */
export const UNKEYED = "without-key-";

export class Truth {
  readonly replica = emptyReplica();
  readonly recorded: Recorded[] = [];
  /** By account and key. */
  readonly answers = new Map<string, Answer>();
  /** Sequence numbers of what each request has brought. */
  readonly effects = new Map<string, number[]>();
  /** Events by their type. */
  readonly counts = new Map<string, number>();
  readonly #owner = new OwnersWord();
  readonly #trade = new TradeTerms();
  readonly #auditor = new ExchangeAuditor(epochMs(0));
  /** Who has the right to write. */
  writer = "";
  batches = 0;
  /** Of all batches so far, their documents included. */
  trace = 0;

  leased({ writer }: Lease): void {
    this.writer = writer;
  }

  committed(writer: string, batch: Batch, causeOf: CauseOf): void {
    demand(writer === this.writer, `${writer} writes after ${this.writer} has taken over`);
    demand(batch.after === this.recorded.length, "a batch follows what was committed before it");
    this.batches += 1;
    const found = new Map<string, number[]>();
    let before: Cause | undefined;
    for (const entry of batch.entries) {
      const recorded = fromEntry(throughJson(entry));
      const { type } = recorded.event;
      this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
      const cause = causeOf(recorded.sequence);
      demand(cause !== undefined, `event ${recorded.sequence} comes of a command`);
      if (before !== undefined && before !== cause) this.#auditor.check(this.replica.state);
      before = cause;
      this.#auditor.hear(recorded.event, cause.command);
      advanceReplica(this.replica, recorded);
      this.#owner.hear(recorded.event, this.replica.state);
      this.#trade.hear(recorded.event, cause.command, this.replica.state);
      this.recorded.push(recorded);
      if (cause.request !== null) listOf(found, cause.request).push(recorded.sequence);
    }
    if (before !== undefined) this.#auditor.check(this.replica.state);
    const hash = stateHash(this.replica.state);
    demand(hash === batch.stateHash, "what is replayed is what was decided");
    this.trace = mixed(this.trace, `${batch.id} ${hash} ${batch.documents.length}`);
    this.#answered(batch.answers, found);
  }

  /** A request has its effects in one batch only, and its answer beside them. */
  #answered(answers: readonly Answer[], found: ReadonlyMap<string, number[]>): void {
    for (const answer of answers) {
      const name = requestName(answer);
      demand(!this.answers.has(name), `${name} is answered once`);
      this.answers.set(name, answer);
      const effects = found.get(name) ?? [];
      const count = Math.max(0, answer.last - answer.first + 1);
      demand(effects.length === count, `the answer to ${name} names all that it brought`);
      demand(count === 0 || effects[0] === answer.first, `and nothing else than ${name} brought`);
    }
    for (const [name, effects] of found) {
      const isAnswered = this.answers.has(name) || name.includes(UNKEYED);
      demand(isAnswered, `what ${name} brought is durable with its answer`);
      demand(!this.effects.has(name), `${name} has one effect`);
      this.effects.set(name, effects);
    }
  }
}

export function requestName({ account, key }: { account: string; key: string }): string {
  return `${account}/${key}`;
}

function listOf(lists: Map<string, number[]>, name: string): number[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

/** What a database gives back of what it was given. */
function throughJson(entry: JournalEntry): JournalEntry {
  return JSON.parse(JSON.stringify(entry)) as JournalEntry;
}

/** FNV-1a, carried on. */
function mixed(before: number, text: string): number {
  let hash = before ^ 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  }
  return hash >>> 0;
}
