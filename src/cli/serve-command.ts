import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { readClusterFile } from "../clusters/slurm/cluster-file.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { readPolicy } from "../readers/policy-json.ts";
import { openText } from "../readers/source.ts";
import { openLog } from "../server/log.ts";
import type { Running, RunOptions } from "../server/run.ts";
import type { Settings } from "../server/settings.ts";
import { refuseInProduction } from "./config-command.ts";
import { telling } from "./failure.ts";
import { firstLines } from "./first-lines.ts";
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
  spillway serve --cluster cluster.json           from a real Slurm: see examples/cluster.json
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
  const log = openLog(settings.log_level, (line) => process.stderr.write(line));
  const dataDir = resolve(settings.data_dir);
  const options: RunOptions = {
    host: settings.host,
    port: settings.port,
    tls: cert !== null && key !== null ? { cert: readPem(cert), key: readPem(key) } : null,
    dataDir,
    databaseUrl: settings.database_url,
    production: settings.production,
    behindProxy: settings.behind_proxy,
    speed: settings.speed,
    seed: settings.seed,
    policy: await readPolicy(await openText(settings.policy)),
    isDryRun: settings.dry_run,
    clusters: settings.cluster === null ? null : readClusterFile(settings.cluster),
    requestsPerMinute: settings.requests_per_minute,
    snapshotEvery: settings.snapshot_every,
    payments: await paymentsOf(settings),
    version: version(),
    log,
  };
  // Loaded only once there is something to run: no other command here needs what runs a server.
  const { run } = await import("../server/run.ts");
  const running = await telling(() => run(options));
  const keyFile = keepKey(running, dataDir);
  const { url, ownerKey } = running;
  process.stdout.write(firstLines({ url, dataDir, speed: settings.speed, keyFile, ownerKey }));
  await untilStopped(running);
}

/** Loaded only where it is used. */
async function paymentsOf({
  stripe_api_key: apiKey,
  stripe_webhook_secret: webhookSecret,
}: Settings): Promise<((installation: string) => PaymentProvider) | null> {
  if (apiKey === null && webhookSecret === null) return null;
  if (apiKey === null || webhookSecret === null) {
    throw new UsageError("Stripe needs both stripe_api_key and stripe_webhook_secret, or neither");
  }
  const { stripePayments } = await import("../payments/stripe.ts");
  return (installation) => stripePayments({ apiKey, webhookSecret, installation });
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
function keepKey({ ownerKey }: Running, dataDir: string): string {
  const file = join(dataDir, "owner.key");
  if (ownerKey === null) return file;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${ownerKey}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

async function untilStopped(running: Running): Promise<void> {
  const asked = new Promise<null>((done) => {
    for (const signal of SIGNALS) process.once(signal, () => done(null));
  });
  const fault = await Promise.race([asked, running.failed]);
  // Whoever asks twice does not want to wait.
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.once(signal, () => process.exit(1));
  }
  writeError(fault === null ? "stopping\n" : `stopping: ${fault.message}\n`);
  await running.stop();
  if (fault !== null) throw fault;
}
