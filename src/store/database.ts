/** What the stores on PostgreSQL and on PGlite differ in, and nothing else: how a statement reaches the database. */

/** Whatever a statement takes as `$1`, `$2`, …; a list is an array of the database. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly (string | number | bigint | null)[];

/** A row by the names of its columns. A `bigint` comes as a string, a number or a bigint: convert it. */
export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  /** One statement. */
  rows(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Statements without values, one after the other. */
  script(sql: string): Promise<void>;
}

/** What a statement is for: the writer has a connection of its own, so that readers never keep it waiting. */
export type Lane = "write" | "read";

export interface Database {
  readonly engine: "postgres" | "pglite";
  /** One statement, which is a transaction. */
  statement(lane: Lane, sql: string, values: readonly SqlValue[]): Promise<readonly Row[]>;
  /** @param begin the statements that it begins with */
  transaction<T>(lane: Lane, begin: string, work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A fault of the database, with what was being done. */
export function storeFault(doing: string, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Error(`The store could not ${doing}: ${message}`, { cause });
}

/** Begins, works and commits on one connection; rolls back where the work throws. */
export async function inTransaction<T>(
  session: Session,
  begin: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await session.script(begin);
  try {
    const result = await work(session);
    await session.script("commit");
    return result;
  } catch (fault) {
    // A connection that is lost has rolled back already, and can't say so.
    await session.script("rollback").catch(() => {});
    throw fault;
  }
}
