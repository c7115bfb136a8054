import type { Lease, StateSnapshot } from "../ports.ts";
import type { Database, Row } from "./database.ts";

/**
 * One statement, so one transaction. It looks at the writer's row and does not lock it: a commit does not wait for it.
 * One who is replaced meanwhile has written what the journal gives none the less.
 */
const WRITE = `
with written as (
  insert into state_snapshots (sequence, state_hash, program, bytes)
  select $2::bigint, $3::text, $4::text, $5::bytea
  from writer
  where epoch = $1::bigint and expires > clock_timestamp()
    and exists (select from journal where last = $2::bigint and state_hash = $3::text)
  on conflict (sequence) do update
    set state_hash = excluded.state_hash, program = excluded.program, bytes = excluded.bytes, taken = default
  returning sequence
), dropped as (
  delete from state_snapshots
  where exists (select from written) and sequence in (
    select sequence from state_snapshots where sequence <> $2::bigint order by sequence desc offset 1
  )
)
select sequence from written`;

const NEWEST = `
select sequence, state_hash, program, bytes from state_snapshots
where $1::bigint is null or sequence < $1::bigint order by sequence desc limit 1`;

export async function writeSnapshot(
  database: Database,
  lease: Lease,
  { sequence, stateHash, program, bytes }: StateSnapshot,
): Promise<"written" | "fenced"> {
  // Not on the writer's connection, which a commit may need meanwhile.
  const values = [lease.epoch, sequence, stateHash, program, bytes];
  const rows = await database.statement("read", WRITE, values);
  return rows.length === 1 ? "written" : "fenced";
}

export async function newestSnapshot(
  database: Database,
  before: number | null = null,
): Promise<StateSnapshot | null> {
  const [row] = await database.statement("read", NEWEST, [before]);
  return row === undefined ? null : snapshotOf(row);
}

function snapshotOf(row: Row): StateSnapshot {
  return {
    sequence: Number(row["sequence"]),
    stateHash: String(row["state_hash"]),
    program: String(row["program"]),
    bytes: row["bytes"] as Uint8Array,
  };
}
