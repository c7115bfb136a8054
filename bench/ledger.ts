/**
 * How fast is money moved, durably?
 *
 * The ledger's postings, through the store as the writer uses it: fenced, with an event to each batch, four indexes,
 * floors under every customer's balance and row-level security. Beside it on the same server, in turns:
 *
 * - one hand-written statement that does the least that a ledger must: `unnest` → insert, on conflict do nothing →
 *   grouped balances, without any of the above, and with the same transfers from the same client;
 * - `pgbench`, TPC-B: PostgreSQL's own measure of moving money one transaction at a time. With one client, as it runs
 *   by default and as the ledger has one; and with 16, which share a flush and both cores.
 *
 * fsync is on. The balances of both sides are compared at the end. Printed: the median of the rounds.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { creditOf, heldOf } from "../src/ledger/chart.ts";
import type { LedgerTransaction } from "../src/ledger/transfer.ts";
import type { Lease, Store } from "../src/ports.ts";
import type { Database } from "../src/store/database.ts";
import { openPostgres } from "../src/store/postgres.ts";
import { storeOn } from "../src/store/sql-store.ts";
import { assert, durationMs, epochMs, microUsd } from "../src/units.ts";
import { postgresFolder, startPostgres, type TestServer } from "../test/postgres.ts";

const ROUNDS = 5;
const BATCHES = 12;
const TRANSFERS = 1_000;
const CUSTOMERS = 1_000;
const PGBENCH_SECONDS = 3;
const CLIENTS = 16;
const NOW = epochMs(1_900_000_000_000);

const SCHEMA = `
create table transfers (
  id bigint primary key, at bigint not null, debit text not null, credit text not null, amount bigint not null
);
create table balances (account text primary key, debits bigint not null, credits bigint not null);`;

const HAND_WRITTEN = `
with moved as (
  insert into transfers
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
  on conflict do nothing
  returning debit, credit, amount
)
insert into balances
select account, sum(debits), sum(credits)
from (select debit, amount, 0 from moved union all select credit, 0, amount from moved)
  as change (account, debits, credits)
group by account
on conflict (account) do update
set debits = balances.debits + excluded.debits, credits = balances.credits + excluded.credits`;

/** The first batch gives each customer money, every other moves some of it into their hold. */
function batch(number: number): readonly LedgerTransaction[] {
  return Array.from({ length: TRANSFERS }, (_, index) => {
    const id = number * TRANSFERS + index + 1;
    const customer = `acct_${(index * 7 + number) % CUSTOMERS}`;
    const sides =
      number === 0
        ? { kind: "deposit", debit: "assets:cash:manual", credit: creditOf(customer) }
        : { kind: "hold", debit: creditOf(customer), credit: heldOf(customer) };
    const amount = microUsd(number === 0 ? 10n ** 12n : BigInt(1 + (id % 997)));
    return { id, at: NOW, transfers: [{ ...sides, amount, subject: `ord_${id}` }] };
  }) as readonly LedgerTransaction[];
}

async function postHere(store: Store, lease: Lease, number: number): Promise<void> {
  const transactions = batch(number);
  const sequence = number + 1;
  const entry = { sequence, at: NOW, type: "posted", version: 1, payload: { number } };
  const rest = { answers: [], documents: [], stateHash: "none" };
  const id = `batch-${number}`;
  const done = await store.commit(lease, {
    id,
    after: number,
    entries: [entry],
    transactions,
    ...rest,
  });
  assert(done === "committed", "the only writer is not fenced");
}

async function postByHand(database: Database, number: number): Promise<void> {
  const transactions = batch(number);
  const moved = transactions.flatMap(({ transfers }) => transfers);
  await database.statement("write", HAND_WRITTEN, [
    transactions.map(({ id }) => id),
    transactions.map(({ at }) => at),
    moved.map(({ debit }) => debit),
    moved.map(({ credit }) => credit),
    moved.map(({ amount }) => amount),
  ]);
}

/** @returns postings a second */
async function rateOf(round: number, post: (number: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  for (let index = 0; index < BATCHES; index += 1) await post(1 + round * BATCHES + index);
  return (BATCHES * TRANSFERS * 1_000) / (performance.now() - began);
}

function pgbench(server: TestServer, ...args: readonly string[]): string {
  const database = ["-h", server.folder, "-U", "postgres", "postgres"];
  const program = join(postgresFolder(), "pgbench");
  return execFileSync(program, [...args, ...database], { encoding: "utf8", stdio: "pipe" });
}

/** @returns transactions a second */
function tpcB(server: TestServer, clients: number): number {
  const load = ["-c", String(clients), "-j", String(Math.min(clients, 2))];
  const text = pgbench(server, "-n", ...load, "-T", String(PGBENCH_SECONDS));
  const tps = /tps = ([\d.]+)/.exec(text)?.[1];
  assert(tps !== undefined, "pgbench says its transactions a second");
  return Number(tps);
}

async function balancesIn(database: Database, table: string): Promise<readonly unknown[]> {
  const sql = `select account, debits::text, credits::text from ${table} order by account collate "C"`;
  return database.statement("read", sql, []);
}

/** @returns how many accounts there are */
async function compareBalances(here: Database, byHand: Database): Promise<number> {
  const balances = await balancesIn(here, "ledger_balances");
  const same = JSON.stringify(balances) === JSON.stringify(await balancesIn(byHand, "balances"));
  assert(same, "both sides come to the same balances");
  return balances.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Of one round, each a second. */
interface Rates {
  readonly ledger: number;
  readonly byHand: number;
  readonly oneClient: number;
  readonly manyClients: number;
}

async function race(server: TestServer, store: Store, byHand: Database): Promise<readonly Rates[]> {
  const lease = await store.takeLease("bench", durationMs(600_000));
  assert(lease !== "held_by_another", "nobody else has the lease");
  await postHere(store, lease, 0);
  await postByHand(byHand, 0);
  const rates: Rates[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.push({
      ledger: await rateOf(round, (number) => postHere(store, lease, number)),
      byHand: await rateOf(round, (number) => postByHand(byHand, number)),
      oneClient: tpcB(server, 1),
      manyClients: tpcB(server, CLIENTS),
    });
  }
  return rates;
}

function show(rates: readonly Rates[], version: string, accounts: number): void {
  const rate = (name: keyof Rates): string =>
    Math.round(median(rates.map((round) => round[name])))
      .toLocaleString("en")
      .padStart(8);
  const ratio = (name: keyof Rates): string =>
    median(rates.map((round) => round.ledger / round[name])).toFixed(2);
  console.log(`PostgreSQL ${version}, fsync on; ${ROUNDS} rounds, ${TRANSFERS} postings a batch

the ledger's postings         ${rate("ledger")} a second
one statement by hand         ${rate("byHand")} a second; the ledger does ${ratio("byHand")} of it (at least 0.5)
pgbench TPC-B, one client     ${rate("oneClient")} a second; the ledger does ${ratio("oneClient")} times it (at least 20)
pgbench TPC-B, ${CLIENTS} clients     ${rate("manyClients")} a second; the ledger does ${ratio("manyClients")} times it

The balances of ${accounts} accounts came out the same on both sides.`);
}

async function measure(server: TestServer): Promise<void> {
  const here = await openPostgres(await server.freshDatabase());
  const byHand = await openPostgres(await server.emptyDatabase());
  await byHand.transaction("write", "begin", (session) => session.script(SCHEMA));
  pgbench(server, "-i", "-q", "-s", "20");
  const rates = await race(server, storeOn(here), byHand);
  const accounts = await compareBalances(here, byHand);
  const [version] = await here.statement("read", "show server_version", []);
  show(rates, String(version?.["server_version"]), accounts);
  await here.close();
  await byHand.close();
}

const server = await startPostgres();
try {
  await measure(server);
} finally {
  await server.stop();
}
