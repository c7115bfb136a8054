/** All that the store holds as it was at one instant, for whoever checks or copies it: in order, in bounded memory. */
import type {
  Answer,
  AuditEntry,
  AuditHead,
  Balance,
  LedgerEntry,
  StateSnapshot,
} from "../ports.ts";
import { microUsd } from "../units.ts";
import { auditEntryOf } from "./audit-reads.ts";
import { AT_ONE_INSTANT } from "./backup.ts";
import { type Database, type Row, type Session, storeFault } from "./database.ts";
import { ledgerEntryOf } from "./ledger-reads.ts";
import { answerOf } from "./writer-reads.ts";

/** A batch as it stands in the journal. */
export interface StoredBatch {
  /** From 1, without gaps. */
  readonly number: number;
  readonly first: number;
  readonly last: number;
  /** Entries as JSON, one a line. */
  readonly entries: string;
  readonly stateHash: string;
}

export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  readonly account: string | null;
  readonly position: number;
  /** As JSON, in whichever order and spelling the database keeps it. */
  readonly body: string;
}

export interface StoredBalance extends Balance {
  readonly floor: bigint | null;
}

export interface Snapshot {
  writer(): Promise<{
    readonly sequence: number;
    readonly batches: number;
    readonly audit: AuditHead;
  }>;
  batches(): AsyncGenerator<StoredBatch>;
  answers(): AsyncGenerator<Answer>;
  documents(): AsyncGenerator<StoredDocument>;
  /** In order of the transaction and its legs. */
  transfers(): AsyncGenerator<LedgerEntry>;
  balances(): AsyncGenerator<StoredBalance>;
  audit(): AsyncGenerator<AuditEntry>;
  /** The newest snapshot of the writer's state, without what is in it; null: there is none. */
  newestState(): Promise<Pick<StateSnapshot, "sequence" | "stateHash"> | null>;
}

const BATCHES = "select number, first, last, entries, state_hash from journal order by number";
const AUDIT = "select number, record, hash from audit order by number";
const WRITER = "select sequence, batches, audited, audit_hash from writer";
const NEWEST_STATE =
  "select sequence, state_hash from state_snapshots order by sequence desc limit 1";
const ANSWERS = "select account, key, digest, refusal, first, last from answers";
const DOCUMENTS =
  "select kind, id, account, position, body::text as body from documents order by kind, id";
const TRANSFERS = `
select transaction, leg, at, kind, debit, credit, amount, subject
from ledger_transfers order by transaction, leg`;
const BALANCES = "select account, debits, credits, floor from ledger_balances order by account";

/** A row of the journal is a whole batch. */
const BATCHES_AT_ONCE = 50;
const ROWS_AT_ONCE = 1_000;

let cursors = 0;

async function* rowsOf<T>(
  session: Session,
  sql: string,
  atOnce: number,
  read: (row: Row) => T,
): AsyncGenerator<T> {
  const cursor = `all_of_${(cursors += 1)}`;
  await session.script(`declare ${cursor} no scroll cursor for ${sql}`);
  for (;;) {
    const rows = await session.rows(`fetch ${atOnce} from ${cursor}`);
    for (const row of rows) yield read(row);
    if (rows.length < atOnce) break;
  }
  await session.script(`close ${cursor}`);
}

function snapshotOf(session: Session): Snapshot {
  return {
    writer: async () => {
      const [row] = await session.rows(WRITER);
      return {
        sequence: Number(row?.["sequence"]),
        batches: Number(row?.["batches"]),
        audit: { number: Number(row?.["audited"]), hash: String(row?.["audit_hash"]) },
      };
    },
    newestState: async () => {
      const [row] = await session.rows(NEWEST_STATE);
      if (row === undefined) return null;
      return { sequence: Number(row["sequence"]), stateHash: String(row["state_hash"]) };
    },
    batches: () => rowsOf(session, BATCHES, BATCHES_AT_ONCE, batchOf),
    answers: () => rowsOf(session, ANSWERS, ROWS_AT_ONCE, answerOf),
    documents: () => rowsOf(session, DOCUMENTS, ROWS_AT_ONCE, documentOf),
    transfers: () => rowsOf(session, TRANSFERS, ROWS_AT_ONCE, ledgerEntryOf),
    audit: () => rowsOf(session, AUDIT, ROWS_AT_ONCE, auditEntryOf),
    balances: () => rowsOf(session, BALANCES, ROWS_AT_ONCE, balanceOf),
  };
}

function batchOf(row: Row): StoredBatch {
  return {
    number: Number(row["number"]),
    first: Number(row["first"]),
    last: Number(row["last"]),
    entries: String(row["entries"]),
    stateHash: String(row["state_hash"]),
  };
}

function documentOf(row: Row): StoredDocument {
  return {
    kind: String(row["kind"]),
    id: String(row["id"]),
    account: row["account"] as string | null,
    position: Number(row["position"]),
    body: String(row["body"]),
  };
}

function balanceOf(row: Row): StoredBalance {
  return {
    account: String(row["account"]),
    debits: microUsd(BigInt(row["debits"] as string)),
    credits: microUsd(BigInt(row["credits"] as string)),
    floor: row["floor"] === null ? null : BigInt(row["floor"] as string),
  };
}

/** Reads the whole store while its writer goes on. On PGlite everyone else waits meanwhile. */
export async function atOneInstant<T>(
  database: Database,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  try {
    return await database.transaction("read", AT_ONE_INSTANT, (session) =>
      read(snapshotOf(session)),
    );
  } catch (cause) {
    throw storeFault("be read as a whole", cause);
  }
}
