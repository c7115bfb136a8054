import * as fc from "fast-check";
import { expect, test } from "vitest";
import { StateHash } from "../state-hash.ts";
import { epochMs, microUsd } from "../units.ts";
import {
  breachesOf,
  cashBy,
  compensationOf,
  creditOf,
  customerOf,
  failuresOf,
  FEES,
  GOODWILL,
  growsByCredit,
  heldOf,
  payableTo,
  revenueOf,
  TAX,
} from "./chart.ts";
import { Ledger } from "./ledger.ts";
import type { LedgerAccount, LedgerTransaction, Transfer } from "./transfer.ts";

const AT = epochMs(1_800_000_000_000);

function transfer(debit: LedgerAccount, credit: LedgerAccount, amount: bigint): Transfer {
  return { kind: "deposit", debit, credit, amount: microUsd(amount), subject: "s" };
}

function posted(transactions: readonly (readonly Transfer[])[], hash = new StateHash()): Ledger {
  const ledger = new Ledger(hash);
  for (const [index, transfers] of transactions.entries()) {
    ledger.post({ id: index + 1, at: AT, transfers });
  }
  return ledger;
}

test("liabilities and revenues grow by what is credited, assets and expenses by what is debited", () => {
  const grows = [creditOf("a"), heldOf("a"), payableTo("a"), TAX, revenueOf("p"), FEES];
  const shrinks = [
    cashBy("manual"),
    compensationOf("p"),
    breachesOf("p"),
    failuresOf("p"),
    GOODWILL,
  ];
  expect(grows.map(growsByCredit)).toEqual(grows.map(() => true));
  expect(shrinks.map(growsByCredit)).toEqual(shrinks.map(() => false));
});

test("a customer's accounts are known as theirs, and the owner's as nobody's", () => {
  expect([creditOf("a"), heldOf("a"), payableTo("a")].map(customerOf)).toEqual(["a", "a", "a"]);
  expect([TAX, FEES, revenueOf("customers"), cashBy("a")].map(customerOf)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("a deposit that is held in part stands on three accounts", () => {
  const ledger = posted([
    [transfer(cashBy("manual"), creditOf("a"), 100n)],
    [transfer(creditOf("a"), heldOf("a"), 30n)],
  ]);
  expect(ledger.balance(cashBy("manual"))).toBe(100n);
  expect(ledger.balance(creditOf("a"))).toBe(70n);
  expect(ledger.balance(heldOf("a"))).toBe(30n);
  expect(ledger.turnover(creditOf("a"))).toEqual({ debits: 30n, credits: 100n });
  expect(ledger.balance(payableTo("a"))).toBe(0n);
});

const [A, B] = [creditOf("a"), creditOf("b")];

test.each<readonly [string, LedgerTransaction]>([
  ["numbered without gaps", { id: 2, at: AT, transfers: [transfer(A, B, 1n)] }],
  ["moves something", { id: 1, at: AT, transfers: [] }],
  ["more than nothing", { id: 1, at: AT, transfers: [transfer(A, B, 0n)] }],
  ["more than nothing", { id: 1, at: AT, transfers: [transfer(A, B, -1n)] }],
  ["between two accounts", { id: 1, at: AT, transfers: [transfer(A, A, 1n)] }],
])("a transaction that is wrong is a bug: %s", (sentence, transaction) => {
  expect(() => new Ledger(new StateHash()).post(transaction)).toThrow(sentence);
});

const accounts = [A, B, heldOf("a"), cashBy("manual"), revenueOf("p"), GOODWILL];
const transfers = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 5 }), fc.bigInt(1n, 10n ** 15n))
  .map(([from, step, amount]) =>
    transfer(accounts[from] ?? A, accounts[(from + step) % 6] ?? B, amount),
  );
const journals = fc.array(fc.array(transfers, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

test("all debits together are all credits, and no balance depends on how transfers are bundled", () => {
  fc.assert(
    fc.property(journals, (journal) => {
      const ledger = posted(journal);
      const all = [...ledger.accounts()].map(([, turnover]) => turnover);
      const debits = all.reduce((sum, turnover) => sum + turnover.debits, 0n);
      expect(debits).toBe(all.reduce((sum, turnover) => sum + turnover.credits, 0n));
      const single = posted(journal.flat().map((each) => [each]));
      for (const account of accounts) {
        expect(single.balance(account)).toBe(ledger.balance(account));
      }
    }),
  );
});

function hashOf(journal: readonly (readonly Transfer[])[]): string {
  const hash = new StateHash();
  posted(journal, hash);
  return hash.toString();
}

test("the hash tells balances apart, and how many transactions there were", () => {
  const [one, two] = [transfer(A, B, 1n), transfer(A, B, 2n)];
  const hashes = [[], [[one]], [[two]], [[one, one]], [[one], [one]]].map(hashOf);
  expect(hashOf([[one, one]])).not.toBe(hashOf([[one], [one]]));
  // Turnovers of [two] and [one, one] are the same.
  expect(new Set(hashes).size).toBe(4);
});
