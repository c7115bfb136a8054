/** What the writer itself reads: the journal and the answers, which no account may see. */
import type { Answer, JournalEntry } from "../ports.ts";
import type { Database, Row } from "./database.ts";

const HEAD = "select last, state_hash from journal order by number desc limit 1";
/** Sequence numbers have no gaps, so that a range of them says which batches are needed. */
const ENTRIES = `
select entries from journal
where last > $1::bigint and first <= $1::bigint + $2::bigint and last >= first order by last`;
const ANSWERS = `
select account, key, digest, refusal, first, last
from answers join unnest($1::text[], $2::text[]) as asked (account, key) using (account, key)`;

function entriesOf(row: Row): readonly JournalEntry[] {
  return String(row["entries"])
    .split("\n")
    .map((line) => JSON.parse(line) as JournalEntry);
}

export function answerOf(row: Row): Answer {
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
  const rows = await database.statement("write", "select from journal where batch = $1", [id]);
  return rows.length === 1;
}

export async function head(
  database: Database,
): Promise<{ readonly sequence: number; readonly stateHash: string } | null> {
  const [row] = await database.statement("write", HEAD, []);
  if (row === undefined) return null;
  return { sequence: Number(row["last"]), stateHash: String(row["state_hash"]) };
}

export async function entriesAfter(
  database: Database,
  sequence: number,
  limit: number,
): Promise<readonly JournalEntry[]> {
  const rows = await database.statement("read", ENTRIES, [sequence, limit]);
  const entries = rows.flatMap(entriesOf);
  const [first] = entries;
  if (first === undefined) return [];
  // The first batch may have begun before, and the last one ends after.
  const skipped = sequence + 1 - first.sequence;
  return entries.slice(skipped, skipped + limit);
}

export async function answers(
  database: Database,
  keys: readonly { readonly account: string; readonly key: string }[],
): Promise<readonly Answer[]> {
  if (keys.length === 0) return [];
  const asked = [keys.map(({ account }) => account), keys.map(({ key }) => key)];
  return (await database.statement("write", ANSWERS, asked)).map(answerOf);
}
