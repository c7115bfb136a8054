import type { Ledger } from "../ledger/ledger.ts";
import { assert } from "../units.ts";

/** An account of the ledger, and credits less debits. */
export type Entry = readonly [account: string, amount: bigint];

/**
 * What every account of the ledger must come to: the sum of what each contract, order and booking has brought to it.
 * Where one of them changes, its entries are replaced, not amended.
 */
export class Books {
  readonly #entries = new Map<string, readonly Entry[]>();
  readonly #totals = new Map<string, bigint>();

  balance(account: string): bigint {
    return this.#totals.get(account) ?? 0n;
  }

  /** @param subject the id of a contract or an order */
  replace(subject: string, entries: readonly Entry[]): void {
    assert(sumOf(entries) === 0n, "double entry sums to nothing");
    for (const [account, amount] of this.#entries.get(subject) ?? []) this.#add(account, -amount);
    for (const [account, amount] of entries) this.#add(account, amount);
    if (entries.length > 0) this.#entries.set(subject, entries);
    else this.#entries.delete(subject);
  }

  /** Whatever it has brought stays: the subject changes no more. */
  forget(subject: string): void {
    this.#entries.delete(subject);
  }

  /** Once and for all. */
  move(debit: string, credit: string, amount: bigint): void {
    this.#add(debit, -amount);
    this.#add(credit, amount);
  }

  check(ledger: Ledger): void {
    let [debits, credits] = [0n, 0n];
    const open = new Set(this.#totals.keys());
    for (const [account, turnover] of ledger.accounts()) {
      open.delete(account);
      debits += turnover.debits;
      credits += turnover.credits;
      const [ours, theirs] = [this.balance(account), turnover.credits - turnover.debits];
      assert(ours === theirs, `${account} should come to ${ours}, not to ${theirs}`);
    }
    assert(debits === credits, "all debits together are all credits");
    for (const account of open) {
      const due = this.balance(account);
      assert(due === 0n, `${account} should come to ${due} and was never used`);
    }
  }

  #add(account: string, amount: bigint): void {
    this.#totals.set(account, this.balance(account) + amount);
  }
}

function sumOf(entries: readonly Entry[]): bigint {
  return entries.reduce((sum, [, amount]) => sum + amount, 0n);
}
