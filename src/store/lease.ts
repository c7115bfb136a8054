import type { Lease } from "../ports.ts";
import { assert, type DurationMs } from "../units.ts";
import type { Database } from "./database.ts";

/**
 * The right to write: free → held → free, where its time runs out by the database's clock or it is dropped. Each taking
 * has a higher epoch, so that an older holder is refused by its number whatever its own clock says; and one whose time
 * ran out is refused even where nobody took over.
 */
const TTL = "$2::double precision * interval '1 millisecond'";
const TAKE = `
update writer set epoch = epoch + 1, holder = $1, ttl = ${TTL}, expires = clock_timestamp() + ${TTL}
where expires <= clock_timestamp() returning epoch`;
const RENEW = `
update writer set ttl = ${TTL}, expires = clock_timestamp() + ${TTL}
where epoch = $1::bigint and expires > clock_timestamp() returning epoch`;
const DROP = "update writer set holder = null, expires = '-infinity' where epoch = $1::bigint";

export async function takeLease(
  database: Database,
  writer: string,
  ttl: DurationMs,
): Promise<Lease | "held_by_another"> {
  const [row] = await database.statement("write", TAKE, [writer, ttl]);
  return row === undefined ? "held_by_another" : { writer, epoch: Number(row["epoch"]) };
}

export async function renewLease(
  database: Database,
  lease: Lease,
  ttl: DurationMs,
): Promise<"renewed" | "fenced"> {
  const rows = await database.statement("write", RENEW, [lease.epoch, ttl]);
  return rows.length === 1 ? "renewed" : "fenced";
}

export async function dropLease(database: Database, lease: Lease): Promise<void> {
  await database.statement("write", DROP, [lease.epoch]);
}

/**
 * Frees a lease whose holder is gone for certain: only one process can have a data folder of PGlite open, so that
 * whoever held it before this one opened it has died. A restart then need not wait for the lease to run out.
 */
export async function freeLeaseOfTheDead(database: Database): Promise<void> {
  assert(database.engine === "pglite", "only a folder's lock proves that a writer is dead");
  await database.statement("write", "update writer set holder = null, expires = '-infinity'", []);
}
