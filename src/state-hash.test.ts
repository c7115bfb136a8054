import * as fc from "fast-check";
import { expect, test } from "vitest";
import { StateHash } from "./state-hash.ts";

type Fields = readonly (string | number | bigint)[];

function hashOf(things: readonly Fields[]): string {
  const hash = new StateHash();
  for (const fields of things) hash.add(fields);
  return hash.toString();
}

test("nothing has the hash of nothing, and what is removed leaves no trace", () => {
  const hash = new StateHash();
  hash.add(["order", "o1", 8]);
  hash.remove(["order", "o1", 8]);
  expect(hash.toString()).toBe("0000000000000000");
});

test("the hash of known things is known, on any machine", () => {
  expect(
    hashOf([
      ["now", 1],
      ["contract", "c", Infinity, 12n, 0.5],
    ]),
  ).toMatchInlineSnapshot(`"9432b6452a4bee47"`);
});

const things = fc.array(
  fc.array(fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.bigInt(0n, 99n)), {
    maxLength: 5,
  }),
  { maxLength: 8 },
);

test("the hash does not depend on the order of changes", () => {
  fc.assert(
    fc.property(things, fc.infiniteStream(fc.nat()), (drawn, numbers) => {
      const keyed = drawn.map((fields) => ({ fields, key: numbers.next().value ?? 0 }));
      const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ fields }) => fields);
      expect(hashOf(shuffled)).toBe(hashOf(drawn));
    }),
  );
});

test("a change anywhere changes both halves of the hash", () => {
  let same = 0;
  const base = ["contract", "o1/7", "holder", 1_680_000_000_000, 500_000n, 0.25];
  const seen = hashOf([base]);
  for (let place = 0; place < base.length; place++) {
    const other = hashOf([base.map((field, index) => (index === place ? `${field}1` : field))]);
    if (other.slice(0, 8) === seen.slice(0, 8) || other.slice(8) === seen.slice(8)) same += 1;
  }
  expect(same).toBe(0);
});

test.each([
  ["fields do not run into each other", [["a", "bc"]], [["ab", "c"]]],
  ["an empty field counts", [["a", ""]], [["a"]]],
  ["the order of fields counts", [["a", 1, 2]], [["a", 2, 1]]],
  ["twice is not once", [["a"], ["a"]], [["a"]]],
])("%s", (_, some: Fields[], others: Fields[]) => {
  expect(hashOf(some)).not.toBe(hashOf(others));
});

test("a hundred thousand things that differ by one digit have a hundred thousand hashes", () => {
  const hashes = new Set<string>();
  for (let number = 0; number < 100_000; number++) hashes.add(hashOf([["contract", number]]));
  expect(hashes.size).toBe(100_000);
});
