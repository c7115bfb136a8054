import { afterAll } from "vitest";
import { storeContract } from "../../src/store/contract.test-data.ts";
import { emptied } from "../../src/store/empty.test-data.ts";
import { migrationContract } from "../../src/store/migrate.test-data.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { schemaContract } from "../../src/store/schema.test-data.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { startPostgres } from "../postgres.ts";

const server = await startPostgres();
const database = await openPostgres(await server.freshDatabase(), { readers: 1 });
afterAll(async () => {
  await database.close();
  await server.stop();
});

storeContract("PostgreSQL", async () => {
  await emptied(database);
  return storeOn(database);
});
schemaContract("PostgreSQL", database);
migrationContract("PostgreSQL", database);
