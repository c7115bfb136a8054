import type { Database } from "../../../src/store/database.ts";
import type { StoreOptions } from "../../../src/server/open-store.ts";
import { openDatabase } from "../../../src/server/open-store.ts";
import { verify } from "../../../src/verify/verify.ts";
import type { TestServer } from "../../postgres.ts";
import type { Outcome, Trial } from "./trial.ts";
import { tryKills } from "./trial.ts";

type Wanted = Pick<Trial, "kills" | "seed" | "told">;

/** The server's process is killed, on an embedded store in `folder`. */
export function killsOfPglite({
  folder,
  ...wanted
}: Wanted & { readonly folder: string }): Promise<Outcome> {
  const store = { databaseUrl: null, dataDir: folder, ttlMs: 20_000 };
  return tryKills({ ...wanted, store, verify: () => verifyAt(store) });
}

/** The server's process is killed; the database lives on. */
export async function killsOnPostgres({
  server,
  ...wanted
}: Wanted & { readonly server: TestServer }): Promise<Outcome> {
  const store = { databaseUrl: await server.freshDatabase(), dataDir: "", ttlMs: 2_000 };
  return tryKills({ ...wanted, store, verify: () => verifyAt(store) });
}

/** PostgreSQL is killed, all of its processes with it, and started again. */
export async function killsOfPostgres({
  server,
  ...wanted
}: Wanted & { readonly server: TestServer }): Promise<Outcome> {
  const store = { databaseUrl: await server.freshDatabase(), dataDir: "", ttlMs: 2_000 };
  const killStore = async (): Promise<void> => {
    process.kill(server.pid(), "SIGKILL");
    await server.restart();
  };
  return tryKills({ ...wanted, store, killStore, verify: () => verifyAt(store) });
}

export async function verifyAt(store: StoreOptions): Promise<readonly string[]> {
  const database: Database = await openDatabase(store);
  try {
    return (await verify(database)).faults;
  } finally {
    await database.close();
  }
}
