import type { Database } from "./database.ts";
import { storeFault } from "./database.ts";

const OLDEST = 150_000;
const SETTINGS = `
select name, setting from pg_settings
where name in ('server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit')`;

/** Whoever the rows of accounts are hidden from, and whoever takes the safeguards off, is not these. */
const UNBOUND = `
select rolname from pg_roles
where rolname in (current_user, session_user) and (rolsuper or rolbypassrls) limit 1`;

/** What would lose what was acknowledged when the power fails, and so may not be off. */
const DURABLE = ["fsync", "full_page_writes", "synchronous_commit"];

async function settingsOf(database: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await database.statement("write", SETTINGS, []);
  return new Map(rows.map(({ name, setting }) => [String(name), String(setting)]));
}

function faultIn(engine: Database["engine"], settings: ReadonlyMap<string, string>): string | null {
  if (engine === "pglite") {
    return "PGlite does not flush to the disk, and loses what was acknowledged when the power fails: set SPILLWAY_DATABASE_URL to a PostgreSQL server";
  }
  if (Number(settings.get("server_version_num")) < OLDEST) {
    return "the server is older than PostgreSQL 15";
  }
  const off = DURABLE.find((name) => settings.get(name) === "off");
  return off === undefined
    ? null
    : `the server runs with ${off}=off, and may lose what was acknowledged: turn it on`;
}

async function unbound(database: Database): Promise<string | null> {
  const [role] = await database.statement("write", UNBOUND, []);
  return role === undefined
    ? null
    : `the role ${String(role["rolname"])} is a superuser or bypasses row-level security, which keep accounts apart and the journal whole: use one as packaging/roles.sql makes it`;
}

/** @throws Error where the database is not one that real money may depend on, with the reason */
export async function checkProduction(database: Database): Promise<void> {
  const fault = faultIn(database.engine, await settingsOf(database)) ?? (await unbound(database));
  if (fault !== null) throw storeFault("be used in production", new Error(fault));
}
