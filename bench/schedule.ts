/**
 * Does a timeline cost the same with 1,000 and with 100,000 live contracts, and is it worth its tree?
 *
 * Two years, minute by minute, full of contracts of 1 to 72 hours that begin at any minute. The timeline and
 * its opponent, a bare Int32Array with one number a minute and plain loops, take turns at the same requests,
 * and so do the numbers of contracts; every answer is compared. Printed: nanoseconds for one request in
 * the quickest quarter of the blocks, because others may be using the machine. A fit costs more the more often
 * the level crosses what is needed, up to a bound that the timeline states.
 */
import { availableParallelism, cpus } from "node:os";
import { Timeline } from "../src/schedule/timeline.ts";
import { type Window, MINUTE_MS, assert, durationMs, epochMs, gpus } from "../src/units.ts";

const HORIZON = 2 * 365 * 24 * 60;
const COUNTS = [1_000, 10_000, 100_000];
const BLOCKS = 32;
const REQUESTS = 5_000;
const FIT_RANGE = 24 * 60;

/** What both sides can do; times are minutes. */
interface Side {
  add(from: number, to: number, delta: number): void;
  min(from: number, to: number): number;
  /** The first minute within a day of `from` where `need` lasts until `to − from` later; −1: none. */
  fit(from: number, to: number, need: number): number;
}

const at = (minute: number) => epochMs(minute * MINUTE_MS);
const window = (from: number, to: number): Window => ({ start: at(from), end: at(to) });

function timelineSide(): Side {
  const timeline = new Timeline(epochMs(0));
  return {
    add: (from, to, delta) => timeline.add(window(from, to), gpus(delta)),
    min: (from, to) => timeline.min(window(from, to)),
    fit: (from, to, need) => {
      const duration = durationMs((to - from) * MINUTE_MS);
      const found = timeline.earliestFit(at(from), at(from + FIT_RANGE), duration, gpus(need));
      return found === null ? -1 : found / MINUTE_MS;
    },
  };
}

function arraySide(): Side {
  const values = new Int32Array(HORIZON + FIT_RANGE);
  return {
    add: (from, to, delta) => {
      for (let minute = from; minute < to; minute++) values[minute] = (values[minute] ?? 0) + delta;
    },
    min: (from, to) => {
      let low = Infinity;
      for (let minute = from; minute < to; minute++) {
        const value = values[minute] ?? 0;
        if (value < low) low = value;
      }
      return low;
    },
    fit: (from, to, need) => {
      let start = from;
      for (let minute = from; minute < start + (to - from); minute++) {
        if ((values[minute] ?? 0) < need) start = minute + 1;
        if (start > from + FIT_RANGE) return -1;
      }
      return start;
    },
  };
}

/** Mulberry32: the same contracts in every run. */
function drawsFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Contract {
  readonly from: number;
  readonly to: number;
  readonly gpus: number;
}

function drawContract(draw: (below: number) => number): Contract {
  const length = 60 * (1 + draw(72));
  const from = draw(HORIZON - length);
  return { from, to: from + length, gpus: 8 * (1 + draw(16)) };
}

const KINDS = ["add", "min", "fit"] as const;
type Kind = (typeof KINDS)[number];
type Work = Record<Kind, (side: Side) => number>;

/** One block of requests of each kind: contracts end and others begin, windows are read and fitted. */
function drawWork(live: Contract[], draw: (below: number) => number, need: number): Work {
  const changes = Array.from({ length: REQUESTS / 2 }, () => {
    const index = draw(live.length);
    const change = { old: live[index] ?? drawContract(draw), young: drawContract(draw) };
    live[index] = change.young;
    return change;
  });
  const reads = Array.from({ length: REQUESTS }, () => drawContract(draw));
  return {
    add: (side) => {
      for (const { old, young } of changes) {
        side.add(old.from, old.to, -old.gpus);
        side.add(young.from, young.to, young.gpus);
      }
      return changes.length;
    },
    min: (side) => checksum(reads, (read) => side.min(read.from, read.to)),
    fit: (side) => checksum(reads, (read) => side.fit(read.from, read.to, need)),
  };
}

function checksum(reads: readonly Contract[], answer: (read: Contract) => number): number {
  let sum = 0;
  for (const read of reads) sum = (Math.imul(sum, 31) + answer(read)) | 0;
  return sum;
}

function nanoseconds(work: (side: Side) => number, side: Side): { each: number; answer: number } {
  const start = process.hrtime.bigint();
  const answer = work(side);
  return { each: Number(process.hrtime.bigint() - start) / REQUESTS, answer };
}

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
}

/** Both sides with the same live contracts, and the nanoseconds that they have taken so far. */
interface Race {
  readonly count: number;
  runBlock(): void;
  /** The timeline's, then the array's. */
  quartiles(kind: Kind): [number, number];
}

function raceOf(count: number): Race {
  const draw = drawsFrom(count);
  const live = Array.from({ length: count }, () => drawContract(draw));
  const [ours, theirs] = [timelineSide(), arraySide()];
  for (const side of [ours, theirs]) for (const c of live) side.add(c.from, c.to, c.gpus);
  const need = ours.min(HORIZON / 2, HORIZON / 2 + 1);
  const taken: Record<Kind, [number, number][]> = { add: [], min: [], fit: [] };
  return {
    count,
    runBlock: () => {
      const work = drawWork(live, draw, need);
      for (const kind of KINDS) taken[kind].push(duel(work[kind], ours, theirs));
    },
    quartiles: (kind) => [
      lowerQuartile(taken[kind].map(([mine]) => mine)),
      lowerQuartile(taken[kind].map(([, other]) => other)),
    ],
  };
}

function duel(work: (side: Side) => number, ours: Side, theirs: Side): [number, number] {
  const [mine, other] = [nanoseconds(work, ours), nanoseconds(work, theirs)];
  assert(mine.answer === other.answer, "both sides answer alike");
  return [mine.each, other.each];
}

console.log(
  `schedule: ${cpus()[0]?.model}, ${availableParallelism()} cores, node ${process.version}`,
);
console.log("live contracts  request   timeline ns  Int32Array ns  ratio");
const races = COUNTS.map(raceOf);
for (let block = 0; block < BLOCKS; block++) for (const race of races) race.runBlock();
for (const race of races) {
  for (const kind of KINDS) {
    const [ours, theirs] = race.quartiles(kind);
    const figures = [ours.toFixed(0).padStart(12), theirs.toFixed(0).padStart(14)];
    console.log(
      `${race.count.toLocaleString("en").padStart(14)}  ${kind.padEnd(8)}${figures.join(" ")}`,
      ` ${(theirs / ours).toFixed(1)}`,
    );
  }
}
