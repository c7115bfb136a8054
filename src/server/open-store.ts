import { join } from "node:path";
import type { Store } from "../ports.ts";
import type { Database } from "../store/database.ts";
import { freeLeaseOfTheDead } from "../store/lease.ts";
import { migrate } from "../store/migrate.ts";
import { openPglite } from "../store/pglite.ts";
import { openPostgres } from "../store/postgres.ts";
import { checkProduction } from "../store/production.ts";
import { storeOn } from "../store/sql-store.ts";

/** Where an installation lives. */
export interface StoreOptions {
  /** `postgres://…`; null: the embedded store, in the data folder. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Whether a database that may lose what it acknowledged is refused. */
  readonly production?: boolean;
}

export async function openDatabase({ databaseUrl, dataDir }: StoreOptions): Promise<Database> {
  return databaseUrl === null ? openPglite(join(dataDir, "store")) : openPostgres(databaseUrl);
}

/** The store with its schema up to date. @throws Error that says what to do */
export async function openStore(options: StoreOptions): Promise<Store> {
  const database = await openDatabase(options);
  try {
    if (options.production === true) await checkProduction(database);
    await migrate(database);
    if (database.engine === "pglite") await freeLeaseOfTheDead(database);
    return storeOn(database);
  } catch (fault) {
    await database.close();
    throw fault;
  }
}
