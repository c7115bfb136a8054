import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { pino } from "pino";
import { readPolicy } from "../readers/policy-json.ts";
import { openText } from "../readers/source.ts";
import type { Running } from "../server/run.ts";
import { run } from "../server/run.ts";
import { parseSeed, UsageError } from "./options.ts";
import { writeError } from "./stderr.ts";
import { version } from "./version.ts";

interface Options {
  readonly port: string;
  readonly host: string;
  readonly dataDir: string;
  readonly speed: string;
  readonly seed: string;
  readonly policy: string;
}

const BENCHMARK_POLICY = fileURLToPath(new URL("../../policies/benchmark.json", import.meta.url));

const EXAMPLES = `
A simulated site with three kinds of GPU, on a clock that is 60 times as fast as yours. On its first start it prints the
owner's key, once.

Examples:
  spillway serve                                  on http://localhost:8420
  spillway serve --port 9000 --speed 1            in real time
  SPILLWAY_DATABASE_URL=postgres://… spillway serve
`;

export function serveCommand(): Command {
  return new Command("serve")
    .description("Run the market: the API, the journal, and the clusters that are sold from.")
    .option("--port <N>", "where the API listens", "8420")
    .option("--host <ADDRESS>", "on which address", "127.0.0.1")
    .option("--data-dir <FOLDER>", "where everything lies", "./spillway-data")
    .option("--speed <N>", "times as fast as the clock outside", "60")
    .option("--seed <N>", "for the simulated site", "1")
    .option("--policy <FILE>", "the owner's policy", BENCHMARK_POLICY)
    .addHelpText("after", EXAMPLES)
    .action(serve);
}

async function serve(options: Options): Promise<void> {
  const log = pino(pino.destination(2));
  const dataDir = resolve(options.dataDir);
  const running = await run({
    host: options.host,
    port: parsePort(options.port),
    dataDir,
    databaseUrl: process.env["SPILLWAY_DATABASE_URL"] ?? null,
    speed: parseSpeed(options.speed),
    seed: parseSeed("--seed", options.seed),
    policy: await readPolicy(await openText(options.policy)),
    requestsPerMinute: 6_000,
    version: version(),
    log,
  });
  process.stdout.write(`Spillway is on ${running.url}\n`);
  tellKey(running, dataDir);
  await untilStopped(running);
}

/** The key is kept where only its owner can read it, for there is no second chance to see it. */
function tellKey({ ownerKey }: Running, dataDir: string): void {
  if (ownerKey === null) return;
  const file = join(dataDir, "owner.key");
  writeFileSync(file, `${ownerKey}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  process.stdout.write(`The owner's key, shown this once and kept in ${file}:\n  ${ownerKey}\n`);
}

async function untilStopped(running: Running): Promise<void> {
  const asked = new Promise<null>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done(null));
  });
  const fault = await Promise.race([asked, running.failed]);
  writeError(fault === null ? "stopping\n" : `stopping: ${fault.message}\n`);
  await running.stop();
  if (fault !== null) throw fault;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port is a number up to 65535, not "${text}"`);
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (/^\d{1,4}$/.test(text) && speed >= 1) return speed;
  throw new UsageError(`--speed is a whole number from 1 to 9999, not "${text}"`);
}
