import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type Database, inTransaction, type Session, storeFault } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";
import { readTemplate } from "./pglite-template.ts";
import { turnstile } from "./turnstile.ts";

const WAIT_LIMIT_MS = 30_000;

function sessionOf(pglite: PGlite): Session {
  return {
    rows: async (sql, values = []) =>
      (await pglite.query<Record<string, unknown>>(sql, [...values])).rows,
    script: async (sql) => {
      await pglite.exec(sql);
    },
  };
}

async function open(folder: string | null): Promise<PGlite> {
  const dataDir = folder === null ? null : join(folder, "postgres");
  const where = dataDir === null ? {} : { dataDir };
  const template = dataDir !== null && existsSync(dataDir) ? null : readTemplate();
  return PGlite.create(template === null ? where : { ...where, loadDataDir: template });
}

/**
 * PostgreSQL inside this process, with a single connection that everyone queues for.
 *
 * @param folder where its data lies, made if it is missing; null: in memory
 * @throws Error where another process has the folder open
 */
export async function openPglite(
  folder: string | null,
  waitLimitMs: number = WAIT_LIMIT_MS,
): Promise<Database> {
  if (folder !== null) mkdirSync(folder, { recursive: true });
  const unlock = folder === null ? () => {} : lockFolder(folder);
  const pglite = await open(folder).catch((cause: unknown) => {
    unlock();
    throw storeFault(`open ${folder ?? "its memory"}`, cause);
  });
  const session = sessionOf(pglite);
  const inTurn = turnstile(waitLimitMs);
  return {
    engine: "pglite",
    statement: (_lane, sql, values) => inTurn(() => session.rows(sql, values)),
    transaction: (_lane, begin, work) => inTurn(() => inTransaction(session, begin, work)),
    close: async () => {
      await inTurn(() => pglite.close());
      unlock();
    },
  };
}
