import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ContractDraft } from "../recall/recall.test-data.ts";
import {
  at,
  contractOf,
  holdingsOf,
  HOUR_NOTICE,
  NOTICES,
  QUARTER,
  span,
  SPOT,
} from "../recall/recall.test-data.ts";
import { valueAt } from "../schedule/schedule.ts";
import { epochMs, FIRM, gpus, notice } from "../units.ts";
import type { Contract } from "./contract.ts";
import { heldAt } from "./contract.ts";
import type { Holdings } from "./holdings.ts";

test("GPUs at a notice or longer include every longer notice", () => {
  const holdings = holdingsOf([
    contractOf({ id: "f", notice: FIRM, gpus: 8 }),
    contractOf({ id: "h", notice: HOUR_NOTICE, gpus: 16, to: 60 }),
    contractOf({ id: "q", notice: QUARTER, gpus: 32, from: 30, fabric: "b" }),
    contractOf({ id: "s", notice: SPOT, gpus: 64, from: 60 }),
  ]);
  const held = (window: ReturnType<typeof span>) =>
    NOTICES.map((notice) => holdings.heldAtLeast(notice, window));
  expect(held(span(0, 30))).toEqual([8, 24, 24, 24]);
  expect(held(span(30, 60))).toEqual([8, 24, 56, 56]);
  expect(held(span(60, 240))).toEqual([8, 8, 40, 104]);
  expect(held(span(0, 240))).toEqual([8, 24, 56, 104]);
  expect(holdings.heldInAll(span(0, 60))).toBe(56);
  expect(holdings.heldInFabric("b", span(0, 240))).toBe(32);
  expect(holdings.steps(span(10, 61)).map(({ gpus }) => gpus)).toEqual([24, 56, 104]);
});

test("a contract that has ended is gone, but what it held is still in the sums until forgotten", () => {
  const contract = contractOf({ id: "c" });
  const holdings = holdingsOf([contract]);
  holdings.drop(contract);
  expect(holdings.get(QUARTER, "c")).toBeUndefined();
  expect([...holdings.all()]).toEqual([]);
  expect(holdings.heldInAll(span(0, 240))).toBe(8);
  holdings.forget(at(100));
  expect(holdings.heldInAll(span(100, 240))).toBe(8);
  expect(() => holdings.heldInAll(span(99, 240))).toThrow("what is forgotten is not read");
});

test("contracts are listed by notice in order of sale", () => {
  const drafts = ["b", "c", "a"].map((id) => contractOf({ id, notice: SPOT }));
  const holdings = holdingsOf([contractOf({ id: "f", notice: FIRM }), ...drafts]);
  expect([...holdings.contractsAt(SPOT)].map(({ id }) => id)).toEqual(["b", "c", "a"]);
  expect([...holdings.all()].map(({ id }) => id)).toEqual(["f", "b", "c", "a"]);
});

test("what no pool has is a bug: an unknown fabric, an unknown notice, one contract sold twice", () => {
  const holdings = holdingsOf([contractOf({ id: "c" })]);
  expect(() => holdings.heldInFabric("x", span(0, 1))).toThrow("belongs to the pool");
  expect(() => holdings.heldAtLeast(notice(7), span(0, 1))).toThrow("is a rung");
  expect(() => holdings.add(contractOf({ id: "c" }))).toThrow("is sold once");
});

interface Change {
  readonly which: number;
  readonly from: number;
  readonly length: number;
  readonly gpus: number;
  readonly restore: boolean;
}

const drafts = fc.array(
  fc.record({
    notice: fc.constantFrom(...NOTICES),
    from: fc.nat(8),
    length: fc.integer({ min: 1, max: 8 }),
    gpus: fc.constantFrom(8, 16, 24),
    fabric: fc.constantFrom("a", "b"),
  }),
  { minLength: 1, maxLength: 5 },
);
const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    which: fc.nat(4),
    from: fc.nat(16),
    length: fc.integer({ min: 1, max: 8 }),
    gpus: fc.constantFrom(8, 16),
    restore: fc.boolean(),
  }),
  { maxLength: 8 },
);

/** Cuts what can be cut, and now and then gives it back. */
function change(holdings: Holdings, { which, from, length, gpus: count, restore }: Change): void {
  const contract = [...holdings.all()][which];
  if (contract === undefined) return;
  const window = { start: at(from), end: at(from + length) };
  const [placement] = contract.placements;
  if (placement === undefined) return;
  const fits = Array.from({ length }, (_, minute) => at(from + minute)).every(
    (time) => valueAt(placement.held, time) >= count,
  );
  if (!fits) return;
  const rest = holdings.cut(contract, placement.fabric, window, gpus(count));
  if (restore) holdings.restore(rest, placement.fabric, window, gpus(count));
}

test("the sums of holdings equal the sums over their contracts, minute by minute", () => {
  fc.assert(
    fc.property(drafts, changes, (drawn, drawnChanges) => {
      const contracts = drawn.map(({ length, ...draft }, index) => {
        const full: ContractDraft = { ...draft, id: `c${index}`, to: draft.from + length };
        return contractOf(full);
      });
      const holdings = holdingsOf(contracts);
      for (const each of drawnChanges) change(holdings, each);
      for (let minute = 0; minute < 17; minute++) {
        expect(summed(holdings, minute)).toEqual(added(holdings, minute));
      }
    }),
    { numRuns: 500 },
  );
});

/** By notice, then by fabric. */
function summed(holdings: Holdings, minute: number): number[] {
  const window = span(minute, minute + 1);
  const atLeast = NOTICES.map((notice) => holdings.heldAtLeast(notice, window));
  return [...atLeast, ...["a", "b"].map((fabric) => holdings.heldInFabric(fabric, window))];
}

function added(holdings: Holdings, minute: number): number[] {
  const live = [...holdings.all()];
  const held = (each: Contract[]) => each.reduce((sum, c) => sum + heldAt(c, at(minute)), 0);
  const atLeast = NOTICES.map((notice) => live.filter((c) => c.promise.notice >= notice));
  const inFabric = ["a", "b"].map((fabric) =>
    live.filter((c) => c.placements[0]?.fabric === fabric),
  );
  return [...atLeast, ...inFabric].map(held);
}

test("holdings begin on a minute", () => {
  expect(() => holdingsOf([]).forget(epochMs(at(0) + 1))).toThrow("whole minutes");
});

test("an extended contract is counted beyond its old end, for what it holds in its last minute", () => {
  const holdings = holdingsOf([contractOf({ id: "c", to: 10, gpus: 24 })]);
  const contract = holdings.get(QUARTER, "c");
  if (contract === undefined) throw new Error("c is held");
  const rest = holdings.cut(contract, "a", span(5, 10), gpus(8));
  const longer = holdings.extend(rest, at(20));
  expect(longer.window).toEqual(span(0, 20));
  expect(heldAt(longer, at(4))).toBe(24);
  expect(holdings.heldInFabric("a", span(10, 20))).toBe(16);
  expect(holdings.heldAtLeast(QUARTER, span(0, 20))).toBe(24);
  expect(holdings.heldAtLeast(FIRM, span(10, 20))).toBe(0);
  expect(holdings.heldInAll(span(20, 30))).toBe(0);
});
