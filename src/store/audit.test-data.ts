/** What every store keeps to about the audit log: part of the stores' contract. */
import { describe, expect, test } from "vitest";
import type { AuditEntry, Lease, Store, Viewer } from "../ports.ts";
import { batchOf, entryAt } from "./batches.test-data.ts";

const STAFF: Viewer = { account: "owner", sees: "all" };
const ACME: Viewer = { account: "acme", sees: "own" };

/** @param hash one hexadecimal digit */
function auditOf(number: number, account: string, hash = String(number % 10)): AuditEntry {
  const record = JSON.stringify({ number, account, path: "/v1/orders" });
  return { number, record, hash: hash.repeat(64) };
}

const FIRST = [auditOf(1, "acme"), auditOf(2, "bravo")];

export function auditContract(holding: () => readonly [Store, Lease]): void {
  const numbers = async (
    viewer: Viewer,
    account: string | null,
    before: number | null,
    limit = 9,
  ) => (await holding()[0].audit(viewer, { account, before, limit })).map(({ number }) => number);

  describe("the audit log", () => {
    test("begins with nothing", async () => {
      expect(await holding()[0].auditHead()).toEqual({ number: 0, hash: "" });
    });

    test("is written with the batch, and read newest first by the owner's staff alone", async () => {
      const [store, lease] = holding();
      await store.commit(lease, batchOf({ id: "b1", entries: [entryAt(1)], audit: FIRST }));
      await store.commit(lease, batchOf({ id: "b2", after: 1, audit: [auditOf(3, "acme")] }));
      await store.commit(lease, batchOf({ id: "b3", after: 1 }));
      expect(await store.auditHead()).toEqual({ number: 3, hash: "3".repeat(64) });
      expect(await store.audit(STAFF, { account: null, before: 2, limit: 9 })).toEqual([FIRST[0]]);
      expect(await numbers(STAFF, null, null)).toEqual([3, 2, 1]);
      expect(await numbers(STAFF, null, null, 2)).toEqual([3, 2]);
      expect(await numbers(STAFF, "acme", null)).toEqual([3, 1]);
      expect(await numbers(STAFF, "acme", 3)).toEqual([1]);
      expect(await numbers(ACME, null, null)).toEqual([]);
      expect(await numbers(ACME, "acme", null)).toEqual([]);
    });

    test.each([
      ["a number twice", [auditOf(2, "acme")]],
      ["a number left out", [auditOf(4, "acme")]],
    ])("fences a writer that writes %s", async (_, audit) => {
      const [store, lease] = holding();
      await store.commit(lease, batchOf({ id: "b1", entries: [entryAt(1)], audit: FIRST }));
      const wrong = batchOf({ id: "b2", after: 1, entries: [entryAt(2)], audit });
      expect(await store.commit(lease, wrong)).toBe("fenced");
      const gap = [auditOf(3, "acme"), auditOf(5, "acme")];
      const torn = batchOf({ id: "b2", after: 1, entries: [entryAt(2)], audit: gap });
      await expect(store.commit(lease, torn)).rejects.toThrow("no gaps");
      expect(await store.head()).toMatchObject({ sequence: 1 });
      expect(await numbers(STAFF, null, null)).toEqual([2, 1]);
    });
  });
}
