import type { LedgerAccount } from "../ledger/transfer.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, NO_MONEY, subMoney } from "../units.ts";
import type { Statement } from "./invoice.ts";
import type { PostedEntry } from "./posted.ts";

/** Adds up what entries do to some ledger accounts together; what moves only between them is no movement. */
export class RunningStatement {
  readonly #accounts: readonly LedgerAccount[];
  readonly #opening: MicroUsd;
  readonly #movements = new Map<string, MicroUsd>();

  constructor(accounts: readonly LedgerAccount[], opening: MicroUsd) {
    this.#accounts = accounts;
    this.#opening = opening;
  }

  hear({ debit, credit, amount }: PostedEntry, kind: string): void {
    const came = this.#accounts.includes(credit);
    const went = this.#accounts.includes(debit);
    if (came === went) return;
    const before = this.#movements.get(kind) ?? NO_MONEY;
    this.#movements.set(kind, came ? addMoney(before, amount) : subMoney(before, amount));
  }

  close(): Statement {
    const movements = [...this.#movements].map(([kind, amount]) => ({ kind, amount }));
    const closing = movements.reduce((sum, { amount }) => addMoney(sum, amount), this.#opening);
    return { opening: this.#opening, movements, closing };
  }
}
