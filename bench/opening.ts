/**
 * How long a journal takes to open, with a snapshot of the state and without one, on both stores; then how much longer
 * an order waits while a snapshot is taken beside it, with many live contracts.
 */
import { parseArgs } from "node:util";
import type { Journal } from "../src/journal/journal.ts";
import { stateHash } from "../src/exchange/state.ts";
import type { SnapshotOptions } from "../src/journal/snapshots.ts";
import type { Store } from "../src/ports.ts";
import { memoryStore } from "../src/store/memory.ts";
import { openPostgres } from "../src/store/postgres.ts";
import { storeOn } from "../src/store/sql-store.ts";
import { assert } from "../src/units.ts";
import { startPostgres } from "../test/postgres.ts";
import { benchmarkPolicy } from "./cases.ts";
import { openJournal, submitAll } from "./durable-orders-sides.ts";
import { commandOf, drawnOrders, foundingOf } from "./durable-orders-stream.ts";
import { machine } from "./machine.ts";
import { count, table } from "./markdown.ts";

const { values } = parseArgs({
  options: {
    /** At least so many when the journal is opened. */
    events: { type: "string", default: "200000" },
    /** At least so many contracts when orders wait beside a snapshot. */
    live: { type: "string", default: "100000" },
  },
});
const EVENTS = Number(values.events);
const LIVE = Number(values.live);
const IN_FLIGHT = 64;
const ROUND = 4_096;
/** As many as the journal writes at once. */
const FILLING = 512;
/** Of {@link IN_FLIGHT} orders. */
const GROUPS = 400;
const WARM_UP = 40;
const MIB = 2 ** 20;

const policy = await benchmarkPolicy();
const NEVER = Infinity;

function warn(sentence: string, details: object): never {
  throw new Error(`${sentence}: ${JSON.stringify(details)}`);
}

function snapshots(parts: Partial<SnapshotOptions>): SnapshotOptions {
  return { program: "bench", every: NEVER, atClose: NEVER, warn, ...parts };
}

/** A journal that orders are placed in. */
class Stream {
  readonly #store: Store;
  readonly #next = drawnOrders(1);
  journal: Journal;

  private constructor(store: Store, journal: Journal) {
    this.#store = store;
    this.journal = journal;
  }

  static async open(store: Store): Promise<Stream> {
    const stream = new Stream(store, await openJournal(store));
    const founding = foundingOf(policy, 2 * LIVE, (account) => `key-${account}`);
    await submitAll(stream.journal, founding, 1, "founding");
    return stream;
  }

  async place(orders: number, name: string, inFlight = IN_FLIGHT): Promise<void> {
    const commands = Array.from({ length: orders }, () => commandOf(policy, this.#next()));
    await submitAll(this.journal, commands, inFlight, name);
  }

  async placeUntil(isEnough: () => boolean): Promise<void> {
    for (let round = 0; !isEnough(); round++) {
      await this.place(ROUND, `${this.journal.durable.sequence}-${round}`, FILLING);
    }
  }

  /** Closes it and opens it anew. @returns seconds that the opening took */
  async reopen(options: SnapshotOptions): Promise<number> {
    const before = stateHash(this.journal.durable.state);
    await this.journal.close();
    globalThis.gc?.();
    const began = performance.now();
    this.journal = await openJournal(this.#store, options);
    const seconds = (performance.now() - began) / 1_000;
    assert(stateHash(this.journal.durable.state) === before, "it opens as it was closed");
    return seconds;
  }

  get live(): number {
    return this.journal.durable.state.market.contracts.size;
  }
}

interface Opening {
  readonly store: string;
  readonly events: number;
  readonly live: number;
  readonly without: number;
  readonly with: number;
  readonly bytes: number;
}

async function measureOpening(name: string, store: Store, stream: Stream): Promise<Opening> {
  console.error(`${name}: filling …`);
  await stream.placeUntil(() => stream.journal.durable.sequence >= EVENTS);
  const without = await stream.reopen(snapshots({ atClose: 1 }));
  const withOne = await stream.reopen(snapshots({}));
  const { sequence: events } = stream.journal.durable;
  const snapshot = await store.newestSnapshot();
  assert(snapshot?.sequence === events, "the snapshot holds all of it");
  const bytes = snapshot.bytes.length;
  const found = { store: name, events, live: stream.live, without, with: withOne, bytes };
  console.error(rowOf(found).join(", "));
  return found;
}

/** How long groups of 64 orders took, in milliseconds, ascending. */
interface Waits {
  readonly alone: readonly number[];
  /** While one snapshot after the other is taken. */
  readonly beside: readonly number[];
  readonly snapshots: number;
  readonly seconds: number;
}

async function measureWaits(stream: Stream, taken: () => number): Promise<Waits> {
  console.error("more contracts …");
  await stream.placeUntil(() => stream.live >= LIVE);
  await stream.reopen(snapshots({ atClose: 1 }));
  await groups(stream, WARM_UP);
  const first = await groups(stream, GROUPS / 2);
  await stream.reopen(snapshots({ every: 1 }));
  await groups(stream, WARM_UP);
  const [before, began] = [taken(), performance.now()];
  const beside = await groups(stream, GROUPS);
  const [count, ms] = [taken() - before, performance.now() - began];
  await stream.reopen(snapshots({}));
  await groups(stream, WARM_UP);
  const last = await groups(stream, GROUPS / 2);
  const alone = [...first, ...last].sort((a, b) => a - b);
  beside.sort((a, b) => a - b);
  return { alone, beside, snapshots: count, seconds: ms / 1_000 / count };
}

async function groups(stream: Stream, many: number): Promise<number[]> {
  const took: number[] = [];
  while (took.length < many) {
    const began = performance.now();
    await stream.place(IN_FLIGHT, `${stream.journal.durable.sequence}`);
    took.push(performance.now() - began);
  }
  return took;
}

function at(sorted: readonly number[], share: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return (value ?? Number.NaN).toFixed(1);
}

function rowOf({ store, events, live, without, with: withOne, bytes }: Opening): string[] {
  const sizes = [count(events), count(live), (bytes / MIB).toFixed(1)];
  const speed = count(events / without);
  return [store, ...sizes, without.toFixed(2), speed, withOne.toFixed(2)];
}

function waitsOf(name: string, sorted: readonly number[]): string[] {
  return [name, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1)];
}

const memory = memoryStore();
const inMemory = await measureOpening("memory", memory, await Stream.open(memory));
const postgres = await startPostgres();
const database = await openPostgres(await postgres.freshDatabase());
let written = 0;
const durable = storeOn(database);
const store: Store = {
  ...durable,
  writeSnapshot: async (lease, snapshot) => {
    const outcome = await durable.writeSnapshot(lease, snapshot);
    written += 1;
    return outcome;
  },
};
const stream = await Stream.open(store);
const onDisk = await measureOpening("PostgreSQL", store, stream);
const waits = await measureWaits(stream, () => written);
const newest = await store.newestSnapshot();
const live = stream.live;
await stream.journal.close();
await database.close();
await postgres.stop();

const MiB = ((newest?.bytes.length ?? Number.NaN) / MIB).toFixed(1);
console.log(
  table(
    ["store", "events", "live contracts", "snapshot, MiB", "whole, s", "events/s", "with it, s"],
    [inMemory, onDisk].map(rowOf),
  ),
);
console.log(`
With ${count(live)} live contracts on PostgreSQL, a snapshot takes ${waits.seconds.toFixed(1)} s beside the writing, and ${MiB} MiB. Groups of ${IN_FLIGHT} orders,
from the first that is asked to the last that is durable and answered:
`);
console.log(
  table(
    ["", "median, ms", "99 %, ms", "longest, ms"],
    [
      waitsOf("no snapshot", waits.alone),
      waitsOf(`snapshots without a pause (${waits.snapshots})`, waits.beside),
    ],
  ),
);
console.log(`\n${machine()}.`);
