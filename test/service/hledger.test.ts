import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  cashBy,
  creditOf,
  FEES,
  heldOf,
  payableTo,
  revenueOf,
  TAX,
} from "../../src/ledger/chart.ts";
import { Ledger } from "../../src/ledger/ledger.ts";
import type { LedgerTransaction, Transfer } from "../../src/ledger/transfer.ts";
import { hledgerJournal, transactionsOf } from "../../src/paper/hledger.ts";
import { StateHash } from "../../src/state-hash.ts";
import { epochMs, microUsd } from "../../src/units.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-hledger-"));
const file = join(folder, "ledger.journal");
afterAll(() => rmSync(folder, { recursive: true }));

/** Names and references as unkind customers choose them: each means something to hledger where it is not made inert. */
const SUBJECTS = [
  "con_1",
  "stripe:pi_1",
  "rent; [2020-01-01]",
  "a, date:2019-01-01",
  "two  spaces  5 USD",
  "line\n2026-01-01 forged\n    assets:cash:manual  1000000 USD\n    liabilities:tax",
  "= 5 USD",
  "(x) ~!*'|%20",
  "Überweisung für März €",
  "",
  "\ud800",
];
const CUSTOMERS = ["acme", "neo", "a b", "x;y", "ü"];

const ledger = new Ledger(new StateHash());
const transactions: LedgerTransaction[] = [];

/** Seven hundred transactions over a year, of every shape. */
function fill(): void {
  for (let id = 1; id <= 700; id++) {
    const customer = CUSTOMERS[id % CUSTOMERS.length] ?? "";
    const subject = SUBJECTS[id % SUBJECTS.length] ?? "";
    const amount = microUsd(((BigInt(id) * 7_919n) % 1_000_003n) * BigInt(id) + 1n);
    const move = (kind: Transfer["kind"], debit: string, credit: string, share = 1n): Transfer => ({
      kind,
      debit,
      credit,
      amount: microUsd(amount / share + 1n),
      subject,
    });
    const payee = id % 3 === 0 ? payableTo("neo") : revenueOf("pool-a");
    const shapes: Transfer[][] = [
      [move("deposit", cashBy("manual"), creditOf(customer))],
      [move("hold", creditOf(customer), heldOf(customer))],
      [
        move("usage", heldOf(customer), payee),
        move("tax", heldOf(customer), TAX, 5n),
        move("fee", payee, FEES, 50n),
      ],
    ];
    const at = epochMs(Date.UTC(2026, 0, 1) + id * 43_000_123);
    const transaction = { id, at, transfers: shapes[id % shapes.length] ?? [] };
    ledger.post(transaction);
    transactions.push(transaction);
  }
}

async function journal(change: (text: string) => string = (text) => text): Promise<void> {
  const balances = [...ledger.accounts()].map(([account, { debits, credits }]) => ({
    account,
    debits,
    credits,
  }));
  const listed = transactions.flatMap(({ id, at, transfers }) =>
    transfers.map((transfer) => Object.assign({ transaction: id, at }, transfer)),
  );
  const pieces = await Array.fromAsync(hledgerJournal(transactionsOf(listed), balances));
  writeFileSync(file, change(pieces.join("")));
}

const check = (...checks: string[]) => spawnSync("hledger", ["-f", file, "check", ...checks]);
const complaint = (run: ReturnType<typeof check>): string => String(run.stderr);

beforeAll(async () => {
  const found = spawnSync("hledger", ["--version"]);
  if (found.error) throw new Error("hledger is not installed: apt-get install hledger");
  fill();
  await journal();
});

test("hledger accepts the journal, strictly, in order of dates and without converting anything", () => {
  expect(complaint(check())).toBe("");
  expect(complaint(check("--strict"))).toBe("");
  const checks = ["accounts", "commodities", "payees", "ordereddates", "balancednoautoconversion"];
  expect(complaint(check(...checks))).toBe("");
});

test("hledger's balances are the ledger's, to the micro-dollar", () => {
  const options = ["balance", "--flat", "--empty", "--no-total", "--output-format=csv"];
  const csv = execFileSync("hledger", ["-f", file, ...options], { encoding: "utf8" });
  const rows = csv.trim().split("\n").slice(1);
  const found = rows.map((row) => /^"(.*)","(.*) USD"$/.exec(row)?.slice(1) ?? [row]);
  const expected = [...ledger.accounts()].map(([account, { debits, credits }]) => [
    account.split(":").map(encodeURIComponent).join(":"),
    String(debits - credits),
  ]);
  const micros = found.map(([name, amount = ""]) => [name, amount.replace(/^(-?)0?\.0*|\./, "$1")]);
  expect(Object.fromEntries(micros)).toEqual(Object.fromEntries(expected));
});

test("hledger counts the transactions and finds them by number, kind and subject", () => {
  const print = (query: string): string =>
    execFileSync("hledger", ["-f", file, "register", query], { encoding: "utf8" });
  const stats = execFileSync("hledger", ["-f", file, "stats"], { encoding: "utf8" });
  expect(stats).toMatch(/Transactions\s*: 701 /);
  expect(print("tag:kind=^fee$").trim().split("\n").length).toBe(
    2 * transactions.filter(({ transfers }) => transfers.length === 3).length,
  );
  expect(print("code:^7$").trim().split("\n").length).toBe(2);
});

test("a journal in which a micro-dollar is wrong is not accepted", async () => {
  await journal((text) => text.replace(/(= -?\d+\.\d{5})\d USD\n$/, "$17 USD\n"));
  expect(complaint(check("assertions"))).toContain("assertion");
  await journal((text) => text.replace(/(\n {4}assets:cash:manual {2}\d+\.\d{5})\d/, "$1x"));
  expect(check().status).not.toBe(0);
});
