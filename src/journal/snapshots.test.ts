import { beforeEach, describe, expect, test } from "vitest";
import { stateHash } from "../exchange/state.ts";
import { at } from "../recall/recall.test-data.ts";
import type { StateSnapshot, Store } from "../ports.ts";
import { Bench, creating, doing, paying } from "./journal.test-data.ts";
import type { Journal } from "./journal.ts";

let bench: Bench;
/** What was warned of, in order. */
let warned: string[];
/** After which events the journal was read. */
let readAfter: number[];
let store: Store;

beforeEach(() => {
  bench = new Bench();
  warned = [];
  readAfter = [];
  store = {
    ...bench.store,
    entriesAfter: (sequence, limit) => {
      readAfter.push(sequence);
      return bench.store.entriesAfter(sequence, limit);
    },
  };
});

function warn(sentence: string, details: object): void {
  warned.push(`${sentence}: ${Object.values(details).join(" ")}`);
}

function failing(why: string): () => Promise<never> {
  return () => Promise.reject(new Error(why));
}

function open(options: { every?: number; atClose?: number; program?: string } = {}, on = store) {
  const snapshots = { every: 1_000, atClose: 1, program: "this", warn, ...options };
  return bench.open("writer", on, { snapshots });
}

const pay = (journal: Journal, reference: string) => journal.submit(doing(paying("x", reference)));

/** Event 1 lets time pass, 2 makes x; each payment is two. */
async function written(payments: number, options = {}): Promise<Journal> {
  const journal = await open(options);
  await journal.submit(doing(creating("x")));
  for (let count = 0; count < payments; count++) {
    await pay(journal, `${count}`);
    await turns(5);
  }
  return journal;
}

function turns(count: number): Promise<void> {
  return new Promise((resolve) => {
    const next = (left: number) => (left === 0 ? resolve() : setImmediate(next, left - 1));
    next(count);
  });
}

test("who opens the journal replays only what came after the snapshot that was taken at its close", async () => {
  const first = await written(3);
  await first.close();
  expect(await store.newestSnapshot()).toMatchObject({ sequence: 8, program: "this" });
  readAfter = [];
  const second = await open();
  expect([readAfter, second.durable.sequence, warned]).toEqual([[8], 8, []]);
  expect(stateHash(second.durable.state)).toBe(stateHash(first.durable.state));
  // The documents go on from where they were.
  const account = { ...accountX(second), name: "changed" };
  await second.submit(doing({ type: "change_account", account }));
  const all = { account: "owner", sees: "all" } as const;
  expect(await store.document(all, "account", "x")).toMatchObject({
    position: 2,
    body: { name: "changed" },
  });
});

function accountX({ durable }: Journal) {
  const found = durable.state.accounts.accounts.get("x");
  if (found === undefined) throw new Error("there is no account x");
  return found;
}

test("few events are not worth a snapshot at the close", async () => {
  await (await written(2, { atClose: 7 })).close();
  expect(await store.newestSnapshot()).toBeNull();
  const second = await open({ atClose: 7 });
  await pay(second, "one more");
  await second.close();
  expect(await store.newestSnapshot()).toMatchObject({ sequence: 8 });
});

test("a snapshot is taken each so many events, beside the writing, and opening begins there after a crash", async () => {
  const journal = await written(9, { every: 8 });
  expect(await store.newestSnapshot()).toMatchObject({ sequence: 16 });
  expect(await store.newestSnapshot(16)).toMatchObject({ sequence: 8 });
  bench.storeNow = 2_000;
  readAfter = [];
  const second = await open();
  expect(readAfter).toEqual([16, 20]);
  expect(stateHash(second.durable.state)).toBe(stateHash(journal.durable.state));
});

test("commits do not wait for a snapshot that is being written", async () => {
  const { promise: slow, resolve: goOn } = Promise.withResolvers<void>();
  const writeSnapshot: Store["writeSnapshot"] = async (lease, snapshot) => {
    await slow;
    return store.writeSnapshot(lease, snapshot);
  };
  const journal = await open({ every: 2 }, { ...store, writeSnapshot });
  await journal.submit(doing(creating("x")));
  for (const reference of ["a", "b", "c"]) await pay(journal, reference);
  expect([journal.durable.sequence, await store.newestSnapshot()]).toEqual([8, null]);
  goOn();
  await turns(10);
  expect(await store.newestSnapshot()).toMatchObject({ sequence: 2 });
  await journal.close();
  expect(await store.newestSnapshot()).toMatchObject({ sequence: 8 });
});

test("a snapshot that cannot be written is warned of, and the writing goes on", async () => {
  const writeSnapshot = failing("the disk is full");
  const journal = await open({ every: 2 }, { ...store, writeSnapshot });
  await journal.submit(doing(creating("x")));
  await turns(5);
  await pay(journal, "a");
  await turns(5);
  await journal.close();
  expect(warned).toEqual([
    "a snapshot cannot be taken: 2 Error: the disk is full",
    "a snapshot cannot be taken: 4 Error: the disk is full",
  ]);
  expect(await store.takeLease("next", at(0) as never)).not.toBe("held_by_another");
});

test("a commit that fails is decided again on the state that the snapshot gives", async () => {
  const journal = await written(1, { every: 4 });
  bench.commits.push("before");
  readAfter = [];
  await pay(journal, "again");
  expect(readAfter).toEqual([4]);
  expect(journal.durable.sequence).toBe(6);
});

function spoilt(change: (snapshot: StateSnapshot) => StateSnapshot): Store {
  return {
    ...store,
    newestSnapshot: async (before) => {
      const found = await store.newestSnapshot(before);
      return found && change(found);
    },
  };
}

function flipped({ bytes }: StateSnapshot): Uint8Array {
  return Uint8Array.from(bytes, (byte, index) => (index === 99 ? byte ^ 1 : byte));
}

describe("a snapshot is left aside, and the whole journal replayed, where it", () => {
  let hash: string;

  beforeEach(async () => {
    const journal = await written(3);
    hash = stateHash(journal.durable.state);
    await journal.close();
    readAfter = [];
  });

  test.each<[string, (snapshot: StateSnapshot) => StateSnapshot, RegExp]>([
    ["is of another program", (found) => ({ ...found, program: "older" }), /the program older/],
    ["is damaged", (found) => ({ ...found, bytes: flipped(found) }), /it is damaged/],
    ["is cut short", (found) => ({ ...found, bytes: found.bytes.subarray(0, 20) }), /is damaged/],
    [
      "is of another schema",
      (found) => ({ ...found, stateHash: found.stateHash.replace(/^\d+/, "0") }),
      /it gives the state \d+:\w+, not 0:/,
    ],
    [
      "gives another hash",
      (found) => ({ ...found, stateHash: `${found.stateHash}0` }),
      /it gives the state/,
    ],
    [
      "leads to what was not written",
      (found) => ({ ...found, sequence: 6 }),
      /a snapshot is left aside: 6/,
    ],
  ])("%s", async (_, change, sentence) => {
    const journal = await open({}, spoilt(change));
    expect(warned).toEqual([expect.stringMatching(sentence)]);
    expect(readAfter.at(-2)).toBe(0);
    expect(stateHash(journal.durable.state)).toBe(hash);
    // It stays where it is.
    expect(await store.newestSnapshot()).toMatchObject({ sequence: 8, program: "this" });
  });

  test("cannot be read", async () => {
    const newestSnapshot = failing("a broken page");
    const journal = await open({}, { ...store, newestSnapshot });
    expect(warned).toEqual([
      "snapshots cannot be read: the whole journal is: Error: a broken page",
    ]);
    expect(stateHash(journal.durable.state)).toBe(hash);
  });
});

test("where the newest snapshot does not serve, the one before it does", async () => {
  const first = await written(1);
  await first.close();
  const second = await open({ program: "next" });
  await pay(second, "next");
  await second.close();
  warned = [];
  readAfter = [];
  const third = await open();
  expect([warned.length, readAfter, third.durable.sequence]).toEqual([1, [4, 6], 6]);
});

test("who takes no snapshots reads none", async () => {
  await (await written(1)).close();
  readAfter = [];
  const journal = await bench.open("writer", store);
  expect([readAfter, journal.durable.sequence]).toEqual([[0, 4], 4]);
});
