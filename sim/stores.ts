import type { Store } from "../src/ports.ts";
import type { Database } from "../src/store/database.ts";
import { migrate } from "../src/store/migrate.ts";
import { memoryStore } from "../src/store/memory.ts";
import { openPglite } from "../src/store/pglite.ts";
import { storeOn } from "../src/store/sql-store.ts";

/** A store with nothing in it. @param now the clock of its leases, in milliseconds */
export type OpenStore = (now: () => number) => Promise<Store>;

/** Where stores come from; a database that they lie in ends when it is stopped, and with it the process can. */
export interface Stores {
  readonly open: OpenStore;
  readonly stop: () => Promise<void>;
}

export const openMemory: OpenStore = (now) => Promise.resolve(memoryStore(now));

const EMPTY =
  "drop schema public cascade; create schema public; grant usage on schema public to public";

/** PostgreSQL's own dialect; one database serves one seed after another, since opening it takes seconds. */
async function startPglite(): Promise<Stores> {
  const database = await openPglite(null);
  const open: OpenStore = async (now) => {
    await database.transaction("write", "begin", (session) => session.script(EMPTY));
    await migrate(database);
    return { ...withLeasesBy(now, database), close: () => Promise.resolve() };
  };
  return { open, stop: () => database.close() };
}

export async function startStores(kind: "memory" | "pglite"): Promise<Stores> {
  if (kind === "pglite") return startPglite();
  return { open: openMemory, stop: () => Promise.resolve() };
}

/** The database's clock cannot be set, but a lease that has run out by the simulated one can be ended. */
function withLeasesBy(now: () => number, database: Database): Store {
  const store = storeOn(database);
  let [expires, length] = [-Infinity, 0];
  return {
    ...store,
    takeLease: async (writer, ttl) => {
      if (expires > now()) return "held_by_another";
      await database.statement("write", "update writer set expires = '-infinity'", []);
      [expires, length] = [now() + ttl, ttl];
      return store.takeLease(writer, ttl);
    },
    renewLease: (lease, ttl) => {
      expires = now() + length;
      return store.renewLease(lease, ttl);
    },
    commit: async (lease, batch) => {
      const outcome = await store.commit(lease, batch);
      if (outcome === "committed") expires = now() + length;
      return outcome;
    },
    dropLease: (lease) => {
      expires = -Infinity;
      return store.dropLease(lease);
    },
  };
}
