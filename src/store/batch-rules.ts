import type { Batch } from "../ports.ts";
import { assert } from "../units.ts";

function distinct(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length;
}

/** What every batch keeps to, on every store; a batch that does not is a bug of its writer. */
export function assertLawful(batch: Batch): void {
  const { after, entries, documents, transactions, floors = [], audit = [] } = batch;
  assert(
    entries.every(({ sequence }, index) => sequence === after + 1 + index),
    "sequence numbers have no gaps",
  );
  assert(
    distinct(documents.map(({ kind, id }) => `${kind}\n${id}`)),
    "a document stands once in a batch",
  );
  assert(distinct(floors.map(({ account }) => account)), "a floor stands once in a batch");
  assert(
    audit.every(({ number }, index) => number === (audit[0]?.number ?? 0) + index),
    "audit entries have no gaps",
  );
  assert(transactions.length === 0 || entries.length > 0, "money moves only with an event");
  for (const { debit, credit, amount } of transactions.flatMap(({ transfers }) => transfers)) {
    assert(amount > 0n, "a transfer moves more than nothing");
    assert(debit !== credit, "a transfer is between two accounts");
  }
}
