import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NO_SLOT, SlotIndex } from "./slot-index.ts";

test("an index says what a map says, though many hashes are the same or lie at the table's end", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(150)), { maxLength: 500, size: "max" });
  // Few different hashes: entries are pushed on from their places, and close up over long runs.
  const hashes = fc.constantFrom(
    (slot: number) => slot % 7,
    (slot: number) => -(slot % 5) - 1,
    (slot: number) => (slot * 0x9e3779b1) | 0,
  );
  fc.assert(
    fc.property(steps, hashes, (given, hashOf) => {
      const index = new SlotIndex(String);
      const naive = new Set<number>();
      for (const [isAdded, slot] of given) {
        if (isAdded && !naive.has(slot)) {
          index.add(slot, hashOf(slot));
          naive.add(slot);
        } else if (!isAdded && naive.delete(slot)) index.remove(slot, hashOf(slot));
      }
      expect(index.size).toBe(naive.size);
      for (let slot = 0; slot <= 150; slot += 1) {
        expect(index.find(String(slot), hashOf(slot))).toBe(naive.has(slot) ? slot : NO_SLOT);
      }
    }),
    { numRuns: 300 },
  );
});
