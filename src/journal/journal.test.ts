import { expect, test } from "vitest";
import { stateHash } from "../exchange/state.ts";
import { creditOf } from "../ledger/chart.ts";
import type { Store } from "../ports.ts";
import { at } from "../recall/recall.test-data.ts";
import { Bench, byOf, creating, doing, FAILING, keyOf, paying } from "./journal.test-data.ts";

function credit(journal: Awaited<ReturnType<Bench["open"]>>, account = "x"): bigint {
  return journal.durable.state.ledger.balance(creditOf(account));
}

const NOTHING = () => null;

test("what is sent in the same moment is one batch, in which time has passed", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  const [first, second] = await Promise.all([
    journal.submit(doing(creating("x"))),
    journal.submit(doing(paying("x", "a"))),
  ]);
  expect(first.events.map(({ sequence }) => sequence)).toEqual([2]);
  expect(second.events.map(({ event }) => event.type)).toEqual(["booked", "settled"]);
  expect(second.events.every(({ at: time }) => time === at(1))).toBe(true);
  expect(await bench.store.head()).toMatchObject({ sequence: 4 });
  expect(journal.durable.state.market.now).toBe(at(1));
});

test("a clock that is set back takes no time back", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")));
  bench.now = at(0);
  const { events } = await journal.submit(doing(paying("x", "a")));
  expect(events[0]?.at).toBe(at(1));
});

test("nobody hears of a decision before it is durable", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  const heard: number[] = [];
  journal.listen((events) => heard.push(...events.map(({ sequence }) => sequence)));
  bench.commits.push("before", "before");
  await journal.submit(doing(creating("x")));
  expect(heard).toEqual([1, 2]);
  expect(bench.waited).toHaveLength(2);
});

test("a commit that fails is decided again, on the state that the store gives", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  bench.commits.push("before");
  await journal.submit(doing(creating("x"), paying("x", "a")));
  expect(credit(journal)).toBe(5n);
  expect(await bench.store.entriesAfter(0, 99)).toHaveLength(4);
});

test("a commit whose outcome is unknown happens once", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  bench.commits.push("after");
  const receipt = await journal.submit(doing(creating("x"), paying("x", "a")), keyOf("k"));
  expect(receipt.replayed).toBe(false);
  expect(credit(journal)).toBe(5n);
  expect(await bench.store.entriesAfter(0, 99)).toHaveLength(4);
});

test("a store that is away for twenty seconds ends no writer", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  bench.commits.push(...Array.from({ length: 14 }, () => "before" as const));
  expect((await journal.submit(doing(creating("x")))).refusal).toBeNull();
  const waited = bench.waited.reduce((sum, each) => sum + each, 0);
  expect(waited).toBeGreaterThan(19_000);
});

test("a store that goes on failing stops the writer, and whoever waits is told", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  bench.commits.push(...Array.from({ length: 20 }, () => "before" as const));
  const first = journal.submit(doing(creating("x")));
  await expect(first).rejects.toMatchObject({ reason: "store_failed" });
  expect(journal.stopped?.reason).toBe("store_failed");
  await expect(journal.submit(doing(creating("y")))).rejects.toMatchObject({
    reason: "store_failed",
  });
});

test("a writer that another has replaced is fenced off and writes nothing", async () => {
  const bench = new Bench();
  const first = await bench.open("first");
  bench.storeNow = 2_000;
  const second = await bench.open("second");
  await second.submit(doing(creating("x")));
  await expect(first.submit(doing(creating("y")))).rejects.toMatchObject({ reason: "fenced" });
  expect(first.stopped?.reason).toBe("fenced");
  expect(first.durable.sequence).toBe(0);
  expect(await bench.store.head()).toMatchObject({ sequence: 2 });
});

test("a renewal tells an idle writer that it was replaced", async () => {
  const bench = new Bench();
  const first = await bench.open("first");
  bench.storeNow = 2_000;
  await bench.open("second");
  await first.renew();
  expect(first.stopped?.reason).toBe("fenced");
});

test("who reads a long journal keeps the right to write meanwhile, and stands by where it is gone", async () => {
  const bench = new Bench();
  const first = await bench.open("first");
  await first.submit(doing(creating("x")));
  await first.close();
  const slow = (step: number): Store => ({
    ...bench.store,
    entriesAfter: async (sequence, limit) => {
      bench.storeNow += step;
      return bench.store.entriesAfter(sequence, limit);
    },
  });
  const second = await bench.open("second", slow(700));
  await expect(second.submit(doing(creating("y")))).resolves.toMatchObject({ refusal: null });
  await second.close();
  const third = bench.open("third", slow(1_500));
  await expect(third).rejects.toThrow("nobody else writes");
});

test("who opens the journal finds everything as it was left", async () => {
  const bench = new Bench();
  const first = await bench.open("first");
  await first.submit(doing(creating("x"), paying("x", "a")));
  await first.close();
  await expect(first.submit(doing(creating("y")))).rejects.toMatchObject({ reason: "closed" });
  const second = await bench.open("second");
  expect(stateHash(second.durable.state)).toBe(stateHash(first.durable.state));
  expect(second.durable.sequence).toBe(4);
});

test("a state that is not the one that was written is noticed when the journal is opened", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")));
  await journal.close();
  const head = async () => {
    const written = await bench.store.head();
    return written && { ...written, stateHash: `${written.stateHash}0` };
  };
  const opened = bench.open("again", { ...bench.store, head });
  await expect(opened).rejects.toThrow("run spillway verify");
});

test("a request with the same key has one effect and one answer, whoever answers", async () => {
  const bench = new Bench();
  const journal = await bench.open("first");
  await journal.submit(doing(creating("x")));
  const pay = doing(paying("x", "a"));
  const [first, beside] = await Promise.all([
    journal.submit(pay, keyOf("k")),
    journal.submit(pay, keyOf("k")),
  ]);
  const later = await journal.submit(pay, keyOf("k"));
  await journal.close();
  const restarted = await bench.open("second");
  const after = await restarted.submit(pay, keyOf("k"));
  for (const again of [beside, later, after]) expect(again).toEqual({ ...first, replayed: true });
  expect(credit(restarted)).toBe(5n);
});

test("a refusal is an answer too", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  const pay = doing(paying("x", "a"));
  expect(await journal.submit(pay, keyOf("k"))).toMatchObject({ refusal: "account_unknown" });
  await journal.submit(doing(creating("x")));
  const again = await journal.submit(pay, keyOf("k"));
  expect(again).toEqual({ refusal: "account_unknown", events: [], replayed: true });
});

test("a used key is refused to another request, and belongs to one account", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")), keyOf("k"));
  const [beside, later] = [keyOf("k", "other"), keyOf("k", "third")];
  for (const other of [beside, later]) {
    expect(await journal.submit(FAILING, other)).toMatchObject({
      refusal: "idempotency_key_reused",
    });
  }
  const theirs = await journal.submit(doing(creating("y")), keyOf("k", "other", "y"));
  expect(theirs.refusal).toBeNull();
});

test("a turn that throws fails alone, however many do", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  const failing = Array.from({ length: 9 }, () => journal.submit(FAILING));
  const sound = journal.submit(doing(creating("x")));
  for (const each of failing) await expect(each).rejects.toMatchObject({ reason: "turn_failed" });
  expect((await sound).events).toHaveLength(1);
  expect(journal.stopped).toBeNull();
});

test("what a turn did before it threw is undone", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  const half = journal.submit((desk) => {
    desk.do(creating("x"));
    throw new Error("half way");
  });
  await expect(half).rejects.toMatchObject({ reason: "turn_failed" });
  expect((await journal.submit(doing(creating("x")))).refusal).toBeNull();
});

test("what the service does by itself waits for no crowd of customers", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  const order: string[] = [];
  const noting = (name: string) => () => {
    order.push(name);
    return null;
  };
  const asked = Array.from({ length: 20_000 }, () =>
    journal.submit(noting("customer"), null, byOf("req")),
  );
  const over = journal.submit(NOTHING, null, byOf("req"));
  await expect(over).rejects.toMatchObject({ reason: "overloaded" });
  const own = journal.submit(noting("recall"));
  await Promise.all([...asked, own]);
  expect(order.indexOf("recall")).toBeLessThan(3_000);
});

test("a store that does not answer for a moment is asked again who was answered before", async () => {
  const bench = new Bench();
  let failures = 2;
  const answers: Store["answers"] = (keys) => {
    if (failures-- > 0) return Promise.reject(new Error("the connection is gone"));
    return bench.store.answers(keys);
  };
  const journal = await bench.open("writer", { ...bench.store, answers });
  const done = await journal.submit(doing(creating("x")), keyOf("k"));
  expect([done.refusal, journal.stopped]).toEqual([null, null]);
});

test("more than can wait is turned away, and what waits is carried out", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")));
  const waiting = Array.from({ length: 20_000 }, () => journal.submit(NOTHING));
  await expect(journal.submit(NOTHING)).rejects.toMatchObject({ reason: "overloaded" });
  await Promise.all(waiting);
  expect(journal.waiting).toBe(0);
});

test("a hash that an older version of the schema has written is no reason not to start", async () => {
  const bench = new Bench();
  const journal = await bench.open();
  await journal.submit(doing(creating("x")));
  await journal.close();
  const head = async () => {
    const written = await bench.store.head();
    return written && { ...written, stateHash: "0:aa" };
  };
  const next = await bench.open("again", { ...bench.store, head });
  expect(stateHash(next.durable.state)).toBe(stateHash(journal.durable.state));
});
