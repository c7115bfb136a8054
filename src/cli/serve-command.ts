import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { pino } from "pino";
import { readPolicy } from "../readers/policy-json.ts";
import { openText } from "../readers/source.ts";
import type { Running } from "../server/run.ts";
import { run } from "../server/run.ts";
import type { Settings } from "../server/settings.ts";
import { refuseInProduction } from "./config-command.ts";
import { UsageError } from "./options.ts";
import { configOf, withSettings } from "./settings-options.ts";
import { writeError } from "./stderr.ts";
import { version } from "./version.ts";

const EXAMPLES = `
A simulated site with three kinds of GPU, on a clock that is 60 times as fast as yours. On its first start it prints the
owner's key, once.

Examples:
  spillway serve                                  on http://localhost:8420
  spillway serve --port 9000 --speed 1            in real time
  SPILLWAY_DATABASE_URL=postgres://… spillway serve
`;

export function serveCommand(): Command {
  const command = new Command("serve")
    .description("Run the market: the API, the journal, and the clusters that are sold from.")
    .addHelpText("after", EXAMPLES)
    .action(async () => serve(configOf(command).settings));
  return withSettings(command);
}

async function serve(settings: Settings): Promise<void> {
  refuseInProduction(settings);
  const { tls_cert: cert, tls_key: key } = settings;
  const log = pino({ level: settings.log_level }, pino.destination(2));
  const dataDir = resolve(settings.data_dir);
  const running = await run({
    host: settings.host,
    port: settings.port,
    tls: cert !== null && key !== null ? { cert: readPem(cert), key: readPem(key) } : null,
    dataDir,
    databaseUrl: settings.database_url,
    production: settings.production,
    speed: settings.speed,
    seed: settings.seed,
    policy: await readPolicy(await openText(settings.policy)),
    requestsPerMinute: settings.requests_per_minute,
    version: version(),
    log,
  });
  process.stdout.write(`Spillway is on ${running.url}\n`);
  tellKey(running, dataDir);
  await untilStopped(running);
}

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file} can't be read: ${cause instanceof Error ? cause.message : ""}`, {
      cause,
    });
  }
}

/** The key is kept where only its owner can read it, for there is no second chance to see it. */
function tellKey({ ownerKey }: Running, dataDir: string): void {
  if (ownerKey === null) return;
  const file = join(dataDir, "owner.key");
  mkdirSync(dataDir, { recursive: true });
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
