import type { Store } from "../../src/ports.ts";
import { demand } from "../violation.ts";
import type { Truth } from "./truth.ts";

const EVERYTHING = { account: "owner", sees: "all" } as const;

/** The books in the store are those of the state, leg by leg and account by account. */
export async function checkLedger({ store, truth }: { store: Store; truth: Truth }): Promise<void> {
  const { ledger } = truth.replica.state;
  const balances = await store.balances(EVERYTHING);
  const known = new Map(balances.map((balance) => [balance.account, balance]));
  for (const [account, { debits, credits }] of ledger.accounts()) {
    const stored = known.get(account);
    demand(stored?.debits === debits, `debits of ${account} are stored`);
    demand(stored?.credits === credits, `credits of ${account} are stored`);
    known.delete(account);
  }
  demand(
    [...known.values()].every(({ debits, credits }) => debits === 0n && credits === 0n),
    "no other account was ever used",
  );
  for (const { id } of truth.replica.state.accounts.accounts.values()) await checkEyes(store, id);
}

/** An account sees its own balances, and the transfers that touch them. */
async function checkEyes(store: Store, account: string): Promise<void> {
  const viewer = { account, sees: "own" } as const;
  const own = `liabilities:customers:${account}:`;
  const balances = await store.balances(viewer);
  demand(
    balances.every((balance) => balance.account.startsWith(own)),
    `${account} sees no balance of others`,
  );
  const all = { account: null, subject: null, from: null, to: null, after: null, limit: 100_000 };
  const entries = await store.ledgerEntries(viewer, all);
  const every = await store.ledgerEntries(EVERYTHING, all);
  const theirs = every.filter(
    ({ debit, credit }) => debit.startsWith(own) || credit.startsWith(own),
  );
  demand(entries.length === theirs.length, `${account} sees its own transfers, and no other`);
}
