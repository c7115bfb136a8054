import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { backupContract } from "./backup.test-data.ts";
import { storeContract } from "./contract.test-data.ts";
import { emptied } from "./empty.test-data.ts";
import { lockFolder } from "./folder-lock.ts";
import { migrationContract } from "./migrate.test-data.ts";
import { openPglite } from "./pglite.ts";
import { checkProduction } from "./production.ts";
import { schemaContract } from "./schema.test-data.ts";
import { storeOn } from "./sql-store.ts";

const database = await openPglite(null, 200);
afterAll(() => database.close());

storeContract("PGlite", async () => {
  await emptied(database);
  return storeOn(database);
});
schemaContract("PGlite", database);
migrationContract("PGlite", database);
backupContract("PGlite", database, database);

test("PGlite may not be used in production", async () => {
  await expect(checkProduction(database)).rejects.toThrow("PGlite does not flush to the disk");
});

test("who waits too long for the only connection is told so", async () => {
  const slow = database.transaction("write", "begin", () => sleep(600));
  await expect(database.statement("read", "select 1", [])).rejects.toThrow(
    "200 ms passed in the queue for the only connection",
  );
  await slow;
  expect(await database.statement("read", "select 1 as one", [])).toEqual([{ one: 1 }]);
});

test("a data folder is open once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "spillway-lock-"));
  try {
    const unlock = lockFolder(folder);
    await expect(openPglite(folder)).rejects.toThrow(`open ${folder}, which another process has`);
    unlock();
    lockFolder(folder)();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
