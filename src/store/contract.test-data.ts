/** What every store keeps to. Each adapter's test runs all of it against a store that is empty before each test. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { creditOf, heldOf, payableTo, revenueOf } from "../ledger/chart.ts";
import type { Batch, Document, Lease, LedgerQuery, ListQuery, Store, Viewer } from "../ports.ts";
import { durationMs } from "../units.ts";
import { auditContract } from "./audit.test-data.ts";
import {
  answerOf,
  batchOf,
  documentOf,
  entryAt,
  money,
  transactionOf,
} from "./batches.test-data.ts";
import { snapshotContract } from "./state-snapshots.test-data.ts";
import { webhookContract } from "./webhooks.test-data.ts";

const LONG = durationMs(60_000);
const SHORT = durationMs(40);
const STAFF: Viewer = { account: "owner", sees: "all" };
const ACME: Viewer = { account: "acme", sees: "own" };
const BRAVO: Viewer = { account: "bravo", sees: "own" };
const EVERYTHING: LedgerQuery = {
  account: null,
  subject: null,
  from: null,
  to: null,
  after: null,
  limit: 100,
};
const ORDERS: ListQuery = { kind: "order", where: {}, after: null, limit: 100 };

const DEPOSIT = transactionOf(1, ["deposit", "assets:cash:manual", creditOf("acme"), 500n]);
const hold = (id: number, amount: bigint): Batch["transactions"] => [
  transactionOf(id, ["hold", creditOf("acme"), heldOf("acme"), amount]),
];

export function storeContract(name: string, fresh: () => Promise<Store>): void {
  let store: Store;
  let lease: Lease;

  const take = async (ttl = LONG, writer = "first"): Promise<Lease> => {
    const taken = await store.takeLease(writer, ttl);
    if (taken === "held_by_another") throw new Error("the lease is held");
    return taken;
  };
  const commit = async (parts: Partial<Batch>): Promise<void> => {
    expect(await store.commit(lease, batchOf(parts))).toBe("committed");
  };
  const ids = async (viewer: Viewer, query: Partial<ListQuery> = {}): Promise<string[]> =>
    (await store.documents(viewer, { ...ORDERS, ...query })).map(({ id }) => id);
  const entries = async (viewer: Viewer, query: Partial<LedgerQuery> = {}): Promise<string[]> =>
    (await store.ledgerEntries(viewer, { ...EVERYTHING, ...query })).map(
      ({ transaction, leg }) => `${transaction}.${leg}`,
    );

  const sequences = async (after: number, limit: number): Promise<number[]> =>
    (await store.entriesAfter(after, limit)).map(({ sequence }) => sequence);

  describe(`the store (${name})`, () => {
    beforeEach(async () => {
      store = await fresh();
      lease = await take();
    });

    describe("the lease", () => {
      test("is held by one at a time", async () => {
        expect(await store.takeLease("second", LONG)).toBe("held_by_another");
        await store.dropLease(lease);
        const second = await take(LONG, "second");
        expect(second).toEqual({ writer: "second", epoch: lease.epoch + 1 });
      });

      test("fences whom another has taken over from", async () => {
        await store.renewLease(lease, SHORT);
        await sleep(2 * SHORT);
        const second = await take(LONG, "second");
        expect(await store.commit(lease, batchOf({}))).toBe("fenced");
        expect(await store.renewLease(lease, LONG)).toBe("fenced");
        expect(await store.commit(second, batchOf({}))).toBe("committed");
      });

      test("fences who let it expire, even where nobody took over", async () => {
        expect(await store.renewLease(lease, SHORT)).toBe("renewed");
        await sleep(2 * SHORT);
        expect(await store.renewLease(lease, LONG)).toBe("fenced");
        expect(await store.commit(lease, batchOf({ entries: [entryAt(1)] }))).toBe("fenced");
        expect(await store.head()).toBeNull();
      });

      test("is extended by a commit, by the length that it was taken for", async () => {
        await store.renewLease(lease, durationMs(1_000));
        await sleep(600);
        await commit({ entries: [entryAt(1)] });
        await sleep(600);
        await commit({ id: "next", after: 1, entries: [entryAt(2)] });
      });

      test("is not taken away by one who has lost it", async () => {
        await store.dropLease(lease);
        const second = await take(LONG, "second");
        await store.dropLease(lease);
        expect(await store.commit(second, batchOf({}))).toBe("committed");
      });
    });

    describe("a batch", () => {
      test("is durable as a whole", async () => {
        const answer = answerOf("acme", "key-1", { first: 1, last: 2 });
        const refused = answerOf("acme", "key-2", { refusal: "no_credit", first: 3, last: 2 });
        await commit({
          id: "b1",
          entries: [entryAt(1), entryAt(2)],
          answers: [answer, refused],
          documents: [documentOf("ord_1", "acme", 1)],
          transactions: [DEPOSIT],
          stateHash: "v1:aa",
        });
        expect(await store.head()).toEqual({ sequence: 2, stateHash: "v1:aa" });
        expect(await store.hasBatch("b1")).toBe(true);
        expect(await store.hasBatch("b2")).toBe(false);
        expect(await store.entriesAfter(0, 10)).toEqual([entryAt(1), entryAt(2)]);
        expect(await store.entriesAfter(0, 1)).toEqual([entryAt(1)]);
        expect(await store.entriesAfter(1, 10)).toEqual([entryAt(2)]);
        const asked = ["key-2", "key-3", "key-1"].map((key) => ({ account: "acme", key }));
        const found = await store.answers([...asked, { account: "bravo", key: "key-1" }]);
        expect(found.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([answer, refused]);
        expect(await store.document(ACME, "order", "ord_1")).toEqual(
          documentOf("ord_1", "acme", 1),
        );
        expect(await entries(STAFF)).toEqual(["1.0"]);
      });

      test("without events changes the hash and not the sequence", async () => {
        await commit({ id: "b1", entries: [entryAt(1)] });
        const refused = answerOf("acme", "k", { refusal: "no_credit", first: 2, last: 1 });
        await commit({ id: "b2", after: 1, answers: [refused], stateHash: "v1:bb" });
        expect(await store.head()).toEqual({ sequence: 1, stateHash: "v1:bb" });
        expect(await store.answers([refused])).toEqual([refused]);
      });

      test("is read back event by event, wherever batches begin", async () => {
        await commit({ id: "b1", entries: [1, 2, 3].map(entryAt) });
        await commit({ id: "b2", after: 3 });
        await commit({ id: "b3", after: 3, entries: [4].map(entryAt) });
        await commit({ id: "b4", after: 4, entries: [5, 6].map(entryAt) });
        expect(await sequences(0, 100)).toEqual([1, 2, 3, 4, 5, 6]);
        expect(await sequences(0, 2)).toEqual([1, 2]);
        expect(await sequences(1, 4)).toEqual([2, 3, 4, 5]);
        expect(await sequences(2, 1)).toEqual([3]);
        expect(await sequences(3, 1)).toEqual([4]);
        expect(await sequences(5, 9)).toEqual([6]);
        expect(await sequences(6, 9)).toEqual([]);
      });

      test("is refused where something was written that its writer has not seen", async () => {
        await commit({ id: "b1", entries: [entryAt(1)] });
        const late = batchOf({ id: "b2", entries: [entryAt(1)], transactions: [DEPOSIT] });
        expect(await store.commit(lease, late)).toBe("fenced");
        const early = batchOf({ id: "b3", after: 2, entries: [entryAt(3)] });
        expect(await store.commit(lease, early)).toBe("fenced");
        expect(await store.entriesAfter(0, 10)).toEqual([entryAt(1)]);
        expect(await store.balances(STAFF)).toEqual([]);
        expect(await store.hasBatch("b2")).toBe(false);
      });

      test("is kept exactly, down to what a database can't hold as a text", async () => {
        const odd = {
          "a\n": 'ü"\\,{}\u0000',
          b: ["\ud800", null, true, 1e21, -1.5e-9],
          c: "\\u0000",
        };
        const entry = { ...entryAt(1), payload: odd };
        await commit({ entries: [entry], documents: [documentOf("o", "acme", 1, odd)] });
        expect(await store.entriesAfter(0, 1)).toEqual([entry]);
        const body = (await store.document(ACME, "order", "o"))?.body;
        expect(body).toMatchObject({ c: "\\u0000" });
      });
    });

    describe("a batch that must not be is a fault and leaves nothing", () => {
      const FIRST: Partial<Batch> = {
        entries: [entryAt(1)],
        answers: [answerOf("acme", "key-1", { first: 1, last: 1 })],
        transactions: [DEPOSIT],
      };
      const NEXT: Partial<Batch> = {
        id: "b2",
        after: 1,
        entries: [entryAt(2)],
        documents: [documentOf("ord_1", "acme", 2)],
        transactions: hold(2, 500n),
      };
      test.each<[string, Partial<Batch>]>([
        ["a gap in the sequence", { entries: [entryAt(3)] }],
        ["a key that has its answer", { answers: FIRST.answers ?? [] }],
        ["a batch that is known", { id: "b1" }],
        ["a transaction that is known", { transactions: [DEPOSIT] }],
        ["one document twice", { documents: [documentOf("o", "a", 2), documentOf("o", "a", 2)] }],
        ["a transfer of nothing", { transactions: hold(2, 0n) }],
        ["a transfer of less than nothing", { transactions: hold(2, -1n) }],
        ["more spent than there is", { transactions: hold(2, 501n) }],
        ["money that moves without an event", { entries: [] }],
        [
          "a floor above the balance",
          { floors: [{ account: creditOf("acme"), floor: money(1n) }] },
        ],
        [
          "a transfer from an account to itself",
          { transactions: [transactionOf(2, ["hold", heldOf("acme"), heldOf("acme"), 1n])] },
        ],
        [
          "more released than is held",
          { transactions: [transactionOf(2, ["release", heldOf("acme"), creditOf("acme"), 1n])] },
        ],
      ])("%s", async (_, wrong) => {
        await commit({ id: "b1", ...FIRST });
        const before = await store.balances(STAFF);
        const bad = batchOf({ ...NEXT, ...wrong });
        await expect(store.commit(lease, bad)).rejects.toThrow();
        expect(await store.head()).toMatchObject({ sequence: 1 });
        expect(await store.entriesAfter(0, 10)).toEqual([entryAt(1)]);
        expect(await store.balances(STAFF)).toEqual(before);
        expect(await ids(STAFF)).toEqual([]);
        await commit(NEXT);
      });
    });

    describe("documents", () => {
      const OPEN = { status: "open", pool: "h100" };
      const DONE = { status: "done", pool: "h100" };
      const ALL: readonly Document[] = [
        documentOf("b", "acme", 3, OPEN),
        documentOf("a", "acme", 3, DONE),
        documentOf("c", "bravo", 1, OPEN),
        documentOf("d", null, 2, OPEN),
        documentOf("e", "acme", 5, ["open"]),
        { ...documentOf("a", "acme", 4), kind: "contract" },
      ];
      beforeEach(async () => {
        await commit({ id: "b1", documents: ALL });
      });

      test("are listed newest first, to whom they belong and to the staff", async () => {
        expect(await ids(STAFF)).toEqual(["e", "b", "a", "d", "c"]);
        expect(await ids(ACME)).toEqual(["e", "b", "a", "d"]);
        expect(await ids(BRAVO)).toEqual(["d", "c"]);
        expect(await ids({ account: "nobody", sees: "own" })).toEqual(["d"]);
      });

      test("are looked up by kind and id, by whom they belong to", async () => {
        expect(await store.document(ACME, "order", "b")).toEqual(ALL[0]);
        expect(await store.document(STAFF, "order", "b")).toEqual(ALL[0]);
        expect(await store.document(BRAVO, "order", "d")).toEqual(ALL[3]);
        expect(await store.document(BRAVO, "order", "b")).toBeNull();
        expect(await store.document(ACME, "contract", "b")).toBeNull();
      });

      test("are read on from the last one seen", async () => {
        expect(await ids(STAFF, { limit: 2 })).toEqual(["e", "b"]);
        expect(await ids(STAFF, { after: { position: 3, id: "b" } })).toEqual(["a", "d", "c"]);
        expect(await ids(ACME, { after: { position: 3, id: "a" }, limit: 1 })).toEqual(["d"]);
        expect(await ids(ACME, { after: { position: 2, id: "d" } })).toEqual([]);
      });

      test("are filtered by fields of their bodies", async () => {
        expect(await ids(STAFF, { where: OPEN })).toEqual(["b", "d", "c"]);
        expect(await ids(ACME, { where: { status: "done" } })).toEqual(["a"]);
        expect(await ids(ACME, { where: { other: "x" } })).toEqual([]);
      });

      test("are replaced in their place, and may come to belong to another", async () => {
        await commit({ id: "b2", documents: [documentOf("b", "bravo", 3, DONE)] });
        expect(await ids(ACME)).toEqual(["e", "a", "d"]);
        expect(await ids(BRAVO)).toEqual(["b", "d", "c"]);
        expect((await store.document(BRAVO, "order", "b"))?.body).toEqual(DONE);
      });
    });

    auditContract(() => [store, lease]);
    snapshotContract(() => [store, lease]);

    describe("the ledger", () => {
      const SOLD = transactionOf(
        3,
        ["usage", heldOf("acme"), revenueOf("h100"), 70n],
        ["release", heldOf("acme"), creditOf("acme"), 30n],
      );
      beforeEach(async () => {
        await commit({
          id: "b1",
          entries: [entryAt(1)],
          transactions: [
            DEPOSIT,
            transactionOf(2, ["hold", creditOf("acme"), heldOf("acme"), 100n]),
            SOLD,
            transactionOf(4, ["deposit", "assets:cash:manual", creditOf("bravo"), 9n]),
          ],
        });
      });

      test("shows an account what touches it, newest first, each transfer once", async () => {
        expect(await entries(STAFF)).toEqual(["4.0", "3.1", "3.0", "2.0", "1.0"]);
        expect(await entries(ACME)).toEqual(["3.1", "3.0", "2.0", "1.0"]);
        expect(await entries(BRAVO)).toEqual(["4.0"]);
        const [last] = await store.ledgerEntries(ACME, { ...EVERYTHING, limit: 1 });
        expect(last).toEqual({ transaction: 3, leg: 1, at: SOLD.at, ...SOLD.transfers[1] });
      });

      test("is filtered by account, subject and time", async () => {
        expect(await entries(ACME, { account: creditOf("acme") })).toEqual(["3.1", "2.0", "1.0"]);
        expect(await entries(STAFF, { account: revenueOf("h100") })).toEqual(["3.0"]);
        expect(await entries(STAFF, { account: heldOf("acme") })).toEqual(["3.1", "3.0", "2.0"]);
        expect(await entries(BRAVO, { account: creditOf("acme") })).toEqual([]);
        expect(await entries(ACME, { subject: "subject-3" })).toEqual(["3.1", "3.0"]);
        const from = transactionOf(2).at;
        expect(await entries(STAFF, { from, to: SOLD.at })).toEqual(["2.0"]);
      });

      test("tells nobody by a filter who is on the other side", async () => {
        const usage = transactionOf(6, ["usage", heldOf("acme"), payableTo("bravo"), 1n]);
        const held = transactionOf(5, ["hold", creditOf("acme"), heldOf("acme"), 1n]);
        await commit({ id: "b2", after: 1, entries: [entryAt(2)], transactions: [held, usage] });
        expect(await entries(BRAVO)).toEqual(["6.0", "4.0"]);
        for (const name of ["acme", "carol"]) {
          expect(await entries(BRAVO, { account: heldOf(name) })).toEqual([]);
        }
        expect(await entries(BRAVO, { account: payableTo("bravo") })).toEqual(["6.0"]);
        expect(await entries(BRAVO, { account: "assets:cash:manual" })).toEqual(["4.0"]);
        expect(await entries(ACME, { account: revenueOf("h100") })).toEqual(["3.0"]);
        expect(await entries(STAFF, { account: payableTo("bravo") })).toEqual(["6.0"]);
      });

      test("is read on from the last one seen", async () => {
        expect(await entries(STAFF, { after: { transaction: 3, leg: 1 }, limit: 2 })).toEqual([
          "3.0",
          "2.0",
        ]);
        expect(await entries(ACME, { after: { transaction: 2, leg: 0 } })).toEqual(["1.0"]);
      });

      test("adds up what was debited and credited, by account", async () => {
        expect(await store.balances(ACME)).toEqual([
          { account: creditOf("acme"), debits: 100n, credits: 530n },
          { account: heldOf("acme"), debits: 100n, credits: 100n },
        ]);
        expect((await store.balances(STAFF)).map(({ account }) => account)).toEqual([
          "assets:cash:manual",
          creditOf("acme"),
          heldOf("acme"),
          creditOf("bravo"),
          revenueOf("h100"),
        ]);
      });

      test("lets credit fall to the floor that was agreed, and no further", async () => {
        const floors = [{ account: creditOf("acme"), floor: money(-1_000n) }];
        await commit({
          id: "b2",
          after: 1,
          entries: [entryAt(2)],
          floors,
          transactions: hold(5, 1_400n),
        });
        const over = { id: "b3", after: 2, entries: [entryAt(3)], transactions: hold(6, 31n) };
        await expect(store.commit(lease, batchOf(over))).rejects.toThrow();
        await commit({ ...over, transactions: hold(6, 30n) });
      });

      test("counts money beyond what a double holds", async () => {
        const large = 9_007_199_254_740_993n;
        const deposit = transactionOf(5, ["deposit", "assets:cash:wire", creditOf("acme"), large]);
        await commit({ id: "b2", after: 1, entries: [entryAt(2)], transactions: [deposit] });
        const [entry] = await store.ledgerEntries(ACME, { ...EVERYTHING, limit: 1 });
        expect(entry?.amount).toBe(large);
        expect((await store.balances(ACME))[0]?.credits).toBe(large + 530n);
      });

      test("counts turnover beyond what any transfer may be", async () => {
        const large = 9_000_000_000_000_000_000n;
        const cash = "assets:cash:wire";
        for (const [at, id] of [2, 3].entries()) {
          const there = transactionOf(5 + 2 * at, ["deposit", cash, creditOf("acme"), large]);
          const back = transactionOf(6 + 2 * at, ["payout", creditOf("acme"), cash, large]);
          const batch = { id: `b${id}`, after: id - 1, entries: [entryAt(id)] };
          await commit({ ...batch, transactions: [there, back] });
        }
        expect((await store.balances(ACME))[0]?.debits).toBe(2n * large + 100n);
      });
    });

    webhookContract(() => store);

    test("a cursor is where it was left", async () => {
      expect(await store.cursor("webhooks")).toBe(0);
      await store.saveCursor("webhooks", 7);
      await store.saveCursor("clusters", 9);
      await store.saveCursor("webhooks", 8);
      expect(await store.cursor("webhooks")).toBe(8);
      expect(await store.cursor("clusters")).toBe(9);
    });
  });
}
