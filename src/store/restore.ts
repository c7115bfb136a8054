import { type BackupReader, inspectBackup, readBackup } from "./backup-file.ts";
import { type BackupHeader, COLUMNS, KEPT } from "./backup-format.ts";
import { type Database, type Session, storeFault } from "./database.ts";
import { migrate, migrations } from "./migrate.ts";

/** A statement's worth of rows: by number, and by length, since a row of the journal is long. */
const ROWS = 1_000;
const LENGTH = 4_000_000;

const LOCK =
  "select sequence = 0 and batches = 0 and expires <= clock_timestamp() as free from writer for update";
const SET_WRITER =
  "update writer set epoch = $1::bigint, sequence = $2::bigint, batches = $3::bigint";
const SET_AUDIT = "update writer set audited = $1::bigint, audit_hash = $2";
const AGREES = `
select sequence = coalesce((select max(last) from journal), 0) and batches = (select count(*) from journal) as agrees
from writer`;

async function holds(session: Session, sql: string, name: string): Promise<boolean> {
  const [row] = await session.rows(sql);
  return row?.[name] === true;
}

async function checkEmpty(session: Session): Promise<void> {
  const filled = KEPT.map(({ table }) => `exists (select from ${table})`).join(" or ");
  const free = await holds(session, LOCK, "free");
  if (!free || (await holds(session, `select ${filled} as filled`, "filled"))) {
    throw new Error("it is not empty, or someone is writing to it");
  }
}

/** Inserts the rows of one table after the other, many at a time. */
function loader(session: Session): BackupReader & { readonly flush: () => Promise<void> } {
  let insert = "";
  let rows: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (rows.length > 0) await session.rows(insert, [`[${rows.join(",")}]`]);
    rows = [];
    length = 0;
  };
  return {
    flush,
    header: async ({ epoch, sequence, batches, audited, audit_hash: hash }) => {
      await session.rows(SET_WRITER, [epoch, sequence, batches]);
      if (audited !== undefined) await session.rows(SET_AUDIT, [audited, hash ?? ""]);
    },
    table: async (table, columns) => {
      await flush();
      const known = (await session.rows(COLUMNS, [table])).map(({ name }) => String(name));
      if (known.join() !== columns.join()) throw new Error(`its ${table} has other columns`);
      const list = columns.join(", ");
      insert = `insert into ${table} (${list})
        select ${list} from json_populate_recordset(null::${table}, $1::json)`;
    },
    row: async (line) => {
      rows.push(line);
      length += line.length;
      if (rows.length >= ROWS || length >= LENGTH) await flush();
    },
  };
}

async function load(session: Session, file: string): Promise<void> {
  await checkEmpty(session);
  const into = loader(session);
  await readBackup(file, into);
  await into.flush();
  if (!(await holds(session, AGREES, "agrees"))) throw new Error("its journal is not whole");
}

/** The migrations that the backup's schema had come to, which this version must know. */
function schemaOf({ migrations: had }: BackupHeader): ReturnType<typeof migrations> {
  const known = migrations();
  const same = had.every(
    ({ name, sha256 }, index) => known[index]?.name === name && known[index].sha256 === sha256,
  );
  if (!same) throw new Error("it was made by a later version of Spillway");
  return known.slice(0, had.length);
}

/**
 * Brings a backup into an empty database, from whichever engine it came, then brings the schema up to date. The file is
 * read twice: all of it is found whole before anything is written, and then it is written in one transaction.
 *
 * @throws Error where the file is damaged or the database not empty; nothing is then half-written
 */
export async function restore(database: Database, file: string): Promise<BackupHeader> {
  try {
    const header = await inspectBackup(file);
    await migrate(database, schemaOf(header));
    await database.transaction("write", "begin", (session) => load(session, file));
    await migrate(database);
    return header;
  } catch (cause) {
    throw storeFault(`restore ${file}`, cause);
  }
}
