/** What every store keeps to about snapshots of the state: part of the stores' contract. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Lease, StateSnapshot, Store } from "../ports.ts";
import { durationMs } from "../units.ts";
import { batchOf, entryAt } from "./batches.test-data.ts";

function snapshotAt(sequence: number, parts: Partial<StateSnapshot> = {}): StateSnapshot {
  const bytes = Uint8Array.of(0, 255, 92, sequence);
  return { sequence, stateHash: `1:${sequence}`, program: "p", bytes, ...parts };
}

export function snapshotContract(holding: () => readonly [Store, Lease]): void {
  const write = async (snapshot: StateSnapshot): Promise<string> => {
    const [store, lease] = holding();
    return store.writeSnapshot(lease, snapshot);
  };
  const newest = async (before?: number): Promise<StateSnapshot | null> => {
    const found = await holding()[0].newestSnapshot(before);
    return found && { ...found, bytes: Uint8Array.from(found.bytes) };
  };

  describe("a snapshot of the state", () => {
    beforeEach(async () => {
      const [store, lease] = holding();
      for (const sequence of [1, 2, 3]) {
        const entries = [entryAt(sequence)];
        const batch = { id: `b${sequence}`, after: sequence - 1, stateHash: `1:${sequence}` };
        await store.commit(lease, batchOf({ ...batch, entries }));
      }
    });

    test("is found again, byte by byte, the newest first", async () => {
      expect(await newest()).toBeNull();
      expect(await write(snapshotAt(1))).toBe("written");
      expect(await write(snapshotAt(3))).toBe("written");
      expect(await newest()).toEqual(snapshotAt(3));
      expect(await newest(3)).toEqual(snapshotAt(1));
      expect(await newest(1)).toBeNull();
    });

    test("is dropped once two are newer, and replaced where it is taken anew", async () => {
      for (const sequence of [1, 2, 3]) await write(snapshotAt(sequence));
      expect(await newest(3)).toEqual(snapshotAt(2));
      expect(await newest(2)).toBeNull();
      const again = snapshotAt(3, { program: "q", bytes: Uint8Array.of(7) });
      expect(await write(again)).toBe("written");
      expect(await newest()).toEqual(again);
      expect(await newest(3)).toEqual(snapshotAt(2));
    });

    test("is refused where no batch has ended there with its hash", async () => {
      expect(await write(snapshotAt(4))).toBe("fenced");
      expect(await write(snapshotAt(3, { stateHash: "1:2" }))).toBe("fenced");
      expect(await newest()).toBeNull();
    });

    test("is fenced as a commit is, and drops nothing then", async () => {
      for (const sequence of [1, 2]) await write(snapshotAt(sequence));
      const [store, lease] = holding();
      await store.dropLease(lease);
      expect(await write(snapshotAt(3))).toBe("fenced");
      expect(await store.takeLease("second", durationMs(60_000))).toMatchObject({
        epoch: lease.epoch + 1,
      });
      expect(await write(snapshotAt(3))).toBe("fenced");
      expect(await newest()).toEqual(snapshotAt(2));
      expect(await newest(2)).toEqual(snapshotAt(1));
    });

    test("leaves the right to write as it was", async () => {
      const [store, lease] = holding();
      await write(snapshotAt(3));
      const next = batchOf({ id: "b4", after: 3, entries: [entryAt(4)] });
      expect(await store.commit(lease, next)).toBe("committed");
    });
  });
}
