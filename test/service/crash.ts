/** The long run of test/service/crash.test.ts: kills without end, with progress. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "../postgres.ts";
import { killsOfPglite, killsOfPostgres, killsOnPostgres } from "./crash/stores.ts";
import type { Outcome } from "./crash/trial.ts";

const HELP = `Usage: node test/service/crash.ts [--kills 1000] [--seed 1] [--only pglite|server|postgres]

Kills a market at random moments while customers trade on it, and sees that nothing acknowledged is lost or doubled:
half of the kills on the embedded store, and of the others two in three of the server, one of PostgreSQL itself.
`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

async function inFolder(work: (folder: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "spillway-crash-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns whether all was as it should be */
async function run(kills: number, seed: number): Promise<boolean> {
  const server = await startPostgres();
  const wanted = (name: string, count: number) => {
    const bar = (done: number, answers: number, lost: number): void => {
      const text = `${done} of ${count} kills, ${answers} answers, ${lost} attempts cut off`;
      process.stderr.write(`\r${name}: ${text}`);
    };
    return { kills: count, seed, told: bar };
  };
  const half = Math.ceil(kills / 2);
  const third = Math.ceil(kills / 6);
  const trials: Readonly<Record<string, () => Promise<Outcome>>> = {
    pglite: () => inFolder((folder) => killsOfPglite({ folder, ...wanted("pglite", half) })),
    server: () => killsOnPostgres({ server, ...wanted("server", kills - half - third) }),
    postgres: () => killsOfPostgres({ server, ...wanted("postgres", third) }),
  };
  let isSound = true;
  for (const [name, work] of Object.entries(trials)) {
    if (values.only !== undefined && values.only !== name) continue;
    const { wrong, kills: done, answers, lost, ends } = await work();
    process.stderr.write("\n");
    console.log(
      `${name}: ${done} kills, ${answers} answers, ${lost} attempts cut off, ${ends} ends of its own, ${wrong.length} wrong`,
    );
    for (const each of wrong) console.log(`  ${each}`);
    isSound &&= wrong.length === 0;
  }
  await server.stop();
  return isSound;
}

if (values.help) console.log(HELP);
else process.exitCode = (await run(Number(values.kills), Number(values.seed))) ? 0 : 1;
