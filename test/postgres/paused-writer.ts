/** A writer in a process of its own, to be stopped: takes the lease, commits, and commits again when told to. */
import { once } from "node:events";
import { batchOf, entryAt } from "../../src/store/batches.test-data.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { storeOn } from "../../src/store/sql-store.ts";
import { durationMs } from "../../src/units.ts";

const [url = "", ttl = ""] = process.argv.slice(2);
const store = storeOn(await openPostgres(url));
const lease = await store.takeLease("paused", durationMs(Number(ttl)));
if (lease === "held_by_another") throw new Error("the lease is held");
console.log(await store.commit(lease, batchOf({ id: "p1", entries: [entryAt(1)] })));
await once(process.stdin, "data");
console.log(await store.commit(lease, batchOf({ id: "p2", after: 1, entries: [entryAt(2)] })));
console.log(await store.renewLease(lease, durationMs(Number(ttl))));
await store.close();
process.stdin.destroy();
