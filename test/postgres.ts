/** A real PostgreSQL for tests: its own data, its own socket, nothing listening on any network, gone at the end. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { migrate } from "../src/store/migrate.ts";
import { openPostgres } from "../src/store/postgres.ts";

export interface TestServer {
  /** Where its data lies; also its socket. */
  readonly folder: string;
  /** Of a superuser. */
  readonly adminUrl: string;
  /** The server's own process, to be killed and started again. */
  readonly pid: () => number;
  /** Starts it again after it was killed. */
  readonly restart: () => Promise<void>;
  /** @returns the URL of a new database with the schema, owned by a role that is no superuser */
  readonly freshDatabase: () => Promise<string>;
  /** The same, without the schema. */
  readonly emptyDatabase: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

const READY_MS = 20_000;
const TEMPLATE = "spillway_template";
/** The role that owns the databases: with as few rights as one may have in production. */
const OWNER = "spillway";
/** All else is as the server comes, so that what it acknowledges is on the disk. */
const CONFIG = { listen_addresses: "", max_connections: "100" } as const;

/** @throws where there is none, with how to get one */
export function postgresFolder(): string {
  const [found] = globSync("/usr/lib/postgresql/*/bin/postgres").sort().toReversed();
  if (found !== undefined) return join(found, "..");
  throw new Error("PostgreSQL is missing: a real one is tested. Run: apt-get install postgresql");
}

/** PostgreSQL refuses to run as root; there, it runs as the user that its package made. */
function asPostgres(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  const become = ["--reuid=postgres", "--regid=postgres", "--init-groups"];
  return ["setpriv", [...become, program, ...args]];
}

function run(program: string, args: readonly string[]): void {
  const [file, all] = asPostgres(program, args);
  execFileSync(file, all, { stdio: ["ignore", "ignore", "pipe"], cwd: "/" });
}

function makeFolder(bin: string): string {
  const folder = mkdtempSync(join(tmpdir(), "spillway-pg-"));
  if (process.getuid?.() === 0) execFileSync("chown", ["postgres:postgres", folder]);
  chmodSync(folder, 0o700);
  const superuser = "--username=postgres";
  run(join(bin, "initdb"), ["-D", folder, superuser, "--auth=trust", "-E", "UTF8", "--no-sync"]);
  return folder;
}

function launch(bin: string, folder: string): ChildProcess {
  const settings = Object.entries({ ...CONFIG, unix_socket_directories: folder });
  const options = settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [file, args] = asPostgres(join(bin, "postgres"), ["-D", folder, ...options]);
  // Its own group: Ctrl-C in the terminal is the test run's to handle.
  return spawn(file, args, { stdio: "ignore", cwd: "/", detached: true });
}

async function admin(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function untilReady(url: string): Promise<void> {
  const end = performance.now() + READY_MS;
  for (;;) {
    try {
      return await admin(url, "select 1");
    } catch (fault) {
      if (performance.now() > end) throw fault;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once("exit", resolve));
}

export async function startPostgres(): Promise<TestServer> {
  const bin = postgresFolder();
  const folder = makeFolder(bin);
  const urlOf = (user: string, database: string): string =>
    `postgres://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`;
  const adminUrl = urlOf("postgres", "postgres");
  let child = launch(bin, folder);
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  let made = 0;

  const database = async (template: string): Promise<string> => {
    made += 1;
    const name = `spillway_${made}`;
    await admin(adminUrl, `create database ${name} template ${template} owner ${OWNER}`);
    return urlOf(OWNER, name);
  };

  await untilReady(adminUrl);
  await admin(
    adminUrl,
    `create role ${OWNER} login createrole createdb`,
    `create database ${TEMPLATE} owner ${OWNER}`,
  );
  const template = await openPostgres(urlOf(OWNER, TEMPLATE));
  await migrate(template);
  await template.close();

  return {
    folder,
    adminUrl,
    pid: () => child.pid ?? 0,
    restart: async () => {
      await ended(child);
      child = launch(bin, folder);
      await untilReady(adminUrl);
    },
    freshDatabase: () => database(TEMPLATE),
    emptyDatabase: () => database("template1"),
    stop: async () => {
      process.off("exit", kill);
      // Fast shutdown: whoever is connected is cut off.
      child.kill("SIGINT");
      await ended(child);
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
}
