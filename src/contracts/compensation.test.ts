import { expect, test } from "vitest";
import { at, contractOf, QUARTER } from "../recall/recall.test-data.ts";
import { gpus, ppm } from "../units.ts";
import { breachCredit, recallCompensation } from "./compensation.ts";

/** Eight GPUs at $1 an hour for four hours: $32 in all, and 10 % of what a recall leaves undelivered. */
const PLAIN = contractOf({ id: "c", from: 0, to: 240, gpus: 8 });

test.each([
  ["in the middle: half of $32 undelivered", PLAIN, 8, 120, 240, 1_600_000n],
  ["a part of the GPUs", PLAIN, 4, 120, 240, 800_000n],
  ["before the contract begins: all of it, and no more", PLAIN, 8, -60, 240, 3_200_000n],
  ["at the end: nothing", PLAIN, 8, 240, 240, 0n],
  ["GPUs that a later recall takes anyway: only until then", PLAIN, 8, 120, 180, 800_000n],
])(
  "a recall owes the share of the undelivered price, %s",
  (_, contract, count, due, until, owed) => {
    expect(recallCompensation(contract, gpus(count), at(due), at(until))).toBe(owed);
  },
);

test.each([
  // Undelivered 210 min × 8 × $1 = $28, 10 % of it; minutes 30 to 90 missing, $8, the other 90 % of it.
  ["within the minimum run: the rest of it in full", 30, 240, 2_800_000n + 7_200_000n],
  ["when the minimum run is over: the share alone", 90, 240, 2_000_000n],
  ["before it begins: the whole minimum run in full", -10, 240, 3_200_000n + 10_800_000n],
  ["GPUs held no longer than the minimum run", 30, 60, 400_000n + 3_600_000n],
])("a recall tops up the minimum run, %s", (_, due, until, owed) => {
  const contract = contractOf({ id: "c", minimumRun: 90 });
  expect(recallCompensation(contract, gpus(8), at(due), at(until))).toBe(owed);
});

test("a minimum run beyond the end is no more than the contract", () => {
  const contract = contractOf({ id: "c", from: 0, to: 60, minimumRun: 600 });
  expect(recallCompensation(contract, gpus(8), at(0), at(60))).toBe(8_000_000n);
});

test("a share above the whole price leaves nothing to top up", () => {
  const contract = contractOf({ id: "c", from: 0, to: 60, minimumRun: 60, recallShare: ppm(2e6) });
  expect(recallCompensation(contract, gpus(8), at(0), at(60))).toBe(16_000_000n);
});

test("every rounding is for the holder", () => {
  // One micro-dollar an hour: 8 GPUs for one minute are 8/60, rounded up to 1; a tenth of that again to 1.
  const contract = contractOf({ id: "c", price: 1n });
  expect(recallCompensation(contract, gpus(8), at(239), at(240))).toBe(1n);
  expect(breachCredit(contract, gpus(8), at(239), at(240))).toBe(1n);
  // 7 micro-dollars × 8 × 4 h = 224; a tenth is 22.4.
  const odd = contractOf({ id: "c", price: 7n });
  expect(recallCompensation(odd, gpus(8), at(0), at(240))).toBe(23n);
});

test("a breach credits the price of what would have been held until then", () => {
  const contract = contractOf({ id: "c", notice: QUARTER });
  expect(breachCredit(contract, gpus(8), at(60), at(240))).toBe(24_000_000n);
  expect(breachCredit(contract, gpus(8), at(60), at(90))).toBe(4_000_000n);
  expect(breachCredit(contract, gpus(8), at(240), at(300))).toBe(0n);
});
