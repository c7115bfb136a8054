/**
 * Is the plain limit book at least five times as quick as nodejs-order-book?
 *
 * Both are handed the same commands, each in its own form, in turns of a few thousand, and which goes first alternates.
 * Every answer is compared: each trade's maker, GPUs and price, what expires and what rests; at the end also what
 * stands at each price. Ours decides, applies and keeps a hash of its state, as the service does; theirs keeps no
 * journal (its default). Printed: the median block's commands a second of both, and the median of the blocks' ratios.
 *
 * Not compared, because theirs differs or has no counterpart: the volume of a whole side (theirs keeps what partial
 * fills took), `EXPIRE_TAKER` (theirs reports more left over than there is where fills go before), and times of orders.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { assert } from "../src/units.ts";
import { machine } from "./machine.ts";
import { count, table } from "./markdown.ts";
import type { BookSide } from "./plain-book-sides.ts";
import { nodejsOrderBook, spillwayBook } from "./plain-book-sides.ts";
import type { Mix } from "./plain-book-streams.ts";
import { MIXES, Stream } from "./plain-book-streams.ts";

const TARGET = 5;
const WARM_UP_BLOCKS = 8;
const BLOCKS = 40;
const COMMANDS = 5_000;

interface Race {
  readonly mix: Mix;
  readonly resting: number;
  readonly trades: number;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
}

function race(mix: Mix): Race {
  const stream = new Stream(mix, 1);
  const sides = [spillwayBook(), nodejsOrderBook()] as const;
  runAlike(sides, stream.seed());
  let trades = 0;
  const blocks = Array.from({ length: WARM_UP_BLOCKS + BLOCKS }, (_, block) => {
    const commands = stream.next(COMMANDS);
    for (const side of sides) side.hand(commands);
    const times = block % 2 === 0 ? inOrder(sides) : inOrder([sides[1], sides[0]]).toReversed();
    trades += compare(sides);
    return times;
  });
  assert(sides[0].depth() === sides[1].depth(), "the same stands at each price");
  assert(sides[0].resting === sides[1].resting, "as many orders rest");
  return { mix, resting: sides[0].resting, trades, ...figures(blocks.slice(WARM_UP_BLOCKS)) };
}

type Sides = readonly [BookSide, BookSide];

function runAlike(sides: Sides, commands: Parameters<BookSide["hand"]>[0]): void {
  for (const side of sides) side.hand(commands);
  inOrder(sides);
  compare(sides);
}

/** @returns nanoseconds of the thread's processor time for one command: others on the machine disturb it less */
function inOrder(sides: Sides): number[] {
  return sides.map((side) => {
    const before = process.threadCpuUsage();
    side.run();
    const { user, system } = process.threadCpuUsage(before);
    return ((user + system) * 1_000) / COMMANDS;
  });
}

/** @returns how many trades were compared */
function compare([ours, theirs]: Sides): number {
  const [mine, other] = [ours.told(), theirs.told()];
  assert(mine.length === other.length, "both answer every command");
  let trades = 0;
  for (const [index, told] of mine.entries()) {
    const [a, b] = [JSON.stringify(told), JSON.stringify(other[index])];
    assert(a === b, `both answer alike: ${a} is ${b}`);
    trades += told.trades.length;
  }
  return trades;
}

function figures(blocks: readonly (readonly number[])[]): Pick<Race, "ours" | "theirs" | "ratio"> {
  return {
    ours: 1e9 / median(blocks.map(([ours = 0]) => ours)),
    theirs: 1e9 / median(blocks.map(([, theirs = 0]) => theirs)),
    ratio: median(blocks.map(([ours = 0, theirs = 0]) => theirs / ours)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const manifest = `${entry.slice(0, entry.lastIndexOf(`/${name}/`))}/${name}/package.json`;
  return String(JSON.parse(readFileSync(manifest, "utf8")).version);
}

const races = MIXES.map((mix) => {
  console.error(`${mix.name} …`);
  return race(mix);
});
const opponent = `nodejs-order-book ${versionOf("nodejs-order-book")}`;
console.log(
  table(
    ["mix of commands", "resting", "trades compared", "ours, /s", `${opponent}, /s`, "ratio"],
    races.map(({ mix, resting, trades, ours, theirs, ratio }) => [
      mix.name,
      count(resting),
      count(trades),
      count(ours),
      count(theirs),
      `× ${ratio.toFixed(1)}`,
    ]),
  ),
);
const least = Math.min(...races.map(({ ratio }) => ratio));
const verdict = least >= TARGET ? "reached" : "missed";
console.log(
  `\nThe least ratio is × ${least.toFixed(1)}, where × ${TARGET} is asked: ${verdict}. ${machine()}.`,
);
