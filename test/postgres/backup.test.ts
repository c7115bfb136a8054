import { afterAll } from "vitest";
import { backupContract } from "../../src/store/backup.test-data.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { startPostgres } from "../postgres.ts";

const server = await startPostgres();
const postgres = await openPostgres(await server.freshDatabase(), { readers: 1 });
const pglite = await openPglite(null);
afterAll(async () => {
  await Promise.all([postgres.close(), pglite.close()]);
  await server.stop();
});

backupContract("from PGlite to PostgreSQL", pglite, postgres);
backupContract("from PostgreSQL to PGlite", postgres, pglite);
