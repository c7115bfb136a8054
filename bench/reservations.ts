/**
 * How quick is a dated promise of nodes, here and in Slurm?
 *
 * The same stream of orders (so many nodes, from a start, for a duration) goes to Spillway, which sells them firm on
 * PostgreSQL with fsync on through the service's journal, 64 on their way, and over HTTP; and to a real slurmctld, in a
 * lab of as many nodes, as `scontrol create reservation`: by a process for each, as operators and scripts call it, and by
 * processes that are fed commands on standard input, which is the quickest that 22.05 has (its REST cannot write
 * reservations). All take turns within each round.
 *
 * What must be answered is known beforehand, and every answer is compared with it: what fits is taken, the rest refused.
 * After each turn Slurm is asked what it holds: as confirmed, and no node twice. At the end Spillway's store is verified.
 *
 * Printed: orders a second, the slowest, the median and the fastest round, and what Spillway's are of the quickest way's.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newApiKey } from "../src/http/api-key.ts";
import { bringUp, type Lab, takeDown } from "../src/labs/slurm/lab.ts";
import { openPostgres } from "../src/store/postgres.ts";
import { storeOn } from "../src/store/sql-store.ts";
import { assert } from "../src/units.ts";
import { verify } from "../src/verify/verify.ts";
import { startPostgres } from "../test/postgres.ts";
import { benchmarkPolicy } from "./cases.ts";
import { openJournal, submitAll } from "./durable-orders-sides.ts";
import { ACCOUNTS, foundingOf } from "./durable-orders-stream.ts";
import { count, table } from "./markdown.ts";
import type { HttpAnswer } from "./reservations-http.ts";
import { bodiesOf, commandsOf, isSold, NO_ROOM, poolOf } from "./reservations-market.ts";
import { serve } from "./reservations-server.ts";
import { checkHeld, clear, reserve, versionOf, type Way } from "./reservations-slurm.ts";
import {
  answersOf,
  NODES,
  ORDERS,
  type Stream,
  streamOf,
  takenBySlot,
} from "./reservations-stream.ts";

const ROUNDS = 5;
const IN_FLIGHT = 64;
/** Passes through the stream, each on a pool of its own, so that a turn of Spillway's lasts long enough to be measured. */
const PASSES = 8;
const WARM_UPS = 3;
const TARGET = 10;
const WAYS: readonly Way[] = (["each", "fed"] as const).flatMap((kind) =>
  [1, 4, 16].map((atOnce) => ({ kind, atOnce })),
);

const policy = await benchmarkPolicy();
const keys = Array.from({ length: ACCOUNTS }, newApiKey);
const postgres = await startPostgres();
const database = await openPostgres(await postgres.freshDatabase());
const store = storeOn(database);
const journal = await openJournal(store);
await submitAll(
  journal,
  foundingOf(policy, 1, (account) => keys[account] ?? ""),
  1,
  "founding",
);
const server = await serve(journal, store);

/** Orders a second. @param turn names what is done in it */
async function durably(stream: Stream, turn: string): Promise<number> {
  const pools = await openPools(turn);
  const commands = pools.flatMap((pool) => commandsOf(stream, pool));
  const began = performance.now();
  const outcomes = await submitAll(journal, commands, IN_FLIGHT, turn);
  const seconds = (performance.now() - began) / 1_000;
  checkPasses(stream, outcomes.map(isSold));
  return commands.length / seconds;
}

async function overHttp(stream: Stream, turn: string): Promise<number> {
  const pools = await openPools(turn);
  const bodies = pools.flatMap((pool) => bodiesOf(stream, pool));
  const { seconds, answers } = await server.ask({ keys, name: turn, bodies });
  checkPasses(stream, answers.map(isBought));
  return bodies.length / seconds;
}

async function openPools(turn: string): Promise<string[]> {
  const pools = Array.from({ length: PASSES }, (_, pass) => `${turn}-${pass}`);
  const commands = pools.flatMap((pool) => poolOf(policy, pool));
  const opened = await submitAll(journal, commands, 1, `open-${turn}`);
  assert(!opened.some((outcome) => typeof outcome === "string"), "the pools are opened");
  return pools;
}

function isBought({ status, text }: HttpAnswer): boolean {
  const isForWantOfRoom = NO_ROOM.some((code) => text.includes(`"code":"${code}"`));
  assert(status === 200 || (status === 409 && isForWantOfRoom), `${status} ${text}`);
  return status === 200;
}

/** Over HTTP and side by side orders may arrive in another order: then as many of each slot are taken, not the same ones. */
function checkPasses(stream: Stream, taken: readonly boolean[]): void {
  for (let pass = 0; pass < PASSES; pass++) {
    checkTaken(stream, taken.slice(pass * ORDERS, (pass + 1) * ORDERS), "any order");
  }
}

function checkTaken(stream: Stream, taken: readonly boolean[], arrival: "any order" | "in order") {
  const expected = answersOf(stream);
  const [a, b] = [takenBySlot(stream, taken), takenBySlot(stream, expected)].map(String);
  assert(a === b, `what fits is taken, and no more: ${a} is ${b}`);
  if (arrival === "in order") assert(String(taken) === String(expected), "each as it must be");
}

async function inSlurm(lab: Lab, stream: Stream, way: Way): Promise<number> {
  const { taken, seconds } = await reserve(lab, stream, way);
  checkTaken(stream, taken, way.atOnce === 1 ? "in order" : "any order");
  await checkHeld(lab, stream, taken);
  await clear(lab, taken);
  return ORDERS / seconds;
}

interface Round {
  readonly durable: number;
  readonly http: number;
  /** In the order of WAYS. */
  readonly slurm: readonly number[];
}

/** One turn of everybody, with a stream of its own. */
async function round(lab: Lab, number: number): Promise<Round> {
  const stream = streamOf(number);
  const durable = await durably(stream, `durable-${number}`);
  const slurm: number[] = [];
  for (const way of WAYS) slurm.push(await inSlurm(lab, stream, way));
  const http = await overHttp(stream, `http-${number}`);
  return { durable, http, slurm };
}

/** Everything has been compiled and opened before it is measured. */
async function warmUp(lab: Lab): Promise<void> {
  for (let number = 1; number <= WARM_UPS; number++) {
    await durably(streamOf(-number), `warm-${number}`);
    await overHttp(streamOf(-number), `warm-http-${number}`);
  }
  await inSlurm(lab, streamOf(0), { kind: "fed", atOnce: 1 });
}

async function race(lab: Lab): Promise<readonly Round[]> {
  await warmUp(lab);
  const rounds: Round[] = [];
  for (let number = 1; number <= ROUNDS; number++) {
    console.error(`round ${number} of ${ROUNDS} …`);
    rounds.push(await round(lab, number));
  }
  return rounds;
}

interface Raced {
  readonly rounds: readonly Round[];
  /** Slurm's. */
  readonly version: string;
}

const folder = mkdtempSync(join(tmpdir(), "spillway-bench-"));
const place = join(folder, "lab");
const stop = async (): Promise<void> => {
  await takeDown(place);
  rmSync(folder, { recursive: true });
};
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

async function raceInLab(): Promise<Raced> {
  console.error(`bringing up a lab of ${NODES} nodes …`);
  try {
    const lab = await bringUp(place, NODES, { signal: interrupted.signal });
    return { rounds: await race(lab), version: await versionOf(lab) };
  } finally {
    await stop();
    await server.close();
  }
}

const { rounds, version } = await raceInLab();
await journal.close();
const { faults } = await verify(database);
assert(faults.length === 0, `the store is what its journal gives: ${faults[0]}`);
await database.close();
await postgres.stop();

type Row = readonly [name: string, speeds: readonly number[]];

function nameOf({ kind, atOnce }: Way): string {
  const how = kind === "each" ? "a process for each" : "fed on standard input";
  return `scontrol, ${how}, ${atOnce} at once`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The slowest, the median and the fastest. */
function spread(values: readonly number[], write: (value: number) => string): string[] {
  return [Math.min(...values), median(values), Math.max(...values)].map(write);
}

const ways: readonly Row[] = WAYS.map((way, at) => [
  nameOf(way),
  rounds.map(({ slurm }) => slurm[at] ?? Number.NaN),
]);
const durable: Row = [
  `Spillway, durable, ${IN_FLIGHT} on their way`,
  rounds.map((each) => each.durable),
];
const http: Row = [`Spillway over HTTP, ${ACCOUNTS} connections`, rounds.map((each) => each.http)];
const [quickest = durable] = ways.toSorted(([, a], [, b]) => median(b) - median(a));
const commands = ways.filter((_, at) => WAYS[at]?.kind === "each");
const [quickestCommand = durable] = commands.toSorted(([, a], [, b]) => median(b) - median(a));

/** Round by round, since a busy machine slows all that takes turns in a round. */
function ratios([, ours]: Row, [, theirs]: Row): number[] {
  return ours.map((speed, at) => speed / (theirs[at] ?? Number.NaN));
}

function times(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 1);
}

function verdict(opponent: Row): string {
  const [least, middle, most] = spread(ratios(durable, opponent), times);
  const isReached = median(ratios(durable, opponent)) >= TARGET;
  return `${middle} times (${least} to ${most}) "${opponent[0]}": ${isReached ? "reached" : "missed"}`;
}

const head = ["orders a second", "min", "median", "max", "ratio min", "median", "max"];
const lines = [...ways, durable, http].map((row) =>
  [row[0]].concat(spread(row[1], count), spread(ratios(row, quickest), times)),
);
console.log(`${table(head, lines)}

Ratios in the table are to the quickest way of all, round by round. ${TARGET} times \`scontrol create reservation\` is asked. Durable orders are

- as a command, which is how it is called: ${verdict(quickestCommand)};
- by the quickest way that it has: ${verdict(quickest)}.

${ROUNDS} rounds on ${NODES} nodes; ${ORDERS} orders a turn of Slurm's, ${ORDERS * PASSES} a turn of Spillway's. Slurm ${version}, PostgreSQL with fsync on.`);
