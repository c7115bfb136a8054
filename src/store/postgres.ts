import { type ClientBase, Pool } from "pg";
import { type Database, inTransaction, type Lane, type Session, storeFault } from "./database.ts";

export interface PostgresOptions {
  /** Connections that reads share; the writer has one more. */
  readonly readers: number;
  /** How long a connection, and then a statement, may take. */
  readonly limitMs: number;
}

const DEFAULTS: PostgresOptions = { readers: 8, limitMs: 30_000 };

/** What a server's or a role's settings may otherwise have changed, and the statements here count on. */
const SETTINGS = `
set default_transaction_isolation to 'read committed';
set default_transaction_read_only to off;
set search_path to public;
set jit to off;`;

/** Every statement has a name, so that each connection parses and plans it once; they are constants, and few. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  const name = names.get(sql) ?? `spillway_${names.size + 1}`;
  names.set(sql, name);
  return name;
}

function sessionOf(client: ClientBase): Session {
  return {
    rows: async (sql, values = []) => {
      const query = values.length === 0 ? { text: sql } : { text: sql, name: nameOf(sql) };
      return (await client.query<Record<string, unknown>>({ ...query, values: [...values] })).rows;
    },
    script: async (sql) => {
      await client.query(sql);
    },
  };
}

function poolOf(url: string, max: number, limitMs: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: "spillway",
    connectionTimeoutMillis: limitMs,
    idleTimeoutMillis: 0,
    keepAlive: true,
    // The server gives up first; the client's own limit is for a server that no longer answers.
    statement_timeout: limitMs,
    idle_in_transaction_session_timeout: limitMs,
    query_timeout: limitMs + 1_000,
    onConnect: async (client: ClientBase) => {
      await client.query(SETTINGS);
    },
  });
  // Lost while idle: the next use connects again, and says so if it can't.
  pool.on("error", ignore);
  return pool;
}

/** A lost connection is told to whoever waits for a statement; told to nobody else, it would end the process. */
const ignore = (): void => {};

/** Borrows a connection; one whose work failed is not used again. */
async function withClient<T>(pool: Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  client.on("error", ignore);
  let failed = true;
  try {
    const result = await work(sessionOf(client));
    failed = false;
    return result;
  } finally {
    client.off("error", ignore);
    client.release(failed);
  }
}

/**
 * A PostgreSQL server, of version 15 or later.
 *
 * @param url `postgres://user@host:port/database`
 * @throws Error where it does not answer
 */
export async function openPostgres(
  url: string,
  options: Partial<PostgresOptions> = {},
): Promise<Database> {
  const { readers, limitMs } = { ...DEFAULTS, ...options };
  const pools: Record<Lane, Pool> = {
    write: poolOf(url, 1, limitMs),
    read: poolOf(url, readers, limitMs),
  };
  const database: Database = {
    engine: "postgres",
    statement: (lane, sql, values) =>
      withClient(pools[lane], (session) => session.rows(sql, values)),
    transaction: (lane, begin, work) =>
      withClient(pools[lane], (session) => inTransaction(session, begin, work)),
    close: async () => {
      await Promise.all([pools.write.end(), pools.read.end()]);
    },
  };
  try {
    await database.statement("write", "select 1", []);
  } catch (cause) {
    await database.close();
    throw storeFault("reach PostgreSQL", cause);
  }
  return database;
}
