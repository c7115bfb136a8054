/** What the database itself refuses, whatever the code above it does. Runs on both engines. */
import { beforeAll, describe, expect, test } from "vitest";
import { creditOf, heldOf } from "../ledger/chart.ts";
import type { LedgerTransaction } from "../ledger/transfer.ts";
import type { Document, Viewer } from "../ports.ts";
import { durationMs } from "../units.ts";
import { answerOf, batchOf, documentOf, entryAt, transactionOf } from "./batches.test-data.ts";
import type { Database, Row } from "./database.ts";
import { emptied } from "./empty.test-data.ts";
import { storeOn } from "./sql-store.ts";
import { viewed } from "./viewed.ts";

const ACME: Viewer = { account: "acme", sees: "own" };
const STAFF: Viewer = { account: "owner", sees: "all" };
const DOCUMENTS: readonly Document[] = [
  documentOf("a", "acme", 1),
  documentOf("b", "bravo", 1),
  documentOf("c", null, 1),
];
const SEEN = ["documents", "ledger_transfers", "ledger_balances", "audit"];
const UNSEEN = ["writer", "journal", "answers", "cursors", "migrations", "state_snapshots"];

const deposit = (id: number, account: string): LedgerTransaction =>
  transactionOf(id, ["deposit", "assets:cash:manual", creditOf(account), 10n]);

async function fill(database: Database): Promise<void> {
  const store = storeOn(database);
  const lease = await store.takeLease("writer", durationMs(60_000));
  if (lease === "held_by_another") throw new Error("the lease is held");
  const batch = batchOf({
    entries: [entryAt(1)],
    answers: [answerOf("acme", "key", {})],
    documents: DOCUMENTS,
    transactions: [
      deposit(1, "acme"),
      deposit(2, "bravo"),
      transactionOf(3, ["hold", creditOf("acme"), heldOf("acme"), 4n]),
    ],
  });
  expect(await store.commit(lease, batch)).toBe("committed");
}

const transfer = (values: string): string =>
  `insert into ledger_transfers (transaction, leg, at, kind, debit, credit, amount, subject)
   values (${values})`;
const balance = (values: string): string =>
  `insert into ledger_balances (account, debits, credits, floor) values (${values})`;

export function schemaContract(name: string, database: Database): void {
  const asOwner = (sql: string): Promise<readonly Row[]> => database.statement("write", sql, []);
  const as = (viewer: Viewer, sql: string): Promise<readonly Row[]> =>
    viewed(database, viewer, (session) => session.rows(sql));

  describe(`the schema (${name})`, () => {
    beforeAll(async () => {
      await emptied(database);
      await fill(database);
    });

    test("shows people the journal, an event a row", async () => {
      const rows = await asOwner("select sequence::integer, type, payload from journal_entries");
      expect(rows).toEqual([{ sequence: 1, type: "order_placed", payload: entryAt(1).payload }]);
    });

    describe("shows a reader, with no filter of the application's,", () => {
      test("its own documents and everyone's", async () => {
        const rows = await as(ACME, "select id from documents order by id");
        expect(rows.map(({ id }) => id)).toEqual(["a", "c"]);
        expect(await as(ACME, "select id from documents where id = 'b'")).toEqual([]);
      });

      test("its own transfers and balances", async () => {
        const transfers = await as(
          ACME,
          "select subject from ledger_transfers order by transaction",
        );
        expect(transfers.map(({ subject }) => subject)).toEqual(["subject-1", "subject-3"]);
        const balances = await as(ACME, "select account from ledger_balances order by account");
        expect(balances.map(({ account }) => account)).toEqual([creditOf("acme"), heldOf("acme")]);
      });

      test("everything, where it is the owner's staff", async () => {
        expect(await as(STAFF, "select id from documents")).toHaveLength(3);
        expect(await as(STAFF, "select from ledger_transfers")).toHaveLength(3);
        expect(await as(STAFF, "select from ledger_balances")).toHaveLength(4);
      });

      test.each(SEEN)("nothing of %s before it has said who it is", async (table) => {
        const rows = await database.transaction(
          "read",
          "begin; set local role spillway_api",
          (session) => session.rows(`select * from ${table}`),
        );
        expect(rows).toEqual([]);
      });

      test.each([...UNSEEN, "journal_entries"])("nothing of %s", async (table) => {
        await expect(as(STAFF, `select * from ${table}`)).rejects.toThrow("permission denied");
      });
    });

    test.each(
      [...SEEN, ...UNSEEN].flatMap((table) => [
        `insert into ${table} default values`,
        `delete from ${table}`,
        `truncate ${table}`,
        `lock table ${table} in exclusive mode`,
      ]),
    )("lets a reader not %s", async (sql) => {
      const begin = "begin; set local role spillway_api";
      const attempt = database.transaction("read", begin, async (session) => {
        await session.rows("select set_config('spillway.sees', 'all', true)");
        await session.rows(sql);
      });
      await expect(attempt).rejects.toThrow("permission denied");
    });

    test.each(["journal", "answers", "ledger_transfers", "audit"])(
      "lets not even its owner change %s",
      async (table) => {
        const [column] = await asOwner(
          `select column_name as name from information_schema.columns
           where table_name = '${table}' and is_generated = 'NEVER' limit 1`,
        );
        const own = `${String(column?.["name"])} = ${String(column?.["name"])}`;
        const refused = /only ever added to|permission denied/;
        await expect(asOwner(`update ${table} set ${own}`)).rejects.toThrow(refused);
        await expect(asOwner(`delete from ${table}`)).rejects.toThrow(refused);
        await expect(asOwner(`truncate ${table}`)).rejects.toThrow(refused);
      },
    );

    test.each([
      ["a transfer of nothing", transfer("9, 0, 0, 'fee', 'a', 'b', 0, 's'")],
      ["a transfer to the same account", transfer("9, 0, 0, 'fee', 'a', 'a', 1, 's'")],
      ["a transaction twice", transfer("1, 0, 0, 'fee', 'a', 'b', 1, 's'")],
      ["a customer below nothing", balance(`'${creditOf("x")}', 1, 0, 0`)],
      ["a customer without a floor", balance(`'${creditOf("x")}', 0, 0, null`)],
      ["a hold with a floor below nothing", balance(`'${heldOf("x")}', 0, 0, -1`)],
      ["a batch twice", "insert into journal values (9, 'batch', 2, 1, '', '')"],
      ["a second writer's row", "insert into writer (one) values (false)"],
      ["an answer twice", "insert into answers values ('acme', 'key', 'd', null, 1, 1)"],
    ])("refuses %s", async (_, sql) => {
      await expect(asOwner(sql)).rejects.toThrow(/constraint/);
    });
  });
}
