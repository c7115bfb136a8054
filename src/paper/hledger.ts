import type { LedgerAccount, LedgerTransaction, Transfer } from "../ledger/transfer.ts";
import type { EpochMs, MicroUsd } from "../units.ts";
import { addMoney, NO_MONEY, subMoney } from "../units.ts";
import { formatTime } from "../wire/time.ts";

/** What was ever debited and credited to an account. */
export interface AccountTurnover {
  readonly account: LedgerAccount;
  readonly debits: MicroUsd;
  readonly credits: MicroUsd;
}

const HEADER = `; The ledger of Spillway, for hledger: debits are positive, credits negative.
commodity 1000.000000 USD
tag kind
tag subject
tag time
`;

/**
 * The ledger as a plain-text journal, in pieces: each transfer is a pair of postings with its kind and subject as tags.
 * Accounts and payees are declared where they first come, so that `hledger check --strict` holds too; the last transaction
 * moves nothing and asserts `balances`, which come from elsewhere than the transactions.
 *
 * @param transactions in order of their number
 */
export async function* hledgerJournal(
  transactions: AsyncIterable<LedgerTransaction> | Iterable<LedgerTransaction>,
  balances: Iterable<AccountTurnover>,
): AsyncGenerator<string> {
  const declared = new Set<string>();
  let day = "1970-01-01";
  yield HEADER;
  for await (const transaction of transactions) {
    day = formatTime(transaction.at).slice(0, 10);
    yield declarationsOf(transaction, declared) + textOf(transaction, day);
  }
  yield assertionsOf(balances, day);
}

/** A transfer as the ledger lists it. */
export interface ListedTransfer extends Transfer {
  readonly transaction: number;
  readonly at: EpochMs;
}

/** Transfers in the order of the ledger, gathered into transactions again. */
export function* transactionsOf(entries: Iterable<ListedTransfer>): Generator<LedgerTransaction> {
  let gathered: ListedTransfer[] = [];
  for (const entry of entries) {
    if (gathered[0] !== undefined && gathered[0].transaction !== entry.transaction) {
      yield* transactionOf(gathered);
      gathered = [];
    }
    gathered.push(entry);
  }
  yield* transactionOf(gathered);
}

function transactionOf(transfers: readonly ListedTransfer[]): LedgerTransaction[] {
  const [first] = transfers;
  return first === undefined ? [] : [{ id: first.transaction, at: first.at, transfers }];
}

function textOf({ id, at, transfers }: LedgerTransaction, day: string): string {
  const head = `\n${day} (${id}) ${payeeOf(transfers)}  ; time:${formatTime(at)}\n`;
  return head + transfers.map(postingsOf).join("");
}

/** The kinds of what it moves, each once. */
function payeeOf(transfers: readonly Transfer[]): string {
  return [...new Set(transfers.map(({ kind }) => kind))].join(" ");
}

function postingsOf({ kind, debit, credit, amount, subject }: Transfer): string {
  const tags = `; kind:${kind}, subject:${inert(subject)}`;
  const out = subMoney(NO_MONEY, amount);
  return posting(debit, amountOf(amount), tags) + posting(credit, amountOf(out), tags);
}

function posting(account: LedgerAccount, amount: string, rest: string): string {
  return `    ${nameOf(account)}  ${amount} USD  ${rest}\n`;
}

function declarationsOf({ transfers }: LedgerTransaction, declared: Set<string>): string {
  const names = transfers.flatMap(({ debit, credit }) => [nameOf(debit), nameOf(credit)]);
  const lines = [...names.map((name) => `account ${name}`), `payee ${payeeOf(transfers)}`];
  const fresh = [...new Set(lines)].filter((line) => !declared.has(line));
  for (const line of fresh) declared.add(line);
  return fresh.map((line) => `\n${line}`).join("") + (fresh.length > 0 ? "\n" : "");
}

function assertionsOf(balances: Iterable<AccountTurnover>, day: string): string {
  let postings = "";
  let sum = NO_MONEY;
  for (const { account, debits, credits } of balances) {
    const balance = subMoney(debits, credits);
    sum = addMoney(sum, balance);
    postings += posting(account, amountOf(NO_MONEY), "").replace(
      "  \n",
      ` = ${amountOf(balance)} USD\n`,
    );
  }
  if (sum !== 0n) throw new Error("the balances of the ledger do not come to nothing together");
  return postings === "" ? "" : `\npayee balances\n\n${day} balances\n${postings}`;
}

/** With all six decimals. */
function amountOf(amount: MicroUsd): string {
  const size = amount < 0n ? 0n - amount : amount;
  const [dollars, decimals] = [size / 1_000_000n, size % 1_000_000n];
  return `${amount < 0n ? "-" : ""}${dollars}.${String(decimals).padStart(6, "0")}`;
}

function nameOf(account: LedgerAccount): string {
  return account.split(":").map(inert).join(":");
}

/**
 * Text from outside as one word without the signs that mean something to hledger: spaces, commas, semicolons, brackets (a
 * date in brackets dates a posting), line ends. Encoded as in addresses, so that nothing is lost.
 */
function inert(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%3A", ":")
    .replaceAll(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
