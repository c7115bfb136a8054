import type { EntriesOf } from "../hashed-map.ts";
import { entriesOf, fill, HashedMap } from "../hashed-map.ts";
import type { StateHash } from "../state-hash.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, assert, NO_MONEY, subMoney } from "../units.ts";
import { growsByCredit } from "./chart.ts";
import type { LedgerAccount, LedgerTransaction } from "./transfer.ts";

/** What was ever debited and credited to an account. */
export interface Turnover {
  readonly debits: MicroUsd;
  readonly credits: MicroUsd;
}

/** All that a ledger holds, as plain data. */
export interface LedgerRecords extends EntriesOf<{
  readonly turnovers: HashedMap<LedgerAccount, Turnover>;
}> {
  readonly transactions: readonly [number];
}

const UNUSED: Turnover = { debits: NO_MONEY, credits: NO_MONEY };

/**
 * Balances by double entry: every transfer debits one account and credits another by the same amount, so that all
 * debits together always equal all credits. Transactions are numbered without gaps.
 */
export class Ledger {
  readonly #turnovers: HashedMap<LedgerAccount, Turnover>;
  readonly #hash: StateHash;
  #transactions = 0;

  constructor(hash: StateHash) {
    this.#hash = hash;
    hash.add(countFields(0));
    this.#turnovers = new HashedMap(hash, ({ debits, credits }, account) => [
      "turnover",
      account,
      debits,
      credits,
    ]);
  }

  records(): LedgerRecords {
    return { transactions: [this.#transactions], ...entriesOf({ turnovers: this.#turnovers }) };
  }

  /** Makes this ledger, in which nothing was posted yet, the one that the records were taken from. */
  restore(records: LedgerRecords): void {
    this.#count(records.transactions[0]);
    fill({ turnovers: this.#turnovers }, records);
  }

  /** Number of the last transaction; 0: none yet. */
  get transactions(): number {
    return this.#transactions;
  }

  turnover(account: LedgerAccount): Turnover {
    return this.#turnovers.get(account) ?? UNUSED;
  }

  /** What stands on the account, on the side on which it grows. */
  balance(account: LedgerAccount): MicroUsd {
    const { debits, credits } = this.turnover(account);
    return growsByCredit(account) ? subMoney(credits, debits) : subMoney(debits, credits);
  }

  /** Every account that was ever used. */
  accounts(): MapIterator<[LedgerAccount, Turnover]> {
    return this.#turnovers.entries();
  }

  post({ id, transfers }: LedgerTransaction): void {
    assert(id === this.#transactions + 1, "ledger transactions are numbered without gaps");
    assert(transfers.length > 0, "a ledger transaction moves something");
    this.#count(id);
    for (const { debit, credit, amount } of transfers) {
      assert(amount > 0n, "a transfer moves more than nothing");
      assert(debit !== credit, "a transfer moves between two accounts");
      const to = this.turnover(debit);
      this.#turnovers.set(debit, { ...to, debits: addMoney(to.debits, amount) });
      const from = this.turnover(credit);
      this.#turnovers.set(credit, { ...from, credits: addMoney(from.credits, amount) });
    }
  }

  #count(transactions: number): void {
    this.#hash.remove(countFields(this.#transactions));
    this.#transactions = transactions;
    this.#hash.add(countFields(transactions));
  }
}

function countFields(transactions: number): readonly (string | number)[] {
  return ["ledger transactions", transactions];
}
