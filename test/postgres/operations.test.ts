import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { durationMs } from "../../src/units.ts";
import { postgresFolder, startPostgres } from "../postgres.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/operations.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "spillway-operations-"));
const server = await startPostgres();
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Below the range from which systems give out ports by themselves. */
const port = 20_000 + ((process.pid + 5_000) % 10_000);

/** Every `sh` block of the page in one bash, which stops at the first command that fails, and leaves nothing running. */
function runPage(environment: Readonly<Record<string, string>>) {
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  const marked = blocks.map((block, index) => `${block}echo "== block ${index + 1} done"\n`);
  const script = `set -eu -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n${marked.join("")}`;
  const ran = spawnSync("bash", ["-c", script], {
    encoding: "utf8",
    cwd: folder,
    timeout: 170_000,
    env: {
      PATH: [root, process.env["PATH"]].join(delimiter),
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, "config"),
      SPILLWAY_PORT: String(port),
      ...environment,
    },
  });
  return { ...ran, blocks: blocks.length };
}

test("every command of the operator's guide does what the guide says", async () => {
  const [url, empty] = [await server.emptyDatabase(), await server.emptyDatabase()];
  const { status, stdout, stderr, blocks } = runPage({
    SPILLWAY_DATABASE_URL: url,
    RESTORE_DATABASE_URL: empty,
  });
  expect(`${stderr}${stdout}`).toContain(`== block ${blocks} done`);
  expect(status).toBe(0);
  expect(stdout).toContain("Applied 0001-store");
  expect(stdout.match(/All is as the journal gives it\./g)).toHaveLength(2);
  expect(stdout).toMatch(/\d+ entries, none changed, taken out or moved\.\n\d+:[0-9a-f]{64}\n/);
  expect(readFileSync(join(folder, "ledger.journal"), "utf8")).toContain("commodity");
  const key = readFileSync(join(folder, "data", "owner.key"), "utf8").trim();
  const log = readFileSync(join(folder, "spillway.log"), "utf8");
  expect(log).toContain('"route":"/metrics"');
  expect(log).not.toContain(key.slice(4, 20));
}, 180_000);

describe("the role that packaging/roles.sql makes", () => {
  const url = server.adminUrl.replace("postgres@", "least@").replace("/postgres?", "/least?");
  const psql = (...words: string[]) =>
    spawnSync(join(postgresFolder(), "psql"), ["-X", "-d", server.adminUrl, ...words], {
      encoding: "utf8",
    });

  test("is enough for the schema, to write, and to read as the API", async () => {
    const file = join(root, "packaging/roles.sql");
    const made = psql("-v", "owner=least", "-v", "database=least", "-f", file);
    expect(made.stderr).toBe("");
    expect(made.status).toBe(0);
    const database = await openPostgres(url);
    await migrate(database);
    const store = storeOn(database);
    expect(await store.takeLease("least", durationMs(1_000))).toMatchObject({ epoch: 1 });
    const viewer = { account: "acme", sees: "own" } as const;
    const query = { kind: "order", where: {}, after: null, limit: 1 };
    expect(await store.documents(viewer, query)).toEqual([]);
    await store.close();
  });

  test.each([
    "create role another",
    "create database another",
    "alter role least superuser",
    "select pg_read_file('postgresql.conf')",
    "delete from journal",
    "select * from pg_authid",
  ])("may not: %s", async (sql) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await expect(client.query(sql)).rejects.toThrow(
        /permission denied|must be superuser|only ever added to/,
      );
    } finally {
      await client.end();
    }
  });
});
