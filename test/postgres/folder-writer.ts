/** A writer in a process of its own, to be killed: commits into a data folder, one event after the other, and says so. */
import { batchOf, entryAt } from "../../src/store/batches.test-data.ts";
import { freeLeaseOfTheDead } from "../../src/store/lease.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { durationMs } from "../../src/units.ts";

const database = await openPglite(process.argv[2] ?? "");
await migrate(database);
await freeLeaseOfTheDead(database);
const store = storeOn(database);
const lease = await store.takeLease("killed", durationMs(60_000));
if (lease === "held_by_another") throw new Error("the lease is held");
for (let after = (await store.head())?.sequence ?? 0; after < 100_000; after += 1) {
  const batch = batchOf({ id: `b${after}`, after, entries: [entryAt(after + 1)] });
  const outcome = await store.commit(lease, batch);
  if (outcome === "fenced") throw new Error("the only writer is fenced");
  console.log(after + 1);
}
