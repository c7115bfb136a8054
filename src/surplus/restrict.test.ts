import { expect, test } from "vitest";
import { EMPTY, add, rectangle } from "../schedule/schedule.ts";
import { at, ladderOf, span, SPOT } from "../recall/recall.test-data.ts";
import { gpus } from "../units.ts";
import { diminishLadder, restrictLadder } from "./restrict.ts";

const LADDER = ladderOf(
  0,
  new Map([
    [
      SPOT,
      [
        [60, 64],
        [120, 24, 16],
      ] as const,
    ],
  ]),
);

function piecesOf(keptBack: Parameters<typeof restrictLadder>[1]) {
  const [rung] = restrictLadder(LADDER, keptBack).rungs;
  return (rung?.pieces ?? []).map(({ until, safe, sellable }) => [until, safe, sellable]);
}

test("where nothing is kept back the ladder is as it was", () => {
  expect(restrictLadder(LADDER, EMPTY)).toEqual(LADDER);
});

test("what is kept back is taken from the capacity, not from what was for sale", () => {
  expect(piecesOf(rectangle(span(0, 120), gpus(32)))).toEqual([
    [at(60), 32, 32],
    [at(120), 24, 16],
  ]);
});

test("a piece is divided where what is kept back begins and ends", () => {
  expect(piecesOf(rectangle(span(30, 90), gpus(48)))).toEqual([
    [at(30), 64, 64],
    [at(60), 16, 16],
    [at(90), 16, 16],
    [at(120), 24, 16],
  ]);
});

test("no more is kept back than there is", () => {
  const twice = add(rectangle(span(0, 120), gpus(64)), rectangle(span(0, 120), gpus(64)));
  expect(piecesOf(twice).map(([, safe]) => safe)).toEqual([0, 0]);
});

test("the reserve is kept back besides", () => {
  const reserved = { ...LADDER, reserve: gpus(8) };
  const [rung] = restrictLadder(reserved, rectangle(span(0, 60), gpus(16))).rungs;
  expect(rung?.pieces[0]?.safe).toBe(40);
});

test("what is missing leaves so much less beside the demand", () => {
  const [rung] = diminishLadder(LADDER, rectangle(span(30, 120), gpus(20))).rungs;
  expect(rung?.pieces.map(({ until, safe, sellable }) => [until, safe, sellable])).toEqual([
    [at(30), 64, 64],
    [at(60), 44, 44],
    [at(120), 4, 0],
  ]);
});
