import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { byOf, creating, doing, keyOf, paying } from "../journal/journal.test-data.ts";
import { Journal } from "../journal/journal.ts";
import { at } from "../recall/recall.test-data.ts";
import type { Database } from "../store/database.ts";
import { emptied } from "../store/empty.test-data.ts";
import { openPglite } from "../store/pglite.ts";
import { storeOn } from "../store/sql-store.ts";
import { durationMs } from "../units.ts";
import type { AuditHead } from "../ports.ts";
import { atOneInstant } from "../store/snapshot.ts";
import { checkAudit } from "./audit.ts";
import { Faults } from "./faults.ts";
import { repairStore } from "./repair.ts";
import { verify } from "./verify.ts";

const database: Database = await openPglite(null);
const store = storeOn(database);
afterAll(() => database.close());
let ids = 0;
const newId = (): string => `id_${(ids += 1)}`;

const wait = (): Promise<void> => Promise.resolve();

/** Two accounts, one of which has paid in twice, in five batches; one request was refused. */
async function fill(): Promise<void> {
  const ports = { store, clock: { now: () => at(1) }, ids: { next: newId }, wait };
  const journal = await Journal.open(ports, { writer: "test", ttl: durationMs(60_000) });
  if (journal === "held_by_another") throw new Error("the lease is held");
  await journal.submit(doing(creating("x")), keyOf("first"), byOf("r1"));
  await journal.submit(doing(creating("y")));
  await journal.submit(doing(paying("x", "one")));
  await journal.submit(doing(paying("x", "one")), keyOf("again"), byOf("r2"));
  await journal.submit(doing(paying("x", "two")), null, byOf("r3"));
  await journal.close();
}

/** As someone who has taken the database's safeguards off. */
async function tamper(sql: string): Promise<void> {
  const tables = "journal, answers, ledger_transfers, audit".split(", ");
  const off = tables.map((table) => `alter table ${table} disable trigger only_added_to;`).join("");
  const on = tables.map((table) => `alter table ${table} enable trigger only_added_to;`).join("");
  await database.transaction("write", "begin", (session) => session.script(`${off}${sql};${on}`));
}

const faultsOf = async (): Promise<readonly string[]> => (await verify(database)).faults;

describe("a store", () => {
  beforeEach(async () => {
    await emptied(database);
    await fill();
  });

  test("that nobody has tampered with is what its journal gives", async () => {
    expect(await verify(database)).toMatchObject({
      batches: 5,
      transfers: 2,
      answers: 2,
      audited: 3,
      olderHashes: 0,
      faults: [],
    });
  });

  test("that is empty is one, too", async () => {
    await emptied(database);
    expect(await verify(database)).toMatchObject({ events: 0, batches: 0, faults: [] });
  });

  test.each<[string, string, RegExp]>([
    [
      "an event's amount was changed",
      "update journal set entries = replace(entries, '\"5\"', '\"6\"') where number = 5",
      /^Batch 5 \(events .*\) leads to the state/,
    ],
    [
      "an event was taken out",
      "update journal set entries = substr(entries, strpos(entries, E'\\n') + 1) where number = 1",
      /^Batch 1 .* can't be carried out: .* Nothing after it was compared/,
    ],
    ["a batch was taken out", "delete from journal where number = 2", /does not follow batch 1/],
    ["the last batch was taken out", "delete from journal where number = 5", /^The writer's row/m],
    [
      "a hash was changed",
      "update journal set state_hash = replace(state_hash, right(state_hash, 1), 'x') where number = 3",
      /^Batch 3 .* was written beside it/,
    ],
    [
      "a transfer's amount was changed",
      "update ledger_transfers set amount = amount + 1 where transaction = 1",
      /^The journal moves money as transfer 1.0, where transfer 1.0 stands/,
    ],
    [
      "a transfer was taken out",
      "delete from ledger_transfers where transaction = 2",
      /as transfer 2.0, where nothing stands/,
    ],
    [
      "a transfer was added",
      `insert into ledger_transfers (transaction, leg, at, kind, debit, credit, amount, subject)
       values (9, 0, 0, 'fee', 'a', 'b', 1, '')`,
      /^Transfer 9.0 stands in no event/,
    ],
    [
      "a balance was changed",
      "update ledger_balances set credits = credits + 1 where account like 'liabilities:%'",
      /^The balance of liabilities:customers:x:credit says 0 debited and 11 credited/,
    ],
    [
      "a floor was lowered",
      "update ledger_balances set floor = -100 where account like 'liabilities:%:x:credit'",
      /may fall to -100, but its terms say 0/,
    ],
    [
      "an answer names what there is not",
      "update answers set last = 999 where key = 'first'",
      /^The answer to x's request "first" names events .* to 999/,
    ],
    [
      "an audit entry was changed",
      "update audit set record = replace(record, 'no_such', 'done') || ' ' where number = 2",
      /^Entry 2 of the audit log was changed/,
    ],
    [
      "an audit entry was taken out",
      "delete from audit where number = 2",
      /^Entry 2 of the audit log is missing/,
    ],
    [
      "the last audit entries were taken out",
      "delete from audit where number > 1",
      /^Entries 2 to 3 of the audit log are missing/,
    ],
    [
      "audit entries were exchanged",
      "update audit set number = number + 10 where number > 1; update audit set number = 15 - number where number > 1",
      /^Entry 2 of the audit log was changed, or the one before it/,
    ],
    [
      "an audit entry was added",
      "insert into audit (number, record, hash) select 4, record, hash from audit where number = 3",
      /^Entry 4 of the audit log was changed/,
    ],
    ["an answer is nobody's", "update answers set account = 'z'", /belongs to no account/],
    ["the writer's row was changed", "update writer set sequence = 1", /^The writer's row/],
  ])("is found where %s, and is not repaired", async (_, sql, sentence) => {
    await tamper(sql);
    const { faults, repair } = await verify(database);
    expect(faults.join("\n")).toMatch(sentence);
    expect(repair).toBeNull();
  });

  test.each([
    ["was changed", `update documents set body = body || '{"name": "z"}' where id = 'x'`],
    ["has another place", "update documents set position = 99 where id = 'x'"],
    ["is missing", "delete from documents where id = 'x'"],
  ])("of which a document %s is found, and repaired from the journal", async (what, sql) => {
    await tamper(sql);
    const { faults, repair } = await verify(database);
    expect(faults).toEqual([expect.stringMatching(/^The document account x is/)]);
    expect(repair?.documents).toMatchObject([{ kind: "account", id: "x" }]);
    if (repair === null) throw new Error("it can't be repaired");
    await repairStore(store, repair, newId);
    // Its place is written with the document and then never again.
    if (what !== "has another place") expect(await faultsOf()).toEqual([]);
  });

  test("with a document of no event is found", async () => {
    await tamper("insert into documents values ('account', 'z', null, 1, '{}')");
    expect(await faultsOf()).toEqual(["The document account z comes from no event."]);
  });

  test("with hashes of an older version is anchored anew, and the older ones are counted", async () => {
    await tamper("update journal set state_hash = '0:aa'");
    const { faults, olderHashes, repair } = await verify(database);
    expect([faults, olderHashes, repair?.documents]).toEqual([[], 5, []]);
    if (repair === null) throw new Error("it can't be repaired");
    expect(repair.anchor).not.toBeNull();
    await repairStore(store, repair, newId);
    const after = await verify(database);
    expect(after).toMatchObject({ faults: [], olderHashes: 5, batches: 6 });
    expect(after.repair?.anchor).toBeNull();
  });

  test.each<[string, string, readonly RegExp[]]>([
    ["agrees", "select 1", []],
    [
      "disagrees",
      "update state_snapshots set state_hash = split_part(state_hash, ':', 1) || ':0'",
      [/^The snapshot after event \d+ has the state \d+:0; the journal gives \d+:[0-9a-f]{32}\.$/],
    ],
    [
      "ends where no batch does",
      "update state_snapshots set sequence = 99",
      [/^The snapshot after event 99 .* gives none/],
    ],
    ["is of an older version", "update state_snapshots set state_hash = '0:aa'", []],
  ])("of which the newest snapshot %s says so, and can be written on", async (_, sql, faults) => {
    const lease = await store.takeLease("writer", durationMs(60_000));
    const head = await store.head();
    if (lease === "held_by_another" || head === null) throw new Error("nothing was written");
    const snapshot = { ...head, program: "p", bytes: Uint8Array.of(1) };
    expect(await store.writeSnapshot(lease, snapshot)).toBe("written");
    await tamper(sql);
    const verdict = await verify(database);
    expect(verdict.faults).toEqual(faults.map((sentence) => expect.stringMatching(sentence)));
    expect(verdict.repair).not.toBeNull();
  });

  test("is not repaired while a service writes", async () => {
    const { repair } = await verify(database);
    await store.takeLease("service", durationMs(60_000));
    if (repair === null) throw new Error("it can't be repaired");
    await expect(repairStore(store, repair, newId)).rejects.toThrow("stop it first");
  });
});

test("an audit log that was written anew as a whole is told by what was noted", async () => {
  await emptied(database);
  await fill();
  const faultsWith = (noted: AuditHead) =>
    atOneInstant(database, async (snapshot) => {
      const faults = new Faults();
      const { audit } = await snapshot.writer();
      await checkAudit(snapshot.audit(), audit, faults, noted);
      return faults.all();
    });
  const head = await store.auditHead();
  expect(await faultsWith(head)).toEqual([]);
  expect(await faultsWith({ ...head, hash: "a".repeat(64) })).toEqual([
    "Entry 3 of the audit log is not the one that was noted.",
  ]);
  expect(await faultsWith({ ...head, number: 9 })).toEqual([
    "The audit log ends before entry 9, which was noted.",
  ]);
});
