/**
 * How quick is an order that is durable before it is answered?
 *
 * The same orders go, in turns, through the core with a null store (decide, carry out, hash) and through the journal on
 * PostgreSQL with fsync on: with a key to each, its events, documents, answer, audit entry and postings in the one transaction
 * that is committed before anybody is told, 64 on their way at any time. Every answer is compared, and the state's hash
 * at the end. Beside them the same kind of orders over HTTP: 64 connections from another process, kept alive, each with
 * its own API key; what the database then holds is checked against its journal.
 *
 * Printed: orders a second in the median round.
 */
import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { newApiKey } from "../src/http/api-key.ts";
import { encode } from "../src/journal/codec.ts";
import type { Journal } from "../src/journal/journal.ts";
import type { Store } from "../src/ports.ts";
import { openPostgres } from "../src/store/postgres.ts";
import { storeOn } from "../src/store/sql-store.ts";
import { stateHash } from "../src/exchange/state.ts";
import { assert } from "../src/units.ts";
import { verify } from "../src/verify/verify.ts";
import { startPostgres } from "../test/postgres.ts";
import { apiOn } from "./bench-api.ts";
import { benchmarkPolicy } from "./cases.ts";
import { NOW } from "./core-throughput-market.ts";
import type { HttpReport, HttpTask } from "./durable-orders-http.ts";
import { CoreSide, openJournal, submitAll } from "./durable-orders-sides.ts";
import type { Outcome } from "./durable-orders-sides.ts";
import { ACCOUNTS, commandOf, drawnOrders, foundingOf } from "./durable-orders-stream.ts";
import { machine } from "./machine.ts";
import { count, table } from "./markdown.ts";

const IN_FLIGHT = 64;
const ROUNDS = 7;
const ROUND = 2_048;
const WARM_UP = 6_000;
const HTTP_ROUND = 3_000;
const TARGET = 0.2;
const ALL = WARM_UP + ROUNDS * ROUND + (ROUNDS + 1) * HTTP_ROUND;

const policy = await benchmarkPolicy();
const keys = Array.from({ length: ACCOUNTS }, newApiKey);
const founding = foundingOf(policy, ALL, (account) => keys[account] ?? "");

interface Speeds {
  /** Orders a second. */
  readonly core: number;
  readonly durable: number;
}

/** One round of both, first the one and then the other. */
async function race(
  core: CoreSide,
  journal: Journal,
  round: number,
  orders: number,
): Promise<Speeds> {
  const commands = Array.from({ length: orders }, () => commandOf(policy, draw()));
  const inCore = (): Promise<Ran> => ran(() => commands.map((command) => core.do(command)));
  const durably = (): Promise<Ran> =>
    ran(() => submitAll(journal, commands, IN_FLIGHT, `round-${round}`));
  const first = round % 2 === 0 ? await inCore() : await durably();
  const second = round % 2 === 0 ? await durably() : await inCore();
  const [ours, theirs] = round % 2 === 0 ? [second, first] : [first, second];
  for (const [at, outcome] of theirs.outcomes.entries()) {
    const [a, b] = [textOf(ours.outcomes[at] ?? []), textOf(outcome)];
    assert(a === b, `both answer alike: ${a} is ${b}`);
  }
  return { core: orders / theirs.seconds, durable: orders / ours.seconds };
}

interface Ran {
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
}

async function ran(work: () => readonly Outcome[] | Promise<readonly Outcome[]>): Promise<Ran> {
  const began = performance.now();
  const outcomes = await work();
  return { outcomes, seconds: (performance.now() - began) / 1_000 };
}

function textOf(outcome: Outcome): string {
  return JSON.stringify(encode(outcome));
}

/** Orders a second over real sockets. */
async function overHttp(journal: Journal, store: Store): Promise<number> {
  const api = apiOn(journal, store, NOW);
  const server = createServer(getRequestListener(api.fetch));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const task: HttpTask = { port, keys, rounds: ROUNDS + 1, orders: HTTP_ROUND };
  const report = await clientOf(task);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert(report.wrong.length === 0, `every order is answered: ${report.wrong[0]}`);
  // The first round is what everything is compiled in.
  return median(report.seconds.slice(1).map((seconds) => HTTP_ROUND / seconds));
}

function clientOf(task: HttpTask): Promise<HttpReport> {
  const child = fork(new URL("durable-orders-http.ts", import.meta.url), [JSON.stringify(task)]);
  return new Promise((resolve, reject) => {
    child.once("message", (report) => resolve(report as HttpReport));
    child.once("exit", (code) => reject(new Error(`the client ended with ${String(code)}`)));
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const draw = drawnOrders(1);
const postgres = await startPostgres();
const database = await openPostgres(await postgres.freshDatabase());
const store = storeOn(database);
const [core, journal] = [new CoreSide(), await openJournal(store)];
for (const command of founding) core.do(command);
await submitAll(journal, founding, 1, "founding");
console.error("filling …");
await race(core, journal, 0, WARM_UP);
const speeds: Speeds[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  console.error(`round ${round} of ${ROUNDS} …`);
  speeds.push(await race(core, journal, round, ROUND));
}
assert(core.hash === stateHash(journal.durable.state), "both have come to the same state");
console.error("over HTTP …");
const http = await overHttp(journal, store);
await journal.close();
const { faults } = await verify(database);
assert(faults.length === 0, `the store is what its journal gives: ${faults[0]}`);
await database.close();
await postgres.stop();

const [alone, durable] = [
  median(speeds.map((each) => each.core)),
  median(speeds.map((each) => each.durable)),
];
const ratio = median(speeds.map((each) => each.durable / each.core));
console.log(
  table(
    ["", "orders/s", "of the core alone"],
    [
      ["core, null store", count(alone), "1"],
      [`durable, ${IN_FLIGHT} on their way`, count(durable), ratio.toFixed(2)],
      [`durable over HTTP, ${IN_FLIGHT} connections`, count(http), (http / alone).toFixed(2)],
    ],
  ),
);
console.log(`
The ratio is ${ratio.toFixed(2)}, where ${TARGET} is asked: ${ratio >= TARGET ? "reached" : "missed"}. ${machine()}.`);
