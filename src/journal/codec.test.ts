import { expect, test } from "vitest";
import { gpus, FIRM } from "../units.ts";
import type { JournalEntry, Json } from "../ports.ts";
import type { Upcaster } from "./codec.ts";
import { decode, encode, upcast } from "./codec.ts";
import { fromEntry, readWith, toEntry, writtenWith } from "./entries.ts";
import { at, minutes } from "../recall/recall.test-data.ts";
import { advanceReplica, emptyReplica } from "./replica.ts";

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

/** As if runs had had no name at first. */
const named: Upcaster = (old) => {
  const { run, ...rest } = old as Readonly<Record<string, Record<string, Json>>>;
  return { ...rest, run: { ...run, name: "" } };
};

test("a journal with an older version of an event is replayed as if it had always been written as now", () => {
  const since = { run_declared: [named] };
  const run = { id: "r", pool: "p", name: "llm", declared: at(1), start: at(2) };
  const whole = { ...run, duration: minutes(9), gpus: gpus(8) };
  const event = { type: "run_declared", run: whole } as const;
  const { payload } = toEntry({ sequence: 1, at: at(1), event });
  const { name: _, ...nameless } = (payload as { run: Record<string, Json> }).run;
  const old: JournalEntry = {
    sequence: 1,
    at: at(1),
    type: "run_declared",
    version: 1,
    payload: { type: "run_declared", run: nameless },
  };
  const second = { ...event, run: { ...whole, id: "s" } };
  const now = writtenWith({ sequence: 2, at: at(1), event: second }, since);
  expect(now.version).toBe(2);
  const replica = emptyReplica();
  for (const entry of [old, now]) advanceReplica(replica, readWith(entry, since));
  const runs = [...replica.state.owner.runs.values()];
  expect(runs).toEqual([
    { ...whole, name: "" },
    { ...whole, id: "s" },
  ]);
  expect(() => fromEntry(now)).toThrow("knows only up to 1");
});
