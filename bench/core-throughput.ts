/**
 * Is the core with a null store at least a quarter as quick as a bare scan for a place in typed arrays, and does an
 * order cost the same with 1,000 live contracts as with 100,000?
 *
 * The core is measured twice. The market decides each order on its own state, with prices, notices, a ladder of five
 * rungs and the chance of recall that a contract states. The exchange is all that the service decides before anything is
 * stored: the market, and around it the account's rights, credit, holds, the deal and the ledger's transfers. Both apply
 * their events, hash included. The bare scan only finds the same place and takes it. All are given the same orders in
 * turns, and each answer is compared: refused or not, start, and GPUs by fabric. The more contracts are live, the more
 * GPUs there are, so that about as much of them is taken.
 * Printed: microseconds for one order in the lower quartile of short chunks, because others may be using the machine.
 */
import type { Decision } from "../src/market/commands.ts";
import { assert } from "../src/units.ts";
import { benchmarkPolicy } from "./cases.ts";
import { CoreMarket, placeOf } from "./core-throughput-market.ts";
import type { Asked } from "./core-throughput-orders.ts";
import { drawOrder, drawsFrom, fabricSize } from "./core-throughput-orders.ts";
import type { Place } from "./core-throughput-scan.ts";
import { BareScan } from "./core-throughput-scan.ts";
import { machine } from "./machine.ts";
import type { Outcome } from "./durable-orders-sides.ts";
import { CoreSide } from "./durable-orders-sides.ts";
import { ACCOUNTS, commandOf, foundingOf } from "./durable-orders-stream.ts";
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
  readonly market: number;
  readonly exchange: number;
  readonly theirs: number;
}
type Policy = Awaited<ReturnType<typeof benchmarkPolicy>>;

/** A market that has been filled to so many contracts, beside an exchange and a scan that have been filled alike. */
class Course {
  readonly #policy: Policy;
  readonly #market: CoreMarket;
  readonly #exchange = new CoreSide();
  readonly #scan: BareScan;
  readonly #draw: (below: number) => number;
  readonly #times: [number[], number[], number[]] = [[], [], []];
  #sent = 0;
  #timed = 0;
  #accepted = 0;

  constructor(contracts: number, policy: Policy) {
    const orders = contracts + CHUNKS * CHUNK;
    const size = fabricSize(orders);
    this.#policy = policy;
    this.#market = new CoreMarket(policy, size);
    for (const command of foundingOf(policy, orders, String)) this.#exchange.do(command);
    this.#scan = new BareScan(size);
    this.#draw = drawsFrom(contracts);
    for (let sent = 0; this.#market.live < contracts; sent += CHUNK) {
      assert(sent < 4 * contracts, "there is room for so many contracts");
      this.#run(CHUNK);
    }
    this.#accepted = 0;
  }

  /** One timed chunk of both. */
  runChunk(oursFirst: boolean): void {
    const times = this.#run(CHUNK, oursFirst);
    this.#timed += CHUNK;
    for (const side of [0, 1, 2] as const) this.#times[side].push(times[side]);
  }

  result(): Race {
    const [market, exchange, theirs] = this.#times;
    return {
      live: this.#market.live,
      accepted: this.#accepted / this.#timed,
      market: lowerQuartile(market),
      exchange: lowerQuartile(exchange),
      theirs: lowerQuartile(theirs),
    };
  }

  #run(orders: number, oursFirst = true): [number, number, number] {
    const asked = Array.from({ length: orders }, () => drawOrder(this.#draw));
    const first = this.#sent + 1;
    this.#sent += orders;
    const inMarket = asked.map((each, at) => this.#market.commandOf(each, first + at));
    const inExchange = asked.map((each, at) => {
      const index = first + at;
      return commandOf(this.#policy, { index, account: index % ACCOUNTS, asked: each });
    });
    const market = () => timedEach(inMarket, (command) => this.#market.place(command));
    const exchange = () => timedEach(inExchange, (command) => this.#exchange.do(command));
    const scan = () => timedEach(asked, (each) => this.#scan.place(each));
    if (oursFirst) return this.#compare(asked, market(), exchange(), scan());
    const theirs = scan();
    const whole = exchange();
    return this.#compare(asked, market(), whole, theirs);
  }

  #compare(
    asked: readonly Asked[],
    market: Answers<Decision>,
    exchange: Answers<Outcome>,
    scan: Answers<Place | null>,
  ): [number, number, number] {
    const places = [
      market.answers.map(placeOf),
      exchange.answers.map(placeIn),
      scan.answers,
    ] as const;
    for (const [index, each] of asked.entries()) {
      const [a, b, c] = places.map((answers) => JSON.stringify(answers[index]));
      assert(a === c && b === c, `all place ${JSON.stringify(each)} alike: ${a} is ${b} and ${c}`);
      if (c !== "null") this.#accepted += 1;
    }
    return [market.each, exchange.each, scan.each];
  }
}

function placeIn(outcome: Outcome): Place | null {
  if (typeof outcome === "string") return null;
  return placeOf({ events: outcome.filter((event) => event.type === "contract_sold") });
}

interface Answers<Answer> {
  readonly answers: readonly Answer[];
  readonly each: number;
}

function timedEach<T, Answer>(asked: readonly T[], answer: (each: T) => Answer): Answers<Answer> {
  const answers: Answer[] = [];
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
    ["live contracts", "accepted", "bare scan, µs", "market, µs", "ratio", "exchange, µs", "ratio"],
    races.map(({ live, accepted, market, exchange, theirs }) => [
      count(live),
      `${(accepted * 100).toFixed(0)} %`,
      theirs.toFixed(2),
      market.toFixed(2),
      (theirs / market).toFixed(2),
      exchange.toFixed(2),
      (theirs / exchange).toFixed(2),
    ]),
  ),
);
for (const core of ["market", "exchange"] as const) {
  const [first, last] = [races[0], races.at(-1)];
  assert(first !== undefined && last !== undefined, "there are races to compare");
  const least = Math.min(...races.map((race) => race.theirs / race[core]));
  const growth = last[core] / first[core];
  console.log(`
The ${core}: ${count(1e6 / last[core])} orders a second with the most live contracts. The least ratio is ${least.toFixed(2)}, where
${TARGET} is asked: ${judged(least >= TARGET)}. From the fewest live contracts to the most an order costs × ${growth.toFixed(2)}, where × ${MOST_GROWTH} is
allowed: ${judged(growth <= MOST_GROWTH)}.`);
}
console.log(`\n${machine()}.`);
