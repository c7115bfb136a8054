/** What the writer itself reads: the journal and the answers, which no account may see. */
import type { Answer, JournalEntry, Json } from "../ports.ts";
import { epochMs } from "../units.ts";
import type { Database, Row } from "./database.ts";

const HEAD = "select sequence, state_hash from batches order by number desc limit 1";
const ENTRIES = `
select sequence, at, type, version, payload from journal
where sequence > $1::bigint order by sequence limit $2::bigint`;
const ANSWERS = `
select account, key, digest, refusal, first, last
from answers join unnest($1::text[], $2::text[]) as asked (account, key) using (account, key)`;

function entryOf(row: Row): JournalEntry {
  return {
    sequence: Number(row["sequence"]),
    at: epochMs(Number(row["at"])),
    type: String(row["type"]),
    version: Number(row["version"]),
    payload: row["payload"] as Json,
  };
}

function answerOf(row: Row): Answer {
  return {
    account: String(row["account"]),
    key: String(row["key"]),
    digest: String(row["digest"]),
    refusal: row["refusal"] as string | null,
    first: Number(row["first"]),
    last: Number(row["last"]),
  };
}

export async function hasBatch(database: Database, id: string): Promise<boolean> {
  const rows = await database.statement("write", "select from batches where id = $1", [id]);
  return rows.length === 1;
}

export async function head(
  database: Database,
): Promise<{ readonly sequence: number; readonly stateHash: string } | null> {
  const [row] = await database.statement("write", HEAD, []);
  if (row === undefined) return null;
  return { sequence: Number(row["sequence"]), stateHash: String(row["state_hash"]) };
}

export async function entriesAfter(
  database: Database,
  sequence: number,
  limit: number,
): Promise<readonly JournalEntry[]> {
  return (await database.statement("read", ENTRIES, [sequence, limit])).map(entryOf);
}

export async function answers(
  database: Database,
  keys: readonly { readonly account: string; readonly key: string }[],
): Promise<readonly Answer[]> {
  if (keys.length === 0) return [];
  const asked = [keys.map(({ account }) => account), keys.map(({ key }) => key)];
  return (await database.statement("write", ANSWERS, asked)).map(answerOf);
}
