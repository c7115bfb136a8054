import { customerOf } from "../ledger/chart.ts";
import type { Balance, LedgerEntry, LedgerQuery, Viewer } from "../ports.ts";
import { epochMs, microUsd } from "../units.ts";
import type { Database, Row } from "./database.ts";
import { mayFind } from "./ledger-filter.ts";
import { viewed } from "./viewed.ts";

/** One branch of a list: newest first along an index, never further than the limit. */
const branch = (side: string): string => `
(select transaction, leg, at, kind, debit, credit, amount, subject from ledger_transfers
where ($1::text is null or debit = $1::text or credit = $1::text)
  and ($2::text is null or subject = $2::text)
  and ($3::bigint is null or at >= $3::bigint)
  and ($4::bigint is null or at < $4::bigint)
  and ($5::bigint is null or (transaction, leg) < ($5::bigint, $6::int)) ${side}
order by transaction desc, leg desc limit $7::bigint)`;

const ALL = branch("");
/** From both sides; a transfer between two accounts of one customer is found by its debit alone. */
const OF_OWNER = `
select * from (
  ${branch("and debit_owner = $8::text")} union all
  ${branch("and credit_owner = $8::text and credit_owner <> debit_owner")}
) as touching
order by transaction desc, leg desc limit $7::bigint`;
const BALANCES = `
select account, debits, credits from ledger_balances where $1::text is null or owner = $1::text order by account`;

export function ledgerEntryOf(row: Row): LedgerEntry {
  return {
    transaction: Number(row["transaction"]),
    leg: Number(row["leg"]),
    at: epochMs(Number(row["at"])),
    kind: String(row["kind"]),
    debit: String(row["debit"]),
    credit: String(row["credit"]),
    amount: microUsd(BigInt(row["amount"] as string)),
    subject: String(row["subject"]),
  };
}

/** Whose transfers are walked along; null: everyone's. */
function ownerIn(viewer: Viewer, account: string | null): string | null {
  if (viewer.sees === "own") return viewer.account;
  return account === null ? null : (customerOf(account) ?? account);
}

export async function readLedgerEntries(
  database: Database,
  viewer: Viewer,
  query: LedgerQuery,
): Promise<readonly LedgerEntry[]> {
  if (!mayFind(viewer, query)) return [];
  const { account, subject, from, to, after, limit } = query;
  const place = [after?.transaction ?? null, after?.leg ?? null];
  const values = [account, subject, from, to, ...place, limit];
  const owner = ownerIn(viewer, account);
  return viewed(database, viewer, async (session) => {
    const rows =
      owner === null
        ? await session.rows(ALL, values)
        : await session.rows(OF_OWNER, [...values, owner]);
    return rows.map(ledgerEntryOf);
  });
}

export function readBalances(database: Database, viewer: Viewer): Promise<readonly Balance[]> {
  const owner = viewer.sees === "all" ? null : viewer.account;
  return viewed(database, viewer, async (session) => {
    const rows = await session.rows(BALANCES, [owner]);
    return rows.map((row) => ({
      account: String(row["account"]),
      debits: microUsd(BigInt(row["debits"] as string)),
      credits: microUsd(BigInt(row["credits"] as string)),
    }));
  });
}
