import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { creditOf } from "../ledger/chart.ts";
import type { Store } from "../ports.ts";
import { durationMs } from "../units.ts";
import {
  answerOf,
  batchOf,
  documentOf,
  entryAt,
  money,
  transactionOf,
} from "./batches.test-data.ts";
import { backup } from "./backup.ts";
import type { Database } from "./database.ts";
import { emptied } from "./empty.test-data.ts";
import { restore } from "./restore.ts";
import { storeOn } from "./sql-store.ts";

const STAFF = { account: "owner", sees: "all" } as const;
const QUERY = { account: null, subject: null, from: null, to: null, after: null, limit: 9 };
/** Beyond what a double holds, so that a number that passed through one would show. */
const LARGE = 9_007_199_254_740_993n;

async function fill(store: Store): Promise<void> {
  const lease = await store.takeLease("writer", durationMs(60_000));
  if (lease === "held_by_another") throw new Error("the lease is held");
  const odd = { text: 'ü"\\\n\u0000', list: [1e21, null] };
  const first = batchOf({
    id: "b1",
    entries: [entryAt(1), { ...entryAt(2), payload: odd }],
    answers: [answerOf("acme", "k", { refusal: "no_credit" })],
    documents: Array.from({ length: 1_203 }, (_, at) => documentOf(`d${at}`, "acme", at)),
    transactions: [transactionOf(1, ["deposit", "assets:cash:wire", creditOf("acme"), LARGE])],
    floors: [{ account: creditOf("acme"), floor: money(-5n) }],
    audit: [{ number: 1, record: '{"account":"acme",  "n":1}', hash: "a".repeat(64) }],
  });
  expect(await store.commit(lease, first)).toBe("committed");
  const second = batchOf({ id: "b2", after: 2, documents: [documentOf("e", null, 2)] });
  expect(await store.commit(lease, { ...second, stateHash: "v1:last" })).toBe("committed");
  const derived = { sequence: 2, stateHash: "v1:last", program: "p", bytes: Uint8Array.of(1) };
  expect(await store.writeSnapshot(lease, derived)).toBe("written");
  await store.saveCursor("webhooks", 2);
  await store.dropLease(lease);
}

async function contentsOf(store: Store): Promise<unknown> {
  return {
    head: await store.head(),
    entries: await store.entriesAfter(0, 9),
    answers: await store.answers([{ account: "acme", key: "k" }]),
    documents: await store.documents(STAFF, {
      kind: "order",
      where: {},
      after: null,
      limit: 9_999,
    }),
    transfers: await store.ledgerEntries(STAFF, QUERY),
    balances: await store.balances(STAFF),
    cursor: await store.cursor("webhooks"),
    auditHead: await store.auditHead(),
    audit: await store.audit(STAFF, { account: null, before: null, limit: 9 }),
  };
}

/** A backup of these lines, with the checksum that they ask for. */
function rewritten(file: string, body: readonly string[], end: string): void {
  const text = `${body.join("\n")}\n`;
  const sha256 = createHash("sha256").update(text).digest("hex");
  writeFileSync(file, gzipSync(`${text}${end.replace(/[0-9a-f]{64}/, sha256)}\n`));
}

/** How a backup may be wrong in itself, with what is said of it then. */
const WRONG: readonly (readonly [
  string,
  string,
  (file: string, body: string[], end: string) => void,
])[] = [
  [
    "a row is missing",
    "rows are missing",
    (file, body, end) => rewritten(file, body.toSpliced(3, 1), end),
  ],
  [
    "a row has changed",
    "its checksum is another",
    (file, body, end) => {
      const text = [...body, end].join("\n").replace('"d7"', '"d_"');
      writeFileSync(file, gzipSync(`${text}\n`));
    },
  ],
  [
    "a later version has made it",
    "a later version",
    (file, body, end) =>
      rewritten(file, body.with(0, String(body[0]).replace("0001-", "0002-")), end),
  ],
  [
    "it has a row that must not be",
    "violates check constraint",
    (file, body, end) => {
      const worthless = body.map((line) => line.replace(`"amount":${LARGE}`, '"amount":0'));
      rewritten(file, worthless, end);
    },
  ],
  [
    "the journal is not whole",
    "its journal is not whole",
    (file, body, end) =>
      rewritten(
        file,
        body.with(0, String(body[0]).replace('"sequence":"2"', '"sequence":"3"')),
        end,
      ),
  ],
];

/** What backups keep to, from one engine's database to another's. */
export function backupContract(name: string, from: Database, to: Database): void {
  const folder = mkdtempSync(join(tmpdir(), "spillway-backup-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "whole");
  const untouched = async (): Promise<void> => {
    expect(await storeOn(to).head()).toBeNull();
    expect(await to.statement("write", "select from documents", [])).toEqual([]);
  };

  describe(`a backup (${name})`, () => {
    let before: unknown;
    beforeEach(async () => {
      await emptied(from);
      await fill(storeOn(from));
      before = await contentsOf(storeOn(from));
      expect(await backup(from, file)).toMatchObject({ sequence: "2", batches: "2", epoch: "1" });
      await emptied(to);
    });

    test("is restored exactly, and can be written on", async () => {
      await restore(to, file);
      const store = storeOn(to);
      expect(await contentsOf(store)).toEqual(before);
      // It follows from the journal, and is not in a backup.
      expect(await store.newestSnapshot()).toBeNull();
      const lease = await store.takeLease("next", durationMs(60_000));
      if (lease === "held_by_another") throw new Error("the lease is held");
      expect(lease.epoch).toBe(2);
      const next = batchOf({ id: "b3", after: 2, entries: [entryAt(3)] });
      expect(await store.commit(lease, next)).toBe("committed");
      const overdrawn = [transactionOf(2, ["payout", creditOf("acme"), "assets:x", LARGE + 6n])];
      const more = batchOf({ id: "b4", after: 3, entries: [entryAt(4)], transactions: overdrawn });
      await expect(store.commit(lease, more)).rejects.toThrow("balance_above_floor");
    });

    test("is restored into an empty store only", async () => {
      await restore(to, file);
      await expect(restore(to, file)).rejects.toThrow("it is not empty");
      await emptied(to);
      await storeOn(to).takeLease("writer", durationMs(60_000));
      await expect(restore(to, file)).rejects.toThrow("it is not empty, or someone is writing");
    });

    test("that is damaged or cut short anywhere is refused, and nothing is written", async () => {
      const whole = readFileSync(file);
      const damaged = join(folder, "damaged");
      for (let part = 1; part < 8; part += 1) {
        const at = Math.floor((whole.length * part) / 8);
        writeFileSync(damaged, whole.subarray(0, at));
        await expect(restore(to, damaged)).rejects.toThrow(`could not restore ${damaged}`);
        writeFileSync(damaged, whole.with(at, (whole[at] ?? 0) ^ 1));
        await expect(restore(to, damaged)).rejects.toThrow(`could not restore ${damaged}`);
      }
      await untouched();
    });

    test.each(WRONG)("is refused where %s, and nothing is written", async (_, reason, change) => {
      const all = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
      const changed = join(folder, "changed");
      change(changed, all.slice(0, -1), all.at(-1) ?? "");
      await expect(restore(to, changed)).rejects.toThrow(reason);
      await untouched();
    });
  });
}
