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
}
