import type { Answer, Batch, JournalEntry, Lease, Store } from "../ports.ts";
import { assertLawful } from "./batch-rules.ts";
import { memoryAudit } from "./memory-audit.ts";
import { memoryDocuments } from "./memory-documents.ts";
import { memoryLease } from "./memory-lease.ts";
import { memoryLedger } from "./memory-ledger.ts";
import { memorySnapshots } from "./memory-snapshots.ts";
import { memoryWebhooks } from "./memory-webhooks.ts";

const nameOf = ({ account, key }: { readonly account: string; readonly key: string }): string =>
  `${account}\n${key}`;

/**
 * A store in memory, for the simulator and benchmarks: it keeps what it is given, without copies, and forgets it with
 * the process. Closing it changes nothing, so that a simulated crash can open it again.
 *
 * @param now the clock that leases expire by, in milliseconds
 */
export function memoryStore(now: () => number = Date.now): Store {
  const lease = memoryLease(now);
  const journal: JournalEntry[] = [];
  const batches = new Set<string>();
  const answers = new Map<string, Answer>();
  const documents = memoryDocuments();
  const ledger = memoryLedger();
  const audit = memoryAudit();
  const snapshots = memorySnapshots();
  const cursors = new Map<string, number>();
  let head: { readonly sequence: number; readonly stateHash: string } | null = null;

  const write = (batch: Batch): void => {
    const fresh = new Set(batch.answers.map(nameOf));
    const known = [...fresh].some((name) => answers.has(name));
    if (known || fresh.size < batch.answers.length) throw new Error("a key has its answer already");
    if (batches.has(batch.id)) throw new Error("the batch was committed already");
    const post = ledger.tryPost(batch.transactions, batch.floors ?? []);
    post();
    journal.push(...batch.entries);
    batches.add(batch.id);
    audit.add(batch.audit ?? []);
    for (const answer of batch.answers) answers.set(nameOf(answer), answer);
    for (const document of batch.documents) documents.put(document);
    head = { sequence: journal.length, stateHash: batch.stateHash };
    snapshots.heard(head);
  };
  const commit = (holder: Lease, batch: Batch): "committed" | "fenced" => {
    assertLawful(batch);
    if (!audit.isNext(batch.audit ?? [])) return "fenced";
    if (batch.after !== journal.length || !lease.extend(holder)) return "fenced";
    write(batch);
    return "committed";
  };

  return {
    takeLease: async (writer, ttl) => lease.take(writer, ttl),
    renewLease: async (holder, ttl) => (lease.extend(holder, ttl) ? "renewed" : "fenced"),
    dropLease: async (holder) => lease.drop(holder),
    commit: async (holder, batch) => commit(holder, batch),
    hasBatch: async (id) => batches.has(id),
    head: async () => head,
    entriesAfter: async (sequence, limit) => journal.slice(sequence, sequence + limit),
    answers: async (keys) => keys.flatMap((key) => answers.get(nameOf(key)) ?? []),
    document: async (viewer, kind, id) => documents.get(viewer, kind, id),
    documents: async (viewer, query) => documents.list(viewer, query),
    ledgerEntries: async (viewer, query) => ledger.entries(viewer, query),
    balances: async (viewer) => ledger.balances(viewer),
    auditHead: async () => audit.head(),
    audit: async (viewer, query) => audit.list(viewer, query),
    writeSnapshot: async (holder, snapshot) =>
      lease.holds(holder) && snapshots.write(snapshot) ? "written" : "fenced",
    newestSnapshot: async (before) => snapshots.newest(before),
    cursor: async (name) => cursors.get(name) ?? 0,
    saveCursor: async (name, sequence) => void cursors.set(name, sequence),
    webhooks: memoryWebhooks(),
    close: async () => {},
  };
}
