import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, expect, test } from "vitest";
import { batchOf, entryAt } from "../../src/store/batches.test-data.ts";
import type { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { checkProduction } from "../../src/store/production.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { durationMs } from "../../src/units.ts";
import { startPostgres } from "../postgres.ts";

const server = await startPostgres();
const opened: Database[] = [];
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await server.stop();
});

async function open(url: string): Promise<Database> {
  const database = await openPostgres(url, { limitMs: 10_000 });
  opened.push(database);
  return database;
}

async function configure(...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.query("select pg_reload_conf()");
  await client.end();
  await sleep(300);
}

test("two may bring the schema up to date at once", async () => {
  const url = await server.emptyDatabase();
  const databases = await Promise.all([open(url), open(url)]);
  const applied = await Promise.all(databases.map((database) => migrate(database)));
  expect(applied).toContainEqual([]);
  expect(applied.flat()[0]).toBe("0001-store");
});

test("a server that flushes what it acknowledges may be used in production", async () => {
  const database = await open(await server.freshDatabase());
  await expect(checkProduction(database)).resolves.toBeUndefined();
});

test.each(["superuser", "bypassrls"])(
  "a role with %s may not be used in production",
  async (right) => {
    const name = `mighty_${right}`;
    await configure(`create role ${name} login ${right}`);
    const database = await open(server.adminUrl.replace("postgres@", `${name}@`));
    await expect(checkProduction(database)).rejects.toThrow(`the role ${name} is a superuser or`);
  },
);

test.each(["fsync", "full_page_writes", "synchronous_commit"])(
  "a server with %s=off may not be used in production",
  async (name) => {
    const url = await server.freshDatabase();
    await configure(`alter system set ${name} = off`);
    try {
      const database = await openPostgres(url);
      await expect(checkProduction(database)).rejects.toThrow(`the server runs with ${name}=off`);
      await database.close();
    } finally {
      await configure(`alter system reset ${name}`);
    }
  },
);

test("what was acknowledged outlives the server's death, and the store finds it again", async () => {
  const store = storeOn(await open(await server.freshDatabase()));
  const lease = await store.takeLease("writer", durationMs(120_000));
  if (lease === "held_by_another") throw new Error("the lease is held");
  const next = (after: number): Promise<string> =>
    store.commit(lease, batchOf({ id: `b${after}`, after, entries: [entryAt(after + 1)] }));
  let acknowledged = 0;
  const killed = sleep(300).then(() => process.kill(server.pid(), "SIGKILL"));
  const writing = (async () => {
    for (;;) {
      await next(acknowledged);
      acknowledged += 1;
    }
  })();
  await expect(writing).rejects.toThrow("The store could not commit a batch");
  await killed;
  await server.restart();
  expect(acknowledged).toBeGreaterThan(5);
  const head = await store.head();
  // The commit that failed may have happened: its writer asks.
  const happened = await store.hasBatch(`b${acknowledged}`);
  expect(head?.sequence).toBe(acknowledged + (happened ? 1 : 0));
  expect(await next(head?.sequence ?? 0)).toBe("committed");
});

test("a server that is not there is a fault that says so", async () => {
  const url = "postgres://nobody@127.0.0.1:1/none";
  await expect(openPostgres(url)).rejects.toThrow("The store could not reach PostgreSQL");
});
