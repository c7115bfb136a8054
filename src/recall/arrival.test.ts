import { describe, expect, test } from "vitest";
import { epochMs, gpus, MINUTE_MS } from "../units.ts";
import type { PendingRecall } from "./arrival.ts";
import { arrivalOf } from "./arrival.ts";

const at = (minute: number) => epochMs(minute * MINUTE_MS);

function partsOf(demand: number, before: number | null, declaredRise = 0): readonly number[] {
  const reading = { now: at(0), capacity: gpus(100), demand: gpus(demand) };
  const last = before === null ? null : gpus(before);
  const arrival = arrivalOf({ ...reading, declaredRise: gpus(declaredRise) }, last, []);
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

test("earlier surprise runs await what is recalled for them until it is due, and no longer than it is held", () => {
  const cut = (count: number, until: number) => ({ gpus: gpus(count), until: at(until) });
  const pending: PendingRecall[] = [
    { reason: "surprise", due: at(10), cuts: [cut(8, 60), cut(4, 7)] },
    { reason: "surprise", due: at(0), cuts: [cut(16, 60)] },
    { reason: "precaution", due: at(20), cuts: [cut(32, 60)] },
  ];
  const reading = { now: at(0), capacity: gpus(100), demand: gpus(50), declaredRise: gpus(0) };
  const { awaited } = arrivalOf(reading, gpus(50), pending);
  expect([0, 6, 7, 9, 10].map((minute) => awaited(at(minute)))).toEqual([12, 12, 8, 8, 0]);
});
