import { creditFloor } from "../accounts/account.ts";
import { creditOf } from "../ledger/chart.ts";
import type { Turnover } from "../ledger/ledger.ts";
import type { LedgerTransaction } from "../ledger/transfer.ts";
import type { LedgerEntry } from "../ports.ts";
import type { StoredBalance } from "../store/snapshot.ts";
import { addMoney, NO_MONEY } from "../units.ts";
import type { Faults } from "./faults.ts";
import type { Replay } from "./replay.ts";

const UNUSED: Turnover = { debits: NO_MONEY, credits: NO_MONEY };

/** The ledger as it stands in the store, beside what the journal says that it is. */
export class Books {
  transfers = 0;
  readonly #sums = new Map<string, Turnover>();
  readonly #stored: AsyncGenerator<LedgerEntry>;
  readonly #faults: Faults;
  #differs = false;

  constructor(stored: AsyncGenerator<LedgerEntry>, faults: Faults) {
    this.#stored = stored;
    this.#faults = faults;
  }

  /** Compares what the journal says next with what stands next. */
  async hear({ id, at, transfers }: LedgerTransaction): Promise<void> {
    if (this.#differs) return;
    for (const [leg, transfer] of transfers.entries()) {
      const stored = await this.#next();
      if (stored !== null && isSame(stored, { transaction: id, leg, at, ...transfer })) continue;
      const name = stored === null ? "nothing" : `transfer ${stored.transaction}.${stored.leg}`;
      return this.#differ(`The journal moves money as transfer ${id}.${leg}, where ${name} stands`);
    }
  }

  /** Adds up what is left; where the journal is whole, nothing may be. */
  async finish(isWhole: boolean): Promise<void> {
    for (let extra = await this.#next(); extra !== null; extra = await this.#next()) {
      if (isWhole && !this.#differs) {
        this.#differ(`Transfer ${extra.transaction}.${extra.leg} stands in no event`);
      }
    }
  }

  /** Balances against the transfers that stand in the store, and floors against the accounts' terms. */
  async compareBalances(balances: AsyncIterable<StoredBalance>, replay: Replay): Promise<void> {
    const floors = floorsOf(replay);
    for await (const { account, debits, credits, floor } of balances) {
      const sum = this.#sums.get(account) ?? UNUSED;
      this.#sums.delete(account);
      if (sum.debits !== debits || sum.credits !== credits) {
        const said = `${sum.debits} debited and ${sum.credits} credited`;
        this.#faults.add(
          `The balance of ${account} says ${debits} debited and ${credits} credited; its transfers add up to ${said}.`,
        );
      }
      const agreed = floors.get(account);
      if (replay.isWhole && agreed !== undefined && floor !== agreed) {
        this.#faults.add(
          `The credit of ${account} may fall to ${floor}, but its terms say ${agreed}.`,
        );
      }
    }
    for (const account of this.#sums.keys()) {
      this.#faults.add(`${account} has transfers, and no balance.`);
    }
  }

  async #next(): Promise<LedgerEntry | null> {
    const { done, value } = await this.#stored.next();
    if (done === true) return null;
    this.transfers += 1;
    const { debit, credit, amount } = value;
    const to = this.#sums.get(debit) ?? UNUSED;
    this.#sums.set(debit, { ...to, debits: addMoney(to.debits, amount) });
    const from = this.#sums.get(credit) ?? UNUSED;
    this.#sums.set(credit, { ...from, credits: addMoney(from.credits, amount) });
    return value;
  }

  /** What comes after the first difference is displaced, and says nothing. */
  #differ(sentence: string): void {
    this.#differs = true;
    this.#faults.add(`${sentence}. Transfers after it were not compared.`);
  }
}

const FIELDS = [
  "transaction",
  "leg",
  "at",
  "kind",
  "debit",
  "credit",
  "amount",
  "subject",
] as const;

function isSame(a: LedgerEntry, b: LedgerEntry): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}

function floorsOf({ replica }: Replay): ReadonlyMap<string, bigint> {
  const accounts = [...replica.state.accounts.accounts.values()];
  return new Map(accounts.map((account) => [creditOf(account.id), creditFloor(account)]));
}
