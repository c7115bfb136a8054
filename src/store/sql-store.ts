import type { Store } from "../ports.ts";
import { readAudit, readAuditHead } from "./audit-reads.ts";
import { assertLawful } from "./batch-rules.ts";
import { commitBatch } from "./commit.ts";
import { type Database, storeFault } from "./database.ts";
import { readDocument, readDocuments } from "./document-reads.ts";
import { dropLease, renewLease, takeLease } from "./lease.ts";
import { readBalances, readLedgerEntries } from "./ledger-reads.ts";
import { newestSnapshot, writeSnapshot } from "./state-snapshots.ts";
import { webhooksOn } from "./webhook-rows.ts";
import { answers, entriesAfter, hasBatch, head } from "./writer-reads.ts";

const CURSOR = "select sequence from cursors where name = $1";
const SAVE_CURSOR = `
insert into cursors (name, sequence) values ($1, $2)
on conflict (name) do update set sequence = excluded.sequence`;

async function trying<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storeFault(doing, cause);
  }
}

const read = <T>(what: string, work: () => Promise<T>): Promise<T> => trying(`read ${what}`, work);

/** The store on a database whose schema is up to date: see {@link ./migrate.ts}. Closing it closes the database. */
export function storeOn(database: Database): Store {
  return {
    takeLease: (writer, ttl) => trying("take the lease", () => takeLease(database, writer, ttl)),
    renewLease: (lease, ttl) => trying("renew the lease", () => renewLease(database, lease, ttl)),
    dropLease: (lease) => trying("drop the lease", () => dropLease(database, lease)),
    commit: async (lease, batch) => {
      assertLawful(batch);
      return trying("commit a batch", () => commitBatch(database, lease, batch));
    },
    hasBatch: (id) => read("its batches", () => hasBatch(database, id)),
    head: () => read("its head", () => head(database)),
    entriesAfter: (sequence, limit) =>
      read("the journal", () => entriesAfter(database, sequence, limit)),
    answers: (keys) => read("answers", () => answers(database, keys)),
    document: (viewer, kind, id) =>
      read(`a document (${kind})`, () => readDocument(database, viewer, kind, id)),
    documents: (viewer, query) =>
      read(`documents (${query.kind})`, () => readDocuments(database, viewer, query)),
    ledgerEntries: (viewer, query) =>
      read("the ledger", () => readLedgerEntries(database, viewer, query)),
    balances: (viewer) => read("balances", () => readBalances(database, viewer)),
    auditHead: () => read("the audit log", () => readAuditHead(database)),
    audit: (viewer, query) => read("the audit log", () => readAudit(database, viewer, query)),
    writeSnapshot: (lease, snapshot) =>
      trying("write a snapshot", () => writeSnapshot(database, lease, snapshot)),
    newestSnapshot: (before) => read("a snapshot", () => newestSnapshot(database, before)),
    cursor: (name) =>
      read("a cursor", async () => {
        const [row] = await database.statement("read", CURSOR, [name]);
        return Number(row?.["sequence"] ?? 0);
      }),
    saveCursor: (name, sequence) =>
      trying("save a cursor", async () => {
        await database.statement("read", SAVE_CURSOR, [name, sequence]);
      }),
    webhooks: webhooksOn(database),
    close: () => database.close(),
  };
}
