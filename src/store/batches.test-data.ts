import type { LedgerTransaction, TransferKind } from "../ledger/transfer.ts";
import type { Answer, Batch, Document, JournalEntry, Json } from "../ports.ts";
import { epochMs, type MicroUsd, microUsd } from "../units.ts";

const TEN = 1_900_000_000_000;

export const money = (amount: bigint): MicroUsd => microUsd(amount);

export function entryAt(sequence: number): JournalEntry {
  return {
    sequence,
    at: epochMs(TEN + sequence),
    type: "order_placed",
    version: 1,
    payload: { order: `ord_${sequence}`, lots: [1, 2] },
  };
}

export function answerOf(account: string, key: string, rest: Partial<Answer>): Answer {
  return { account, key, digest: "00ff", refusal: null, first: 1, last: 1, ...rest };
}

export function documentOf(
  id: string,
  account: string | null,
  position: number,
  body: Json = { status: "open" },
): Document {
  return { kind: "order", id, account, position, body };
}

/** Each transfer as kind, debit, credit and amount; `subject-<id>` is what they are for. */
export function transactionOf(
  id: number,
  ...transfers: readonly (readonly [TransferKind, string, string, bigint])[]
): LedgerTransaction {
  return {
    id,
    at: epochMs(TEN + 1_000 * id),
    transfers: transfers.map(([kind, debit, credit, amount]) => ({
      kind,
      debit,
      credit,
      amount: microUsd(amount),
      subject: `subject-${id}`,
    })),
  };
}

export function batchOf(parts: Partial<Batch>): Batch {
  return {
    id: "batch",
    after: 0,
    entries: [],
    answers: [],
    documents: [],
    transactions: [],
    stateHash: "v1:00",
    ...parts,
  };
}
