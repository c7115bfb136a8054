import { describe, expect, test } from "vitest";
import type { Holdings } from "../contracts/holdings.ts";
import { gpus } from "../units.ts";
import { at, contractOf, holdingsOf, SPOT } from "./recall.test-data.ts";
import type { PendingRecall } from "./arrival.ts";
import { arrivalOf } from "./arrival.ts";

function partsOf(demand: number, before: number | null, declaredRise = 0): readonly number[] {
  const reading = { now: at(0), capacity: gpus(100), demand: gpus(demand) };
  const last = before === null ? null : gpus(before);
  const arrival = arrivalOf(
    { ...reading, declaredRise: gpus(declaredRise) },
    last,
    [],
    holdingsOf([]),
  );
  return [arrival.demand, arrival.declared, arrival.surprise];
}

describe("what arrives with a reading", () => {
  test.each([
    ["a rise is a surprise run", partsOf(60, 40), [60, 0, 20]],
    ["a declared rise is none", partsOf(60, 40, 20), [60, 20, 0]],
    ["what rises beyond the declared runs is one", partsOf(60, 40, 15), [60, 15, 5]],
    ["declared runs that have not come yet are not there", partsOf(60, 40, 50), [60, 20, 0]],
    ["declared runs that end take nothing from a surprise", partsOf(60, 40, -30), [60, 0, 20]],
    ["a fall brings nothing", partsOf(30, 40, 10), [30, 0, 0]],
    ["demand beyond the capacity is the owner's own queue", partsOf(130, 90), [100, 0, 10]],
    ["what is there at the beginning surprises nobody", partsOf(60, null), [60, 0, 0]],
  ])("%s", (_, parts, expected) => {
    expect(parts).toEqual(expected);
  });
});

function cut(contract: string, count: number, until: number) {
  return { contract, notice: SPOT, fabric: "a", gpus: gpus(count), until: at(until) };
}

describe("what earlier surprise runs await", () => {
  const reading = { now: at(0), capacity: gpus(100), demand: gpus(50), declaredRise: gpus(0) };
  const awaitedAt = (pending: PendingRecall[], holdings: Holdings, ...times: readonly number[]) => {
    const { awaited } = arrivalOf(reading, gpus(50), pending, holdings);
    return times.map((minute) => awaited(at(minute)));
  };

  test("is what is recalled for them until it is due, and no longer than it is held", () => {
    const held = ["a", "b", "c", "d"].map((id) => contractOf({ id, notice: SPOT, gpus: 32 }));
    const pending: PendingRecall[] = [
      { reason: "surprise", due: at(10), cuts: [cut("a", 8, 60), cut("b", 4, 7)] },
      { reason: "surprise", due: at(0), cuts: [cut("c", 16, 60)] },
      { reason: "precaution", due: at(20), cuts: [cut("d", 32, 60)] },
    ];
    expect(awaitedAt(pending, holdingsOf(held), 0, 6, 7, 9, 10)).toEqual([12, 12, 8, 8, 0]);
  });

  test("is nothing of a contract that begins later, though it is recalled from its start on", () => {
    const later = contractOf({ id: "l", notice: SPOT, gpus: 8, from: 30, to: 90 });
    const pending = [{ reason: "surprise", due: at(40), cuts: [cut("l", 8, 90)] }];
    expect(awaitedAt(pending, holdingsOf([later]), 29, 30, 39, 40)).toEqual([0, 8, 8, 0]);
  });

  test("is no more of a contract than it holds then, whatever several recalls take of it", () => {
    const contract = contractOf({ id: "c", notice: SPOT, gpus: 8 });
    const pending = [10, 20].map((due) => {
      return { reason: "surprise", due: at(due), cuts: [cut("c", 8, 60)] };
    });
    expect(awaitedAt(pending, holdingsOf([contract]), 0)).toEqual([8]);
  });
});
