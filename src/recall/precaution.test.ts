import { expect, test } from "vitest";
import { FIRM, gpus } from "../units.ts";
import type { Holdings } from "../contracts/holdings.ts";
import { precautions } from "./precaution.ts";
import type { Bounds } from "./recall.test-data.ts";
import {
  contractOf,
  holdingsOf,
  HOUR_NOTICE,
  ladderOf,
  minuteOf,
  minutes,
  POLICY,
  QUARTER,
  SPOT,
} from "./recall.test-data.ts";
import type { Taking } from "./take-back.ts";

/** As [contract, GPUs, due, until], in minutes. */
type Row = [string, number, number, number];

function rowOf({ contract, gpus, due, until }: Taking): Row {
  return [contract, gpus, minuteOf(due), minuteOf(until)];
}

/** At an hour's notice: 64 until then, and 40 afterwards. */
function safeUntil(until: number): ReadonlyMap<typeof SPOT, Bounds> {
  return new Map([
    [
      HOUR_NOTICE,
      [
        [until, 64],
        [240, 40],
      ],
    ],
  ]);
}

/** Precautions at minute `now` where readings come every `step` minutes. */
function planned(
  holdings: Holdings,
  bounds: ReadonlyMap<typeof SPOT, Bounds>,
  now = 0,
  step = 30,
): Row[] {
  const ladder = ladderOf(now, bounds);
  return precautions(holdings, POLICY, ladder, minutes(step)).map(rowOf);
}

test("exactly the excess over what is safe is recalled, for the time that is locked by the next reading", () => {
  // At an hour's notice, what is told at minute 0 is free in [60, 90); at minute 30 it could be freed from 90 on.
  const holdings = holdingsOf([contractOf({ id: "c", notice: HOUR_NOTICE, gpus: 64 })]);
  expect(planned(holdings, safeUntil(60))).toEqual([["c", 24, 60, 240]]);
  expect(planned(holdings, safeUntil(89))).toEqual([["c", 24, 60, 240]]);
  expect(planned(holdings, safeUntil(90))).toEqual([]);
});

test("an excess before a notice could end is too late for it", () => {
  const holdings = holdingsOf([contractOf({ id: "c", notice: HOUR_NOTICE, gpus: 64 })]);
  expect(
    planned(
      holdings,
      new Map([
        [
          HOUR_NOTICE,
          [
            [60, 8],
            [240, 64],
          ],
        ],
      ]),
    ),
  ).toEqual([]);
});

test("a notice shorter than the time to the next reading is due then", () => {
  const holdings = holdingsOf([contractOf({ id: "s", notice: SPOT, gpus: 16 })]);
  expect(planned(holdings, new Map([[SPOT, [[240, 8]]]]))).toEqual([["s", 8, 30, 240]]);
  // Only [30, 32) is decided now.
  expect(
    planned(
      holdings,
      new Map([
        [
          SPOT,
          [
            [32, 16],
            [240, 0],
          ],
        ],
      ]),
    ),
  ).toEqual([]);
  expect(
    planned(
      holdings,
      new Map([
        [
          SPOT,
          [
            [31, 16],
            [240, 0],
          ],
        ],
      ]),
    ),
  ).toEqual([["s", 16, 30, 240]]);
});

test("an excess is whole lots, rounded up", () => {
  const holdings = holdingsOf([contractOf({ id: "s", notice: SPOT, gpus: 64 })]);
  expect(planned(holdings, new Map([[SPOT, [[240, 63]]]]))).toEqual([["s", 8, 30, 240]]);
});

test("firm contracts are never recalled, whatever is safe", () => {
  const holdings = holdingsOf([
    contractOf({ id: "f", notice: FIRM, gpus: 32 }),
    contractOf({ id: "q", notice: QUARTER, gpus: 8 }),
  ]);
  const nothingSafe = new Map([FIRM, QUARTER].map((notice) => [notice, [[240, 0]] as const]));
  expect(planned(holdings, nothingSafe)).toEqual([["q", 8, 30, 240]]);
});

test("a rung's excess is taken from its own contracts, the cheapest first", () => {
  const holdings = holdingsOf([
    contractOf({ id: "dear", gpus: 16, price: 900_000n }),
    contractOf({ id: "cheap", gpus: 16, price: 500_000n }),
    contractOf({ id: "spot", notice: SPOT, gpus: 64, price: 1n }),
  ]);
  expect(planned(holdings, new Map([[QUARTER, [[240, 8]]]]))).toEqual([
    ["dear", 8, 30, 240],
    ["cheap", 16, 30, 240],
  ]);
});

test("what a longer notice gives makes room for the shorter ones too", () => {
  const holdings = holdingsOf([
    contractOf({ id: "q", notice: QUARTER, gpus: 40 }),
    contractOf({ id: "s", notice: SPOT, gpus: 40 }),
  ]);
  const bounds = new Map([
    [QUARTER, [[240, 32]]],
    [SPOT, [[240, 64]]],
  ] as const);
  // 80 are held, 64 safe: the eight that the longer notice gives are eight of the sixteen.
  expect(planned(holdings, bounds)).toEqual([
    ["q", 8, 30, 240],
    ["s", 8, 30, 240],
  ]);
});

test("every instant that is locked is made safe, not only the worst", () => {
  // At an hour's notice [60, 90) is decided: 32 too many until 70, 16 too many from 75 on.
  const holdings = holdingsOf([
    contractOf({ id: "early", notice: HOUR_NOTICE, gpus: 32, to: 75, price: 1_000n }),
    contractOf({ id: "late", notice: HOUR_NOTICE, gpus: 32, from: 30, price: 5_000n }),
  ]);
  const bounds = new Map([
    [
      HOUR_NOTICE,
      [
        [70, 32],
        [75, 64],
        [240, 16],
      ] as const,
    ],
  ]);
  expect(planned(holdings, bounds)).toEqual([
    ["early", 32, 60, 75],
    ["late", 16, 60, 240],
  ]);
});

test("a contract that begins within the locked time is recalled for its start", () => {
  const holdings = holdingsOf([
    contractOf({ id: "future", notice: HOUR_NOTICE, gpus: 16, from: 70, to: 200 }),
  ]);
  expect(planned(holdings, new Map([[HOUR_NOTICE, [[240, 8]]]]))).toEqual([["future", 8, 70, 200]]);
  // One that begins after it can still be reached by the next forecast.
  expect(planned(holdings, new Map([[HOUR_NOTICE, [[240, 8]]]]), 0, 10)).toEqual([]);
});

test("GPUs under a pending recall count until their due only", () => {
  const holdings = holdingsOf([contractOf({ id: "c", notice: HOUR_NOTICE, gpus: 24 })]);
  const contract = holdings.get(HOUR_NOTICE, "c");
  if (contract === undefined) throw new Error("the contract is held");
  holdings.cut(
    contract,
    "a",
    { start: ladderOf(60, new Map()).at, end: contract.window.end },
    gpus(8),
  );
  expect(planned(holdings, new Map([[HOUR_NOTICE, [[240, 16]]]]))).toEqual([]);
  expect(planned(holdings, new Map([[HOUR_NOTICE, [[240, 8]]]]))).toEqual([["c", 8, 60, 240]]);
});

test("without an excess nobody is recalled", () => {
  const holdings = holdingsOf([contractOf({ id: "c", notice: HOUR_NOTICE, gpus: 24 })]);
  expect(planned(holdings, new Map([[HOUR_NOTICE, [[240, 24]]]]))).toEqual([]);
});
