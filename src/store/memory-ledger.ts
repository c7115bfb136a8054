import { customerOf } from "../ledger/chart.ts";
import type { LedgerTransaction } from "../ledger/transfer.ts";
import type { Balance, Floor, LedgerEntry, LedgerQuery, Viewer } from "../ports.ts";
import { addMoney, assert, type MicroUsd, NO_MONEY } from "../units.ts";
import { mayFind } from "./ledger-filter.ts";

/** The ledger in memory. A posting is first tried on what it would change, then made, so that it is whole or nothing. */
export interface MemoryLedger {
  /** @returns how to make it @throws Error where a balance would fall below its floor, or a transaction is known */
  tryPost(transactions: readonly LedgerTransaction[], floors: readonly Floor[]): () => void;
  entries(viewer: Viewer, query: LedgerQuery): readonly LedgerEntry[];
  balances(viewer: Viewer): readonly Balance[];
}

interface Standing extends Balance {
  readonly floor: MicroUsd | null;
}

function unmoved(account: string): Standing {
  const floor = customerOf(account) === null ? null : NO_MONEY;
  return { account, debits: NO_MONEY, credits: NO_MONEY, floor };
}

function visible(viewer: Viewer, account: string): boolean {
  return viewer.sees === "all" || customerOf(account) === viewer.account;
}

function legs({ id, at, transfers }: LedgerTransaction): readonly LedgerEntry[] {
  return transfers.map((transfer, leg) => ({ transaction: id, leg, at, ...transfer }));
}

function checkFloor({ account, debits, credits, floor }: Standing): void {
  const balance = credits - debits;
  if (floor === null || balance >= floor) return;
  throw new Error(`${account} would stand at ${balance}, below its floor of ${floor}`);
}

function matches(query: LedgerQuery, entry: LedgerEntry): boolean {
  const { account, subject, from, to } = query;
  return (
    (account === null || entry.debit === account || entry.credit === account) &&
    (subject === null || entry.subject === subject) &&
    (from === null || entry.at >= from) &&
    (to === null || entry.at < to)
  );
}

function precedes({ after }: LedgerQuery, { transaction, leg }: LedgerEntry): boolean {
  if (after === null) return true;
  return transaction === after.transaction ? leg < after.leg : transaction < after.transaction;
}

function list(
  posted: readonly LedgerEntry[],
  viewer: Viewer,
  query: LedgerQuery,
): readonly LedgerEntry[] {
  const found: LedgerEntry[] = [];
  for (let index = posted.length - 1; index >= 0 && found.length < query.limit; index -= 1) {
    const entry = posted[index] as LedgerEntry;
    const seen = visible(viewer, entry.debit) || visible(viewer, entry.credit);
    if (seen && precedes(query, entry) && matches(query, entry)) found.push(entry);
  }
  return found;
}

export function memoryLedger(): MemoryLedger {
  const posted: LedgerEntry[] = [];
  const standings = new Map<string, Standing>();

  return {
    tryPost: (transactions, floors) => {
      const changed = new Map<string, Standing>();
      const standing = (account: string): Standing =>
        changed.get(account) ?? standings.get(account) ?? unmoved(account);
      const last = posted.at(-1)?.transaction ?? 0;
      assert(
        transactions.every(({ id }, index) => id > (transactions[index - 1]?.id ?? last)),
        "transactions are numbered upwards",
      );
      for (const { debit, credit, amount } of transactions.flatMap(({ transfers }) => transfers)) {
        const from = standing(debit);
        changed.set(debit, { ...from, debits: addMoney(from.debits, amount) });
        const to = standing(credit);
        changed.set(credit, { ...to, credits: addMoney(to.credits, amount) });
      }
      for (const { account, floor } of floors)
        changed.set(account, { ...standing(account), floor });
      for (const after of changed.values()) checkFloor(after);
      return () => {
        posted.push(...transactions.flatMap(legs));
        for (const [account, after] of changed) standings.set(account, after);
      };
    },
    entries: (viewer, query) => (mayFind(viewer, query) ? list(posted, viewer, query) : []),
    balances: (viewer) =>
      [...standings.values()]
        .filter(({ account }) => visible(viewer, account))
        .map(({ account, debits, credits }) => ({ account, debits, credits }))
        .sort((a, b) => (a.account < b.account ? -1 : 1)),
  };
}
