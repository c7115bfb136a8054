import * as fc from "fast-check";
import { expect, test } from "vitest";
import { HashedMap } from "./hashed-map.ts";
import { StateHash } from "./state-hash.ts";

function opened() {
  const hash = new StateHash();
  return { hash, map: new HashedMap<string, number>(hash, (value, key) => ["entry", key, value]) };
}

const writes = fc.array(
  fc.record({
    key: fc.constantFrom("a", "b", "c"),
    value: fc.option(fc.nat(3), { nil: null }),
  }),
);

test("a hashed map is a map, and its hash is that of what stands in it, however it came there", () => {
  fc.assert(
    fc.property(writes, (written) => {
      const { hash, map } = opened();
      const plain = new Map<string, number>();
      for (const { key, value } of written) {
        if (value === null) map.delete(key);
        else map.set(key, value);
        if (value === null) plain.delete(key);
        else plain.set(key, value);
      }
      const anew = opened();
      for (const [key, value] of [...plain].toReversed()) anew.map.set(key, value);
      expect(new Map(map.entries())).toEqual(plain);
      expect(map.size).toBe(plain.size);
      expect(hash.toString()).toBe(anew.hash.toString());
    }),
  );
});

test("another value gives another hash", () => {
  const [one, other] = [opened(), opened()];
  one.map.set("a", 1);
  other.map.set("a", 2);
  expect(one.hash.toString()).not.toBe(other.hash.toString());
});
