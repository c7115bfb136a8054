import * as fc from "fast-check";
import { expect, test } from "vitest";
import { microUsd } from "../units.ts";
import { duesOf } from "./dues.ts";

const dues = (payables: number[], received: number) =>
  duesOf(
    payables.map((each) => microUsd(BigInt(each))),
    microUsd(BigInt(received)),
  ).map(Number);

test.each([
  ["the oldest is paid first", [100, 50], 120, [0, 30]],
  ["prepaid money waits for the next", [100], 300, [0]],
  ["a credit pays for an older debt", [100, -30], 0, [70, 0]],
  ["a credit pays for a newer debt", [-30, 100], 0, [0, 70]],
  ["a credit in between pays both ways", [20, -50, 100], 0, [0, 0, 70]],
  ["money that was taken out makes no invoice dearer", [100], -40, [100]],
  ["a credit that was paid out pays for nothing more", [-30, 100], -30, [0, 100]],
  ["nothing was invoiced", [], 5, []],
] as const)("%s", (_name, payables, received, expected) => {
  expect(dues([...payables], received)).toEqual(expected);
});

test("all that is due together is what was invoiced less what was received, and never more than an invoice", () => {
  const amounts = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(amounts, fc.nat(500), (payables, received) => {
      const each = dues(payables, received);
      const invoiced = payables.reduce((sum, payable) => sum + payable, 0);
      const due = each.reduce((sum, payable) => sum + payable, 0);
      expect(due).toBe(Math.max(0, invoiced - received));
      for (const [index, one] of each.entries()) {
        expect(one).toBeGreaterThanOrEqual(0);
        expect(one).toBeLessThanOrEqual(Math.max(0, payables[index] ?? 0));
      }
    }),
    { numRuns: 2_000 },
  );
});
