import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Database, Session } from "./database.ts";
import { storeFault } from "./database.ts";

/** A numbered step of the schema. Once it has been applied anywhere, it never changes. */
export interface Migration {
  /** `0001-store` */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const FOLDER = new URL("../../sql/", import.meta.url);

/** Any number does, as long as nobody else takes this one in the same database. */
const MIGRATING = 8420;

/** In the order in which they are applied. */
export function migrations(): readonly Migration[] {
  const files = readdirSync(FOLDER).filter((file) => /^\d{4}-.*\.sql$/.test(file));
  return files.sort().map((file) => {
    const sql = readFileSync(new URL(file, FOLDER), "utf8");
    return { name: file.slice(0, -4), sql, sha256: createHash("sha256").update(sql).digest("hex") };
  });
}

async function applied(session: Session): Promise<readonly { name: string; sha256: string }[]> {
  const rows = await session.rows("select name, sha256 from migrations order by name");
  return rows.map((row) => ({ name: String(row["name"]), sha256: String(row["sha256"]) }));
}

/** Throws unless what was applied is how this version's migrations begin. */
function compare(
  done: readonly { name: string; sha256: string }[],
  known: readonly Migration[],
): void {
  done.forEach(({ name, sha256 }, index) => {
    const migration = known[index];
    if (migration?.name !== name) {
      throw new Error(`it has ${name}, which this version of Spillway does not know`);
    }
    if (migration.sha256 !== sha256) {
      throw new Error(`${name} has changed since it was applied, and must not`);
    }
  });
}

async function apply(session: Session, known: readonly Migration[]): Promise<readonly string[]> {
  await session.rows("select pg_advisory_xact_lock($1)", [MIGRATING]);
  await session.script(
    `create table if not exists migrations
       (name text collate "C" primary key, sha256 text not null, applied timestamptz not null default now())`,
  );
  const done = await applied(session);
  compare(done, known);
  const pending = known.slice(done.length);
  for (const { name, sql, sha256 } of pending) {
    await session.script(sql);
    await session.rows("insert into migrations (name, sha256) values ($1, $2)", [name, sha256]);
  }
  return pending.map(({ name }) => name);
}

/**
 * Brings the schema up to date, all of it or nothing. Two at once are safe: the second waits, and finds it done.
 *
 * @returns the names of what it applied
 * @throws Error where the database has a migration that is unknown or reads otherwise now
 */
export async function migrate(
  database: Database,
  known: readonly Migration[] = migrations(),
): Promise<readonly string[]> {
  try {
    return await database.transaction("write", "begin", (session) => apply(session, known));
  } catch (cause) {
    throw storeFault("bring its schema up to date", cause);
  }
}

/**
 * @throws Error where the schema is not the one that this version works with: nothing is changed
 */
export async function checkSchema(database: Database): Promise<void> {
  const known = migrations();
  try {
    const there = await database.statement(
      "write",
      "select to_regclass('public.migrations') is not null as there",
      [],
    );
    if (there[0]?.["there"] !== true) throw new Error("nothing was ever written there");
    const done = await database.transaction("write", "begin read only", applied);
    compare(done, known);
    if (done.length < known.length) {
      throw new Error("its schema is older than this version: run spillway migrate first");
    }
  } catch (cause) {
    throw storeFault("be used", cause);
  }
}
