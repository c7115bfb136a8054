import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type BackupHeader, COLUMNS, FORMAT, KEPT } from "./backup-format.ts";
import { type Database, type Session, storeFault } from "./database.ts";

/** Everything is read as it was at one instant, while the writer goes on. */
export const AT_ONE_INSTANT = "begin isolation level repeatable read read only";
const WRITER =
  "select epoch::text as epoch, sequence::text as sequence, batches::text as batches, audited::text as audited, audit_hash from writer";
const MIGRATIONS = "select name, sha256 from migrations order by name";

async function headerOf(session: Session, taken: Date): Promise<BackupHeader> {
  const [writer] = await session.rows(WRITER);
  const migrations = await session.rows(MIGRATIONS);
  return {
    taken: taken.toISOString(),
    migrations: migrations as unknown as BackupHeader["migrations"],
    ...(writer as unknown as Pick<
      BackupHeader,
      "epoch" | "sequence" | "batches" | "audited" | "audit_hash"
    >),
  };
}

async function columnsOf(session: Session, table: string): Promise<readonly string[]> {
  return (await session.rows(COLUMNS, [table])).map(({ name }) => String(name));
}

/** The table's rows as lines, so many at a time. */
async function* rowsOf(
  session: Session,
  { table, order, atOnce }: (typeof KEPT)[number],
  columns: readonly string[],
): AsyncGenerator<readonly string[]> {
  const rows = `select ${columns.join(", ")} from ${table} order by ${order}`;
  await session.script(
    `declare kept no scroll cursor for select row_to_json(kept)::text as line from (${rows}) as kept`,
  );
  for (;;) {
    const lines = (await session.rows(`fetch ${atOnce} from kept`)).map(({ line }) => String(line));
    if (lines.length === 0) break;
    yield lines;
  }
  await session.script("close kept");
}

/** All that a backup holds, in pieces of whole lines. */
async function* contents(session: Session, header: BackupHeader): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const hashed = (lines: readonly string[]): string => {
    const piece = `${lines.join("\n")}\n`;
    hash.update(piece);
    return piece;
  };
  const counts: Record<string, number> = {};
  yield hashed([JSON.stringify(["spillway-backup", FORMAT, header])]);
  for (const kept of KEPT) {
    const columns = await columnsOf(session, kept.table);
    yield hashed([JSON.stringify(["table", kept.table, columns])]);
    counts[kept.table] = 0;
    for await (const lines of rowsOf(session, kept, columns)) {
      counts[kept.table] = (counts[kept.table] ?? 0) + lines.length;
      yield hashed(lines);
    }
  }
  yield `${JSON.stringify(["end", counts, hash.digest("hex")])}\n`;
}

/**
 * Writes all that the store holds into a file, which appears only when it is complete. The memory that it takes does not
 * grow with the store. On PGlite everyone else waits meanwhile.
 *
 * @returns what its first line says
 * @throws Error where the file can't be written
 */
export async function backup(
  database: Database,
  file: string,
  taken: Date = new Date(),
): Promise<BackupHeader> {
  const partial = `${file}.partial`;
  try {
    const header = await database.transaction("read", AT_ONE_INSTANT, async (session) => {
      const header = await headerOf(session, taken);
      const target = createWriteStream(partial, { mode: 0o600, flush: true });
      await pipeline(contents(session, header), createGzip(), target);
      return header;
    });
    await rename(partial, file);
    return header;
  } catch (cause) {
    await rm(partial, { force: true });
    throw storeFault(`write a backup into ${file}`, cause);
  }
}
