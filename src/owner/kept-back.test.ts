import { expect, test } from "vitest";
import { at, minutes, span } from "../recall/recall.test-data.ts";
import { valueAt } from "../schedule/schedule.ts";
import { StateHash } from "../state-hash.ts";
import { epochMs, gpus, later, microUsdPerGpuHour } from "../units.ts";
import { declaredDemand, FAR, missing, withheld } from "./kept-back.ts";
import type { Block, OwnerState } from "./state.ts";
import { nothingOffered } from "./state.ts";

const ALL = gpus(64);

function blocked(...blocks: readonly Partial<Block>[]): OwnerState {
  const state = nothingOffered(new StateHash());
  for (const [index, block] of blocks.entries()) {
    const whole = { pool: "p", kind: "blackout", window: span(10, 20), gpus: gpus(8) } as const;
    state.blocks.set(`b${index}`, { id: `b${index}`, note: "", ...whole, ...block });
  }
  return state;
}

function stopped(selling: boolean): OwnerState {
  const state = blocked({});
  const price = microUsdPerGpuHour(1n);
  state.offerings.set("p", { pool: "p", price, selling });
  return state;
}

test("a blackout withholds what is there; maintenance and failures take it away", () => {
  const state = blocked({}, { kind: "maintenance" }, { kind: "failure", gpus: gpus(16) });
  expect(valueAt(withheld(state, "p", ALL, at(0)), at(15))).toBe(8);
  expect(valueAt(missing(state, "p", ALL), at(15))).toBe(24);
  expect(valueAt(missing(state, "p", ALL), at(20))).toBe(0);
});

test("a block without a number is of the whole pool, and of no other", () => {
  const state = blocked({ gpus: null });
  expect(valueAt(withheld(state, "p", ALL, at(0)), at(10))).toBe(64);
  expect(valueAt(withheld(state, "q", ALL, at(0)), at(10))).toBe(0);
});

test("blocks reach over whole minutes", () => {
  const window = { start: epochMs(at(10) + 1), end: epochMs(at(11) + 1) };
  const state = blocked({ window });
  expect(valueAt(withheld(state, "p", ALL, at(0)), at(10))).toBe(8);
  expect(valueAt(withheld(state, "p", ALL, at(0)), at(11))).toBe(8);
  expect(valueAt(withheld(state, "p", ALL, at(0)), at(12))).toBe(0);
});

test("who has stopped selling withholds everything from now on", () => {
  expect(valueAt(withheld(stopped(false), "p", ALL, at(15)), at(15))).toBe(64);
  expect(valueAt(withheld(stopped(false), "p", ALL, at(15)), epochMs(FAR - 1))).toBe(64);
  expect(valueAt(withheld(stopped(false), "p", ALL, at(15)), at(12))).toBe(8);
  expect(valueAt(withheld(stopped(true), "p", ALL, at(15)), at(30))).toBe(0);
});

test("declared runs of a pool add up", () => {
  const state = nothingOffered(new StateHash());
  for (const [id, start] of [
    ["a", 0],
    ["b", 5],
  ] as const) {
    const when = { declared: at(0), start: later(at(start), minutes(0)), duration: minutes(10) };
    state.runs.set(id, { id, pool: "p", name: id, gpus: gpus(8), ...when });
  }
  expect(valueAt(declaredDemand(state, "p"), at(4))).toBe(8);
  expect(valueAt(declaredDemand(state, "p"), at(5))).toBe(16);
  expect(valueAt(declaredDemand(state, "p"), at(15))).toBe(0);
  expect(declaredDemand(state, "q").steps).toHaveLength(0);
});
