import type { Batch, Lease } from "../ports.ts";
import type { Database, SqlValue } from "./database.ts";
import { storableJson } from "./storable-text.ts";

/**
 * A whole batch in one statement, so in one transaction and one round trip. Each part inserts only what is joined with
 * `fence`, which has a row only where the lease still holds and nothing was written since. Where two writers meet, the
 * second waits for the first one's row, then finds its sequence number taken.
 *
 * A new balance is computed from the one that the statement's snapshot shows. That is the latest: who expects a
 * sequence number has seen its commit, and every change of a balance comes with a new sequence number.
 *
 * Lists arrive as one array a column; JSON texts as lines of one text, which costs the least on both sides.
 */
export const COMMIT = `
with fence as (
  update writer
  set sequence = $3::bigint, batches = batches + 1, audited = audited + cardinality($28::bigint[]),
    audit_hash = coalesce(($30::text[])[cardinality($28::bigint[])], audit_hash), expires = clock_timestamp() + ttl
  where epoch = $1::bigint and sequence = $2::bigint and expires > clock_timestamp()
    and coalesce(($28::bigint[])[1], audited + 1) = audited + 1
  returning batches, audited
), entered as (
  insert into journal (number, batch, first, last, entries, state_hash)
  select batches, $4::text, $2::bigint + 1, $3::bigint, $5::text, $6::text from fence
), answered as (
  insert into answers (account, key, digest, refusal, first, last)
  select answer.* from fence, unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[])
    as answer
), audited as (
  insert into audit (number, record, hash)
  select entry.* from fence, unnest($28::bigint[], $29::text[], $30::text[]) as entry
), documented as (
  insert into documents (kind, id, account, position, body)
  select kind, id, account, position, body::jsonb
  from fence, rows from (
    unnest($13::text[]), unnest($14::text[]), unnest($15::text[]), unnest($16::bigint[]),
    string_to_table($17::text, E'\\n')
  ) as document (kind, id, account, position, body)
  on conflict (kind, id) do update set account = excluded.account, body = excluded.body
), posted as (
  select moved.* from fence, unnest(
    $18::bigint[], $19::int[], $20::bigint[], $21::text[], $22::text[], $23::text[], $24::bigint[], $25::text[]
  ) as moved (transaction, leg, at, kind, debit, credit, amount, subject)
), transferred as (
  insert into ledger_transfers (transaction, leg, at, kind, debit, credit, amount, subject) select * from posted
), changed as (
  select account, sum(debits) as debits, sum(credits) as credits, max(floor) as floor
  from (
    select debit, amount, 0, null::bigint from posted
    union all select credit, 0, amount, null from posted
    union all select agreed.account, 0, 0, agreed.floor
      from fence, unnest($26::text[], $27::bigint[]) as agreed (account, floor)
  ) as change (account, debits, credits, floor)
  group by account
), balanced as (
  insert into ledger_balances (account, debits, credits, floor)
  select changed.account, coalesce(old.debits, 0) + changed.debits, coalesce(old.credits, 0) + changed.credits,
    coalesce(changed.floor, old.floor, case when changed.account like 'liabilities:customers:%' then 0 end)
  from changed left join ledger_balances as old on old.account = changed.account
  on conflict (account) do update set debits = excluded.debits, credits = excluded.credits, floor = excluded.floor
)
select batches from fence`;

/** A list of records as one list for each of the fields. */
function columns<T, const Key extends keyof T>(
  records: readonly T[],
  keys: readonly Key[],
): readonly T[Key][][] {
  return keys.map((key) => records.map((record) => record[key]));
}

function valuesOf(lease: Lease, batch: Batch): readonly SqlValue[] {
  const { entries, answers, documents, transactions, floors = [], audit = [] } = batch;
  const moved = transactions.flatMap(({ id, at, transfers }) =>
    transfers.map((transfer, leg) => ({ transaction: id, leg, at, ...transfer })),
  );
  return [
    lease.epoch,
    batch.after,
    batch.after + entries.length,
    batch.id,
    entries.map((entry) => JSON.stringify(entry)).join("\n"),
    batch.stateHash,
    ...columns(answers, ["account", "key", "digest", "refusal", "first", "last"]),
    ...columns(documents, ["kind", "id", "account", "position"]),
    documents.map(({ body }) => storableJson(body)).join("\n"),
    ...columns(moved, ["transaction", "leg", "at", "kind", "debit", "credit", "amount", "subject"]),
    ...columns(floors, ["account", "floor"]),
    ...columns(audit, ["number", "record", "hash"]),
  ];
}

/** @returns whether the lease still held */
export async function commitBatch(
  database: Database,
  lease: Lease,
  batch: Batch,
): Promise<"committed" | "fenced"> {
  const rows = await database.statement("write", COMMIT, valuesOf(lease, batch));
  return rows.length === 1 ? "committed" : "fenced";
}
