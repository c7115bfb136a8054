/**
 * Is the core with a null store at least a quarter as quick as a bare scan for a place in typed arrays, and does an
 * order cost the same with 1,000 live contracts as with 100,000?
 *
 * Ours decides each order on the market's state, with prices, notices, a ladder of five rungs and the chance of recall
 * that a contract states, and applies the events, hash included. The bare scan only finds the same place and takes it.
 * Both are given the same orders in turns, and each answer is compared: refused or not, start, and GPUs by fabric. The
 * more contracts are live, the more GPUs there are, so that about as much of them is taken.
 * Printed: microseconds for one order in the lower quartile of short chunks, because others may be using the machine.
 */
import { assert } from "../src/units.ts";
import { benchmarkPolicy } from "./cases.ts";
import { CoreMarket, placeOf } from "./core-throughput-market.ts";
import type { Asked } from "./core-throughput-orders.ts";
import { drawOrder, drawsFrom, fabricSize } from "./core-throughput-orders.ts";
import { BareScan } from "./core-throughput-scan.ts";
import { machine } from "./machine.ts";
import { count, table } from "./markdown.ts";

const COUNTS = [1_000, 10_000, 100_000];
const TARGET = 0.25;
const MOST_GROWTH = 1.2;
const WARM_UP_CONTRACTS = 5_000;
const CHUNK = 20;
/** There is room for what is sold meanwhile, so that the market does not fill up. */
const CHUNKS = 40;

/** Microseconds for one order. */
interface Race {
  readonly live: number;
  readonly accepted: number;
  readonly ours: number;
  readonly theirs: number;
}
type Policy = Awaited<ReturnType<typeof benchmarkPolicy>>;

/** A market that has been filled to so many contracts, beside a scan that has been filled alike. */
class Course {
  readonly #market: CoreMarket;
  readonly #scan: BareScan;
  readonly #draw: (below: number) => number;
  readonly #times: [number[], number[]] = [[], []];
  #sent = 0;
  #timed = 0;
  #accepted = 0;

  constructor(contracts: number, policy: Policy) {
    const size = fabricSize(contracts + CHUNKS * CHUNK);
    this.#market = new CoreMarket(policy, size);
    this.#scan = new BareScan(size);
    this.#draw = drawsFrom(contracts);
    for (let orders = 0; this.#market.live < contracts; orders += CHUNK) {
      assert(orders < 4 * contracts, "there is room for so many contracts");
      this.#run(CHUNK);
    }
    this.#accepted = 0;
  }

  /** One timed chunk of both. */
  runChunk(oursFirst: boolean): void {
    const times = this.#run(CHUNK, oursFirst);
    this.#timed += CHUNK;
    for (const side of [0, 1] as const) this.#times[side].push(times[side]);
  }

  result(): Race {
    const [ours, theirs] = [lowerQuartile(this.#times[0]), lowerQuartile(this.#times[1])];
    return { live: this.#market.live, accepted: this.#accepted / this.#timed, ours, theirs };
  }

  #run(orders: number, oursFirst = true): [number, number] {
    const asked = Array.from({ length: orders }, () => drawOrder(this.#draw));
    const commands = asked.map((each) => this.#market.commandOf(each, (this.#sent += 1)));
    const ours = () => timedEach(commands, (command) => this.#market.place(command));
    const theirs = () => timedEach(asked, (each) => this.#scan.place(each));
    const [first, second] = oursFirst ? [ours(), theirs()] : [theirs(), ours()];
    return oursFirst ? this.#compare(asked, first, second) : this.#compare(asked, second, first);
  }

  #compare(asked: readonly Asked[], ours: Answers, theirs: Answers): [number, number] {
    for (const [index, each] of asked.entries()) {
      const place = placeOf(ours.answers[index] as ReturnType<CoreMarket["place"]>);
      const [a, b] = [JSON.stringify(place), JSON.stringify(theirs.answers[index])];
      assert(a === b, `both place ${JSON.stringify(each)} alike: ${a} is ${b}`);
      if (place !== null) this.#accepted += 1;
    }
    return [ours.each, theirs.each];
  }
}

interface Answers {
  readonly answers: readonly unknown[];
  readonly each: number;
}

function timedEach<T>(asked: readonly T[], answer: (each: T) => unknown): Answers {
  const answers: unknown[] = [];
  const began = process.hrtime.bigint();
  for (const each of asked) answers.push(answer(each));
  return { answers, each: Number(process.hrtime.bigint() - began) / 1_000 / asked.length };
}

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
}

function judged(isReached: boolean): string {
  return isReached ? "reached" : "missed";
}

const policy = await benchmarkPolicy();
// What is compiled on the way would make the first market the slowest.
const warmUp = new Course(WARM_UP_CONTRACTS, policy);
for (let chunk = 0; chunk < CHUNKS; chunk += 1) warmUp.runChunk(true);
const courses = COUNTS.map((contracts) => {
  console.error(`filling a market with ${count(contracts)} contracts …`);
  return new Course(contracts, policy);
});
console.error("racing …");
for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
  for (const course of courses) course.runChunk(chunk % 2 === 0);
}
const races = courses.map((course) => course.result());
console.log(
  table(
    ["live contracts", "accepted", "core, µs", "bare scan, µs", "core, orders/s", "ratio"],
    races.map(({ live, accepted, ours, theirs }) => [
      count(live),
      `${(accepted * 100).toFixed(0)} %`,
      ours.toFixed(2),
      theirs.toFixed(2),
      count(1e6 / ours),
      (theirs / ours).toFixed(2),
    ]),
  ),
);
const [first, last] = [races[0], races.at(-1)];
assert(first !== undefined && last !== undefined, "there are races to compare");
const least = Math.min(...races.map(({ ours, theirs }) => theirs / ours));
const growth = last.ours / first.ours;
console.log(`
The least ratio is ${least.toFixed(2)}, where ${TARGET} is asked: ${judged(least >= TARGET)}. From the fewest live
contracts to the most an order costs × ${growth.toFixed(2)}, where × ${MOST_GROWTH} is allowed: ${judged(growth <= MOST_GROWTH)}.
${machine()}.`);
