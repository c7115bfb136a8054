/**
 * Is the plain limit book at least five times as quick as nodejs-order-book?
 *
 * Both are handed the same commands, each in its own form, in turns of a few thousand, and which goes first alternates.
 * Every answer is compared: each trade's maker, GPUs and price, what expires and what rests; at the end also what
 * stands at each price. Ours decides, applies and keeps a hash of its state, as the service does; theirs keeps no
 * journal (its default). Printed: commands a second in the lower quartile of short chunks, because others may be using
 * the machine.
 *
 * Not compared, because theirs differs or has no counterpart: the volume of a whole side (theirs keeps what partial
 * fills took), `EXPIRE_TAKER` (theirs reports more left over than there is where fills go before), and times of orders.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { assert } from "../src/units.ts";
import { machine } from "./machine.ts";
import { count, table } from "./markdown.ts";
import type { BookCommand } from "../src/limit-book/decide.ts";
import type { BookSide } from "./plain-book-sides.ts";
import { nodejsOrderBook, spillwayBook, textOf } from "./plain-book-sides.ts";
import type { Mix } from "./plain-book-streams.ts";
import { MIXES, Stream } from "./plain-book-streams.ts";

const TARGET = 5;
const WARM_UP_BLOCKS = 15;
const BLOCKS = 80;
const COMMANDS = 2_000;
/** Commands timed together: short, so that few are cut through by others on the machine. */
const CHUNK = 250;

interface Race {
  readonly mix: Mix;
  readonly resting: number;
  readonly trades: number;
  /** Nanoseconds for one command. */
  readonly ours: number;
  readonly theirs: number;
}

function race(mix: Mix): Race {
  const stream = new Stream(mix, 1);
  const sides = [spillwayBook(), nodejsOrderBook()] as const;
  runBlock(sides, stream.seed(), 0);
  let trades = 0;
  const times: Times = [[], []];
  for (let block = 0; block < WARM_UP_BLOCKS + BLOCKS; block += 1) {
    const taken = runBlock(sides, stream.next(COMMANDS), block);
    trades += compare(sides);
    if (block < WARM_UP_BLOCKS) continue;
    for (const side of [0, 1] as const) times[side].push(...taken[side]);
  }
  assert(sides[0].depth() === sides[1].depth(), "the same stands at each price");
  assert(sides[0].resting === sides[1].resting, "as many orders rest");
  const [ours, theirs] = [lowerQuartile(times[0]), lowerQuartile(times[1])];
  return { mix, resting: sides[0].resting, trades, ours, theirs };
}

type Sides = readonly [BookSide, BookSide];
/** Nanoseconds for one command, chunk by chunk: ours, theirs. */
type Times = [number[], number[]];

/** Each side carries out all the commands before the other does; which goes first alternates. */
function runBlock(sides: Sides, commands: readonly BookCommand[], block: number): Times {
  const texts = commands.map(textOf);
  for (const side of sides) side.hand(texts);
  const times: Times = [[], []];
  for (const turn of [0, 1]) {
    const side = ((block + turn) & 1) as 0 | 1;
    times[side] = runChunks(sides[side], texts.length);
  }
  return times;
}

function runChunks(side: BookSide, commands: number): number[] {
  return Array.from({ length: Math.ceil(commands / CHUNK) }, (_, chunk) => {
    const began = process.hrtime.bigint();
    side.run(chunk * CHUNK, Math.min((chunk + 1) * CHUNK, commands));
    return Number(process.hrtime.bigint() - began) / CHUNK;
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

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
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
    races.map(({ mix, resting, trades, ours, theirs }) => [
      mix.name,
      count(resting),
      count(trades),
      count(1e9 / ours),
      count(1e9 / theirs),
      `× ${(theirs / ours).toFixed(1)}`,
    ]),
  ),
);
const least = Math.min(...races.map(({ ours, theirs }) => theirs / ours));
const verdict = least >= TARGET ? "reached" : "missed";
console.log(
  `\nThe least ratio is × ${least.toFixed(1)}, where × ${TARGET} is asked: ${verdict}. ${machine()}.`,
);
