import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { Lease, Store } from "../../src/ports.ts";
import { batchOf, entryAt } from "../../src/store/batches.test-data.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { durationMs } from "../../src/units.ts";
import { startPostgres } from "../postgres.ts";

const TTL = durationMs(3_000);
const server = await startPostgres();
const opened: Store[] = [];
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(opened.map((store) => store.close()));
  await server.stop();
});

async function open(url: string): Promise<Store> {
  const store = storeOn(await openPostgres(url));
  opened.push(store);
  return store;
}

async function take(store: Store, writer: string, ttl = TTL): Promise<Lease> {
  const lease = await store.takeLease(writer, ttl);
  if (lease === "held_by_another") throw new Error("the lease is held");
  return lease;
}

/** A writer in another process that has committed once. */
async function otherWriter(url: string): Promise<{
  readonly child: ChildProcess;
  readonly line: () => Promise<string>;
}> {
  const program = new URL("paused-writer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, url, String(TTL)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  if (child.stdout === null) throw new Error("the child has no output");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  expect(await line()).toBe("committed");
  return { child, line };
}

test("a writer that was paused past its time is fenced, where another has taken over", async () => {
  const url = await server.freshDatabase();
  const store = await open(url);
  const { child, line } = await otherWriter(url);
  child.kill("SIGSTOP");
  expect(await store.takeLease("second", TTL)).toBe("held_by_another");
  await sleep(TTL + 200);
  const lease = await take(store, "second", durationMs(60_000));
  const batch = batchOf({ id: "s2", after: 1, entries: [entryAt(2)], stateHash: "v1:second" });
  expect(await store.commit(lease, batch)).toBe("committed");
  child.kill("SIGCONT");
  child.stdin?.write("go\n");
  expect([await line(), await line()]).toEqual(["fenced", "fenced"]);
  await once(child, "exit");
  expect(await store.head()).toEqual({ sequence: 2, stateHash: "v1:second" });
  expect(await store.hasBatch("p2")).toBe(false);
  expect(await store.entriesAfter(0, 9)).toEqual([entryAt(1), entryAt(2)]);
});

test("a writer that was paused past its time is fenced, even where nobody has", async () => {
  const url = await server.freshDatabase();
  const { child, line } = await otherWriter(url);
  child.kill("SIGSTOP");
  await sleep(TTL + 200);
  child.kill("SIGCONT");
  child.stdin?.write("go\n");
  expect([await line(), await line()]).toEqual(["fenced", "fenced"]);
  await once(child, "exit");
  const store = await open(url);
  expect(await store.entriesAfter(0, 9)).toEqual([entryAt(1)]);
});

test("of many who take the lease at once, one has it", async () => {
  const url = await server.freshDatabase();
  const stores = await Promise.all([1, 2, 3, 4, 5, 6].map(() => open(url)));
  const taken = await Promise.all(stores.map((store, at) => store.takeLease(`w${at}`, TTL)));
  expect(taken.filter((lease) => lease !== "held_by_another")).toHaveLength(1);
});

test("of two commits after the same event, one is committed, over and over", async () => {
  const url = await server.freshDatabase();
  const [one, two] = [await open(url), await open(url)];
  const lease = await take(one, "both", durationMs(60_000));
  for (let after = 0; after < 50; after += 1) {
    const attempt = (store: Store, name: string): Promise<string> =>
      store.commit(lease, batchOf({ id: `${name}${after}`, after, entries: [entryAt(after + 1)] }));
    const results = await Promise.all([attempt(one, "a"), attempt(two, "b")]);
    expect(results.toSorted()).toEqual(["committed", "fenced"]);
  }
  expect((await one.entriesAfter(0, 99)).map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
});
