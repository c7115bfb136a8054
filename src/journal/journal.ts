/**
 * The one writer of an installation.
 *
 * Turns wait in a queue, the service's own before those of customers. A batch of them is decided in order on the state *ahead*, and committed in one transaction:
 * events, answers, documents and ledger. Then its events are carried out on the *durable* state, which is all that reads,
 * streams and the book see, and whoever waits is told.
 *
 * Now and then it takes a snapshot, so that whoever opens the journal next replays only what came after.
 *
 * States: writing → stopped (fenced off, or closed). Where a commit fails, the state ahead is built anew from the store
 * and the batch is decided again; where its outcome is unknown, the store is asked. Once stopped it stays so: whoever
 * wants to write again opens the journal anew.
 */
import { stateHash } from "../exchange/state.ts";
import type { Answer, Clock, Ids, Lease, Store } from "../ports.ts";
import type { DurationMs } from "../units.ts";
import { assert, durationMs, epochMs } from "../units.ts";
import type { Requester } from "./audit.ts";
import type { Ahead, Draft, Failed, Watch } from "./draft.ts";
import { draftBatch } from "./draft.ts";
import type { Recorded } from "../exchange/recorded.ts";
import { fromEntry } from "./entries.ts";
import { replicasOf } from "./opening.ts";
import type { Replica } from "./replica.ts";
import { advanceReplica } from "./replica.ts";
import type { SnapshotOptions } from "./snapshots.ts";
import { Snapshots } from "./snapshots.ts";
import type { Receipt, RequestKey, Turn, Waiting } from "./turn.ts";
import { KEY_REUSED, nameOf } from "./turn.ts";
import type { UnavailableReason } from "./unavailable.ts";
import { Unavailable } from "./unavailable.ts";

export interface JournalPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly wait: (duration: DurationMs) => Promise<void>;
  readonly watch?: Watch;
}

export interface JournalOptions {
  /** Names the writer in the store, for those who look. */
  readonly writer: string;
  /** After so long without a word from it, another may take over. */
  readonly ttl: DurationMs;
  /** Unless it is said, none are taken or read: the whole journal is replayed. */
  readonly snapshots?: SnapshotOptions;
}

const LARGEST_BATCH = 512;
const LONGEST_QUEUE = 20_000;
/** Together about half a minute: a database that is restarted, or fails over, ends no process. */
const ATTEMPTS = 20;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** Pieces of a snapshot from one renewal to the next: each takes a few milliseconds. */
const SELDOM = 16;
const TAKEN_OVER = "another writer has taken over";

export class Journal {
  /** What is durable: for reading only. */
  readonly durable: Replica;
  #ahead: Ahead;
  readonly #ports: JournalPorts;
  readonly #options: JournalOptions;
  readonly #lease: Lease;
  /** What the service does by itself: readings, recalls and meters, for which no crowd of customers is a reason to wait. */
  readonly #own: Waiting[] = [];
  readonly #queue: Waiting[] = [];
  readonly #snapshots: Snapshots | null;
  readonly #listeners = new Set<(events: readonly Recorded[]) => void>();
  #running: Promise<void> | null = null;
  #stopped: Unavailable | null = null;

  private constructor(
    ports: JournalPorts,
    options: JournalOptions,
    lease: Lease,
    { durable, ahead, snapshots }: Opened,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#lease = lease;
    this.durable = durable;
    this.#ahead = ahead;
    this.#snapshots = snapshots;
  }

  /** Takes the right to write and replays what was written since the last snapshot, however long that takes. */
  static async open(
    ports: JournalPorts,
    options: JournalOptions,
  ): Promise<Journal | "held_by_another"> {
    const lease = await ports.store.takeLease(options.writer, options.ttl);
    if (lease === "held_by_another") return lease;
    try {
      return new Journal(ports, options, lease, await openStates(ports.store, options, lease));
    } catch (fault) {
      if (fault instanceof Unavailable && fault.reason === "fenced") return "held_by_another";
      throw fault;
    }
  }

  /** Why it no longer writes; null: it does. */
  get stopped(): Unavailable | null {
    return this.#stopped;
  }

  /** Turns that wait to be decided. */
  get waiting(): number {
    return this.#own.length + this.#queue.length;
  }

  /**
   * @param by who asks for it, for the audit log; null: the service does it by itself
   * @returns what came of the turn, once it is durable
   * @throws Unavailable where it was not done, or where nobody can know whether it was
   */
  submit(
    turn: Turn,
    request: RequestKey | null = null,
    by: Requester | null = null,
  ): Promise<Receipt> {
    if (this.#stopped !== null) return Promise.reject(this.#stopped);
    const queue = by === null ? this.#own : this.#queue;
    if (queue.length >= LONGEST_QUEUE) {
      const sentence = "more arrives than can be written: try again in a moment";
      return Promise.reject(new Unavailable("overloaded", sentence));
    }
    return new Promise((resolve, reject) => {
      queue.push({ turn, request, by, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Told of every event once it is durable, in order. @returns how to stop listening */
  listen(listener: (events: readonly Recorded[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps the right to write while there is nothing to write. */
  async renew(): Promise<void> {
    if (this.#stopped !== null) return;
    const renewed = await this.#ports.store.renewLease(this.#lease, this.#options.ttl);
    if (renewed === "fenced") this.#stop("fenced", TAKEN_OVER);
  }

  /** Writes what waits, and gives the right to write back. */
  async close(): Promise<void> {
    while (this.#running !== null) await this.#running;
    if (this.#stopped !== null) return;
    this.#stop("closed", "the service is shutting down");
    const renew = renewing(this.#ports.store, this.#lease, this.#options);
    await this.#snapshots?.close(this.#ahead, seldom(renew));
    await this.#ports.store.dropLease(this.#lease);
  }

  async #run(): Promise<void> {
    // What is sent in the same moment is written together.
    await Promise.resolve();
    while (this.waiting > 0 && this.#stopped === null) await this.#write(this.#next());
    this.#running = null;
  }

  #next(): readonly Waiting[] {
    const own = this.#own.splice(0, LARGEST_BATCH);
    return [...own, ...this.#queue.splice(0, LARGEST_BATCH - own.length)];
  }

  /** Whoever waits is told what happened, whatever happens. */
  async #write(turns: readonly Waiting[]): Promise<void> {
    try {
      const fresh = await this.#answerKnown(turns);
      if (fresh.length > 0) await this.#commit(fresh);
    } catch (cause) {
      const fault =
        cause instanceof Unavailable
          ? cause
          : new Unavailable("store_failed", "the store does not answer: try again", cause);
      this.#stop(fault.reason, fault.message, cause);
      for (const { reject } of turns) reject(fault);
    }
  }

  /** Requests that were answered before get the same answer. @returns the others */
  async #answerKnown(turns: readonly Waiting[]): Promise<readonly Waiting[]> {
    const keys = turns.flatMap(({ request }) => (request === null ? [] : [request]));
    if (keys.length === 0) return turns;
    const answers = await this.#eventually(() => this.#ports.store.answers(keys));
    const known = new Map(answers.map((answer) => [nameOf(answer), answer]));
    const fresh: Waiting[] = [];
    for (const waiting of turns) {
      const answer = waiting.request === null ? undefined : known.get(nameOf(waiting.request));
      if (answer === undefined) fresh.push(waiting);
      else waiting.resolve(await this.#again(waiting, answer));
    }
    return fresh;
  }

  /** The answer that was given before, rebuilt from its events. */
  async #again({ request }: Waiting, answer: Answer): Promise<Receipt> {
    if (request?.digest !== answer.digest) return KEY_REUSED;
    const { first, last } = answer;
    const count = last - first + 1;
    const read = () => this.#ports.store.entriesAfter(first - 1, count);
    const entries = count > 0 ? await this.#eventually(read) : [];
    // Only this journal writes answers, and the refusals in them are its own.
    const refusal = answer.refusal as Receipt["refusal"];
    return { refusal, events: entries.map(fromEntry), replayed: true };
  }

  /** Decides the turns and commits them, anew where that fails. @throws Unavailable */
  async #commit(turns: readonly Waiting[]): Promise<void> {
    let left = turns;
    for (let failures = 0; failures < ATTEMPTS && left.length > 0;) {
      const { ids, watch } = this.#ports;
      const draft = draftBatch(this.#ahead, left, this.#now(), ids.next("bat"), watch);
      if ("failed" in draft) {
        // No fault of the store's: however many turns throw, those beside them are carried out.
        left = withoutFailed(left, draft);
      } else {
        const outcome = await this.#tryCommit(draft);
        if (outcome === "committed") return this.#publish(draft);
        if (outcome === "fenced") {
          throw new Unavailable("fenced", TAKEN_OVER);
        }
        failures += 1;
        await this.#ports.wait(pauseAfter(failures));
      }
      this.#ahead = await this.#rebuildAhead();
    }
    if (left.length > 0) throw new Unavailable("store_failed", "the store refuses what is written");
  }

  #now() {
    return epochMs(Math.max(this.#ports.clock.now(), this.#ahead.replica.state.market.now));
  }

  /** Where a commit throws, it may have happened or not: the store tells once it answers again. */
  async #tryCommit({ batch }: Draft): Promise<"committed" | "fenced" | "not_committed"> {
    const { store } = this.#ports;
    try {
      return await store.commit(this.#lease, batch);
    } catch {
      return (await this.#eventually(() => store.hasBatch(batch.id)))
        ? "committed"
        : "not_committed";
    }
  }

  async #rebuildAhead(): Promise<Ahead> {
    const { ahead } = await this.#eventually(() =>
      rebuild(this.#ports.store, this.#options, this.#lease, 1),
    );
    return ahead;
  }

  /** Asks again for a while, unless the right to write is gone. @throws what it threw last */
  async #eventually<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      try {
        return await ask();
      } catch (fault) {
        if (fault instanceof Unavailable) throw fault;
        await this.#ports.wait(pauseAfter(attempt));
      }
    }
    return ask();
  }

  #publish({ decided, recorded }: Draft): void {
    for (const each of recorded) advanceReplica(this.durable, each);
    assert(
      stateHash(this.durable.state) === stateHash(this.#ahead.replica.state),
      "what is durable and what is ahead are the same once all is committed",
    );
    this.#snapshots?.offer(this.#ahead);
    for (const listener of this.#listeners) listener(recorded);
    for (const { waiting, receipt } of decided) waiting.resolve(receipt);
  }

  #stop(reason: UnavailableReason, sentence: string, cause?: unknown): void {
    this.#stopped ??= new Unavailable(reason, sentence, cause);
    for (const { reject } of [...this.#own.splice(0), ...this.#queue.splice(0)]) {
      reject(this.#stopped);
    }
  }
}

/** Longer and longer. */
function pauseAfter(failures: number): DurationMs {
  return durationMs(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
}

function withoutFailed(turns: readonly Waiting[], { failed, cause }: Failed): readonly Waiting[] {
  failed.reject(new Unavailable("turn_failed", "a fault of Spillway's: see its log", cause));
  return turns.filter((waiting) => waiting !== failed);
}

/** What a journal begins with. */
interface Opened {
  readonly durable: Replica;
  readonly ahead: Ahead;
  readonly snapshots: Snapshots | null;
}

async function openStates(store: Store, options: JournalOptions, lease: Lease): Promise<Opened> {
  const { ahead, others, replayedFrom } = await rebuild(store, options, lease, 2);
  const [durable] = others;
  assert(durable !== undefined, "two states are opened");
  const { snapshots } = options;
  const taken = snapshots && new Snapshots(store, lease, snapshots, replayedFrom);
  return { durable, ahead, snapshots: taken ?? null };
}

/** The state that the journal gives, to decide on, and so many copies in all. */
async function rebuild(store: Store, options: JournalOptions, lease: Lease, copies: number) {
  const renew = renewing(store, lease, options);
  const kept = keeping(store, renew);
  const reader = options.snapshots ?? null;
  const { replicas, views, replayedFrom } = await replicasOf(kept, copies, reader, seldom(renew));
  const [replica, ...others] = replicas;
  assert(replica !== undefined, "at least one state is opened");
  const ahead: Ahead = { replica, views, audit: await store.auditHead() };
  return { ahead, others, replayedFrom };
}

/** The store for whoever reads the journal as its writer: the right to write is renewed for each page. */
function keeping(store: Store, renew: () => Promise<void>): Store {
  return {
    ...store,
    entriesAfter: async (sequence, limit) => {
      await renew();
      return store.entriesAfter(sequence, limit);
    },
  };
}

/** Renews the right to write, for what takes longer than it lasts. @throws Unavailable where it is gone */
function renewing(store: Store, lease: Lease, { ttl }: JournalOptions): () => Promise<void> {
  return async () => {
    const renewed = await store.renewLease(lease, ttl);
    if (renewed === "fenced") throw new Unavailable("fenced", TAKEN_OVER);
  };
}

/** Once each {@link SELDOM} calls. */
function seldom(work: () => Promise<void>): () => Promise<void> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls % SELDOM === 0) await work();
  };
}
