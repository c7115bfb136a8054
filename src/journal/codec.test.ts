import { expect, test } from "vitest";
import { gpus, FIRM } from "../units.ts";
import { decode, encode, upcast } from "./codec.ts";
import { fromEntry, toEntry } from "./entries.ts";
import { at } from "../recall/recall.test-data.ts";

function throughJson(value: unknown): unknown {
  return decode(JSON.parse(JSON.stringify(encode(value))));
}

test("what JSON lacks comes back as it was", () => {
  const value = {
    money: -(2n ** 80n),
    notice: FIRM,
    quantiles: Float64Array.of(0.1, 0.25),
    list: [null, true, "text", { gpus: gpus(8) }],
  };
  expect(throughJson(value)).toEqual(value);
});

test("a field that is not there stays away", () => {
  expect(throughJson({ a: undefined, b: null })).toStrictEqual({ b: null });
});

test("what is no data is a bug", () => {
  expect(() => encode({ run: () => 1 })).toThrow("an event holds data");
});

test("an entry is its event again", () => {
  const event = { type: "time_advanced", now: at(1) } as const;
  const recorded = { sequence: 7, at: at(1), event };
  expect(fromEntry(toEntry(recorded))).toEqual(recorded);
});

test("an old version is read as what it now means, step by step", () => {
  const steps = { moved: [() => ({ a: 2 }), (old: unknown) => ({ b: old }) as never] };
  expect(upcast("moved", 1, { a: 1 }, steps)).toEqual({ b: { a: 2 } });
  expect(upcast("moved", 2, { a: 1 }, steps)).toEqual({ b: { a: 1 } });
  expect(upcast("moved", 3, { c: 1 }, steps)).toEqual({ c: 1 });
});

test("what a newer Spillway has written is not guessed at", () => {
  expect(() => upcast("moved", 2, {}, {})).toThrow("install the newer one");
});
