import { afterAll } from "vitest";
import { storeContract } from "./contract.test-data.ts";
import { emptied } from "./empty.test-data.ts";
import { openPglite } from "./pglite.ts";
import { storeOn } from "./sql-store.ts";

const database = await openPglite(null);
afterAll(() => database.close());

storeContract("PGlite", async () => {
  await emptied(database);
  return storeOn(database);
});
