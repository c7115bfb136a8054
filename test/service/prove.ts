/** The long runs of crash.test.ts, writers.test.ts and contention.test.ts, and the kills on a real cluster, with progress. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { TestServer } from "../postgres.ts";
import { startPostgres } from "../postgres.ts";
import { race } from "./contention/race.ts";
import { killsOfPglite, killsOfPostgres, killsOnPostgres, verifyAt } from "./crash/stores.ts";
import { tryTakeovers } from "./crash/takeover.ts";
import type { Outcome } from "./crash/trial.ts";
import { killsOfCluster } from "../slurm/kills/kills.ts";

const HELP = `Usage: npm run prove -- crash|writers|race|cluster [options]

crash     kills a market at random moments while customers trade on it: half of the kills on the embedded store, and of
          the others two in three of the server, one of PostgreSQL itself
writers   stops the process that writes, has another take over, and wakes the first
race      32 clients race for the last lots, resell them and give them back
cluster   kills slurmctld, slurmd, slurmdbd, Spillway and PostgreSQL, three times a minute, once of them at the full
          minute, when contracts begin, end and are due, while they are used on a real Slurm; as root, with Slurm

  --kills N     of crash (1000) and of cluster (100)
  --only NAME   of crash: pglite, server or postgres
  --rounds N    of writers (3)
  --stopped S   of writers: seconds for which a writer is stopped (60)
  --seconds S   of race (180); at most 300, for what is raced for is six hours of a clock that goes 60 times as fast
  --seed N      (1)

Prints what was found wrong and ends with 1 where anything was.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "3" },
    stopped: { type: "string", default: "60" },
    seconds: { type: "string", default: "180" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);

async function inFolder(work: (folder: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "spillway-crash-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Proof = (server: TestServer) => Promise<readonly string[]>;

/** So many kills, with progress. */
function wanted(name: string, count: number) {
  const told = (done: number, answers: number, lost: number): void => {
    const text = `${done} of ${count} kills, ${answers} answers, ${lost} attempts cut off`;
    process.stderr.write(`\r${name}: ${text}`);
  };
  return { kills: count, seed, told };
}

const crash: Proof = async (server) => {
  const kills = Number(values.kills ?? 1_000);
  const half = Math.ceil(kills / 2);
  const third = Math.ceil(kills / 6);
  const trials: Readonly<Record<string, () => Promise<Outcome>>> = {
    pglite: () => inFolder((folder) => killsOfPglite({ folder, ...wanted("pglite", half) })),
    server: () => killsOnPostgres({ server, ...wanted("server", kills - half - third) }),
    postgres: () => killsOfPostgres({ server, ...wanted("postgres", third) }),
  };
  const found: string[] = [];
  for (const [name, work] of Object.entries(trials)) {
    if (values.only !== undefined && values.only !== name) continue;
    const { wrong, kills: done, answers, lost, ends } = await work();
    process.stderr.write("\n");
    console.log(
      `${name}: ${done} kills, ${answers} answers, ${lost} attempts cut off, ${ends} ends of its own, ${wrong.length} wrong`,
    );
    found.push(...wrong);
  }
  return found;
};

const writers: Proof = async (server) => {
  const databaseUrl = await server.freshDatabase();
  const [rounds, stoppedMs] = [Number(values.rounds), Number(values.stopped) * 1_000];
  const tried = { databaseUrl, rounds, stoppedMs, ttlMs: 10_000, seed };
  const { wrong, fenced, answers, lost } = await tryTakeovers(tried);
  console.log(
    `writers: ${fenced} of ${rounds} woken writers refused, ${answers} answers, ${lost} attempts cut off`,
  );
  return [...wrong, ...(await verifyAt({ databaseUrl, dataDir: "" }))];
};

const contention: Proof = async (server) => {
  const databaseUrl = await server.freshDatabase();
  const raced = await race({ databaseUrl, ms: Number(values.seconds) * 1_000, seed });
  const answers = [...raced.answers].map(([what, times]) => `${what}: ${times}`).join(", ");
  console.log(`race: ${raced.contracts} contracts; ${answers}`);
  return [...raced.oversold, ...(await verifyAt({ databaseUrl, dataDir: "" }))];
};

function told(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

const cluster: Proof = async (server) => {
  const kills = Number(values.kills ?? 100);
  const outcome = await killsOfCluster({ server, kills, seed, told });
  const { bought, ownersJobs, forgotten, mended, waited } = outcome;
  console.log(
    `cluster: ${outcome.kills} kills, ${bought} contracts, ${ownersJobs} jobs of the owner, of which Slurm forgot ${forgotten}`,
  );
  console.log(`mended within: median ${middleOf(mended)} s, at most ${lastOf(mended)} s`);
  console.log(`the owner's jobs waited: median ${middleOf(waited)} s, at most ${lastOf(waited)} s`);
  return outcome.wrong;
};

/** @param sorted in order */
function middleOf(sorted: readonly number[]): string {
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1);
}

function lastOf(sorted: readonly number[]): string {
  return (sorted.at(-1) ?? 0).toFixed(1);
}

const PROOFS: Readonly<Record<string, Proof>> = { crash, writers, race: contention, cluster };

async function main(): Promise<number> {
  const [name = ""] = positionals;
  const proof = PROOFS[name];
  if (values.help || proof === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const server = await startPostgres();
  try {
    const wrong = await proof(server);
    for (const each of wrong) console.log(`  ${each}`);
    console.log(wrong.length === 0 ? "nothing is wrong" : `${wrong.length} wrong`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}

process.exitCode = await main();
