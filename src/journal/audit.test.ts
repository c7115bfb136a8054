import { expect, test } from "vitest";
import { OWNER } from "../accounts/account.ts";
import type { AuditEntry } from "../ports.ts";
import { auditHash, auditRecordOf, NOTHING_AUDITED } from "./audit.ts";
import { Bench, byOf, creating, doing, FAILING, keyOf, paying } from "./journal.test-data.ts";

const STAFF = { account: OWNER, sees: "all" } as const;

async function logOf({ store }: Bench): Promise<AuditEntry[]> {
  const newestFirst = await store.audit(STAFF, { account: null, before: null, limit: 100 });
  return newestFirst.toReversed();
}

const told = (log: readonly AuditEntry[]): string[] =>
  log.map(auditRecordOf).map(({ requestId, outcome }) => `${requestId} ${outcome}`);

test("each request is one entry, refused ones too, with the events that it brought", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")), null, byOf("r1"));
  await journal.submit(doing(creating("y")));
  await Promise.all([
    journal.submit(doing(paying("x", "one")), null, byOf("r2")),
    journal.submit(doing(paying("x", "one")), null, byOf("r3")),
    journal.submit(() => null, null, { ...byOf("r4"), isBeside: true }),
  ]);
  const log = await logOf(bench);
  expect(told(log)).toEqual(["r1 done", "r2 done", "r3 reference_repeated", "r4 asked"]);
  const [first, second, third] = log.map(auditRecordOf);
  expect(first).toMatchObject({ number: 1, at: bench.now, ...byOf("r1") });
  for (const each of [first, second]) expect(each?.last).toBeGreaterThanOrEqual(each?.first ?? 0);
  expect(third?.last).toBe((third?.first ?? 0) - 1);
  expect(await bench.store.auditHead()).toEqual({ number: 4, hash: log[3]?.hash });
});

test("an answer that is given again is no new entry, and neither is a turn that throws", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")), keyOf("k"), byOf("r1"));
  await journal.submit(doing(creating("x")), keyOf("k"), byOf("r2"));
  await journal.submit(doing(creating("z")), keyOf("k", "another"), byOf("r3"));
  await expect(journal.submit(FAILING, null, byOf("r4"))).rejects.toThrow();
  expect(told(await logOf(bench))).toEqual(["r1 done"]);
});

test.each(["before", "after"] as const)(
  "the chain goes on, each entry once, where the store is lost %s a commit, and in the next process",
  async (when) => {
    const bench = new Bench();
    const journal = await bench.open();
    await journal.submit(doing(creating("x")), null, byOf("r1"));
    bench.commits.push(when);
    await journal.submit(doing(creating("y")), null, byOf("r2"));
    await journal.close();
    const next = await bench.open("next");
    await next.submit(doing(creating("z")), null, byOf("r3"));
    const log = await logOf(bench);
    expect(told(log)).toEqual(["r1 done", "r2 done", "r3 done"]);
    let before = NOTHING_AUDITED.hash;
    for (const { record, hash } of log) {
      expect(hash).toBe(auditHash(before, record));
      before = hash;
    }
  },
);
