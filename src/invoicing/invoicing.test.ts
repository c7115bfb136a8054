import { expect, test } from "vitest";
import { cashBy, creditOf, FEES, payableTo } from "../ledger/chart.ts";
import { StateHash } from "../state-hash.ts";
import { DAY_MS, earlier, later, microUsd, ppm, shareOf, subMoney } from "../units.ts";
import type { IssueCreditNote } from "./commands.ts";
import { composeInvoice } from "./compose.ts";
import { restOf } from "./decide-credit-note.ts";
import { numbersIn } from "./number-runs.ts";
import { billingOf } from "./state.ts";
import { World } from "./world.test-data.ts";

const HOUR_OF_8 = 8 * 3_600_000;

/** One period of `acme` with eight GPU-hours of its own contract, invoiced as INV-2026-000001. */
function invoiced(dollars = 0): World {
  const world = new World();
  if (dollars > 0) world.deposit("acme", dollars);
  world.wait(1_000);
  world.use("con_1", HOUR_OF_8);
  world.wait(1_000);
  expect(world.close("acme")).toBeNull();
  return world;
}

const statusOf = (world: World, number = "INV-2026-000001") =>
  world.state.invoices.get(number)?.status;

test("an invoice says what was used, at what price, with tax", () => {
  const [invoice] = invoiced().invoices;
  expect(invoice).toMatchObject({
    number: "INV-2026-000001",
    lines: [{ kind: "usage", gpuMs: HOUR_OF_8, price: 2_000_003n, amount: 16_000_024n }],
    taxes: [{ rate: 190_000, taxable: 16_000_024n, amount: 3_040_004n }],
    total: 19_040_028n,
    due: 19_040_028n,
  });
});

test("a reading that comes late is billed in the period that hears of it", () => {
  const world = invoiced();
  world.use("con_1", 1_000_000);
  world.wait(1);
  world.close("acme");
  expect(world.invoices[0]?.lines[0]?.gpuMs).toBe(HOUR_OF_8);
  const late = world.invoices[1]?.lines[0];
  expect(late?.gpuMs).toBe(1_000_000);
  expect([...numbersIn(late?.trace.readings ?? [])]).toEqual([2]);
});

test("a reseller's invoice has its purchases and the market's fee, which is kept back from what it earned", () => {
  const world = new World();
  world.use("con_2", HOUR_OF_8);
  world.wait(1);
  world.close("neo");
  const [invoice] = world.invoices;
  expect(invoice?.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
    ["usage", 12_000_008n],
    ["fee", 400_001n],
  ]);
  expect(invoice).toMatchObject({ fromEarnings: 400_001n, due: 12_840_008n });
  expect(invoice?.earnings.closing).toBe(world.ledger.balance(payableTo("neo")));
});

test("prepaid credit pays an invoice when it is issued, and a deposit pays an old one", () => {
  expect(invoiced(50).invoices[0]?.due).toBe(0n);
  expect(statusOf(invoiced(50))).toBe("paid");
  const world = invoiced();
  world.deposit("acme", 19);
  expect(statusOf(world)).toBe("issued");
  world.move("deposit", cashBy("manual"), creditOf("acme"), 40_000n);
  expect(statusOf(world)).toBe("paid");
  world.move("reversal", creditOf("acme"), cashBy("manual"), 19_000_000n);
  expect(statusOf(world)).toBe("issued");
});

test("a period in which nothing was charged is closed without a number", () => {
  const world = new World();
  world.deposit("acme", 5);
  world.wait(1);
  expect(world.close("acme")).toBeNull();
  expect(world.invoices).toEqual([]);
  expect(billingOf(world.state, "acme")).toMatchObject({ until: world.now, balance: 5_000_000n });
});

test("an invoice is refused by the first reason that is true", () => {
  const world = invoiced();
  const { now } = world;
  const start = later(now, DAY_MS);
  const issue = (from: number, to: number, opening?: bigint) => {
    const draft = world.draft("acme", { start: from as never, end: to as never });
    const balance = { ...draft.balance, opening: microUsd(opening ?? draft.balance.opening) };
    return world.do({ type: "issue_invoice", draft: { ...draft, balance }, payBy: start });
  };
  world.wait(500);
  expect(issue(now + 900, now + 900)).toBe("period_empty");
  expect(issue(now - 1, now + 501, 1n)).toBe("period_not_over");
  expect(issue(now - 1, now + 500, 1n)).toBe("period_already_invoiced");
  expect(issue(now, now + 500, 1n)).toBe("opening_differs");
  expect(issue(now, now + 500)).toBeNull();
  expect(issue(now, now + 500)).toBe("period_already_invoiced");
});

test("entries that were left out between two periods are noticed", () => {
  const world = invoiced();
  world.use("con_1", 1_000_000);
  world.wait(100);
  const skipped = { start: world.now, end: later(world.now, DAY_MS) };
  const draft = world.draft("acme", skipped);
  const opening = { ...draft.balance, opening: world.ledger.balance(creditOf("acme")) };
  world.wait(DAY_MS);
  const payBy = world.now;
  expect(world.do({ type: "issue_invoice", draft: { ...draft, balance: opening }, payBy })).toBe(
    "opening_differs",
  );
});

test("an entry that comes twice, or of another period, is a bug", () => {
  const world = invoiced();
  const sources = world.sources("acme", { start: earlier(world.now, DAY_MS), end: world.now });
  const [first] = world.entries;
  const twice = [...sources.entries].flatMap((entry) => [entry, entry]);
  const late = { ...first!, at: world.now };
  expect(() => composeInvoice({ ...sources, entries: twice })).toThrow("once each, in order");
  expect(() => composeInvoice({ ...sources, entries: [late] })).toThrow("posted in the period");
  const readings = [{ ...world.readings[0]!, at: world.now }];
  expect(() => composeInvoice({ ...sources, readings })).toThrow("billed in the period");
});

test("a charge that no invoice knows is a bug, not money lost", () => {
  const world = invoiced();
  const sources = world.sources("acme", { start: earlier(world.now, DAY_MS), end: world.now });
  const entries = [{ ...world.entries[0]!, kind: "surcharge" }];
  expect(() => composeInvoice({ ...sources, entries })).toThrow("all that was charged");
});

test("who sells a contract and buys it back pays for both, and earns", () => {
  const world = new World();
  world.use("con_4", HOUR_OF_8);
  world.wait(1);
  world.close("acme");
  const lines = world.invoices[0]?.lines ?? [];
  expect(lines.map(({ kind, amount, tax }) => [kind, amount, tax])).toEqual([
    ["usage", 8_000_008n, 1_520_001n],
    ["fee", 272_000n, 0n],
    ["usage", 15_200_008n, 1_064_000n],
  ]);
  expect(world.invoices[0]?.taxes.map(({ rate, amount }) => [rate, amount])).toEqual([
    [190_000, 1_520_001n],
    [70_000, 1_064_000n],
  ]);
});

test("the tax on a cancellation is not the usage's", () => {
  const world = new World();
  world.use("con_1", HOUR_OF_8);
  world.cancel(1_000_000n);
  world.wait(1);
  world.close("acme");
  expect(world.invoices[0]?.lines.map(({ kind, price, tax }) => [kind, price, tax])).toEqual([
    ["usage", 2_000_003n, 3_040_004n],
    ["cancellation", null, 190_000n],
  ]);
});

test("everything that decisions read is in the hash: each step gives another one", () => {
  const hash = new StateHash();
  const world = new World(hash);
  const seen = new Set([hash.toString()]);
  const steps: (() => unknown)[] = [
    () => world.deposit("acme", 5),
    () => (world.use("con_1", HOUR_OF_8), world.wait(1), world.close("acme")),
    () => (world.wait(1), world.close("acme")),
    () => world.do(noteOf([[0, 1_000_000n]])),
    () => world.do(noteOf([[0, 1n]])),
    () => world.deposit("acme", 1),
  ];
  for (const [index, step] of steps.entries()) {
    step();
    seen.add(hash.toString());
    expect(seen.size).toBe(index + 2);
  }
});

test("which line was taken back is in the hash", () => {
  const hashes = [0, 1].map((line) => {
    const hash = new StateHash();
    const world = new World(hash);
    world.use("con_1", HOUR_OF_8);
    world.cancel(1_000_000n);
    world.wait(1);
    world.close("acme");
    expect(world.do(noteOf([[line, 1n]]))).toBeNull();
    expect(world.notes[0]?.total).toBe(2n);
    return hash.toString();
  });
  expect(hashes[0]).not.toBe(hashes[1]);
});

const noteOf = (lines: [line: number, amount: bigint][], invoice = "INV-2026-000001") =>
  ({
    type: "issue_credit_note",
    invoice,
    lines: lines.map(([line, amount]) => ({ line, amount: microUsd(amount) })),
    reason: "metered twice",
  }) satisfies IssueCreditNote;

test.each([
  ["invoice_unknown", noteOf([], "INV-2026-000009")],
  ["nothing_credited", noteOf([])],
  ["line_unknown", noteOf([[1, 0n]])],
  [
    "line_repeated",
    noteOf([
      [0, 1n],
      [0, 0n],
    ]),
  ],
  ["amount_not_positive", noteOf([[0, 0n]])],
  ["credit_exceeds_line", noteOf([[0, 16_000_025n]])],
] as const)("a credit note is refused: %s", (refusal, command) => {
  expect(invoiced().do(command)).toBe(refusal);
});

test("a credit note gives back a charge with its tax, in parts without loss, and makes it void in the end", () => {
  const world = invoiced(50);
  const before = world.ledger.balance(creditOf("acme"));
  expect(world.do(noteOf([[0, 5_333_341n]]))).toBeNull();
  expect(statusOf(world)).toBe("paid");
  expect(world.do(noteOf([[0, 10_666_684n]]))).toBe("credit_exceeds_line");
  expect(
    world.do({ ...noteOf([]), lines: restOf(world.state.invoices.get("INV-2026-000001")!) }),
  ).toBeNull();
  expect(statusOf(world)).toBe("void");
  const given = subMoney(world.ledger.balance(creditOf("acme")), before);
  expect(given).toBe(19_040_028n);
  expect(world.notes.map(({ number }) => number)).toEqual(["CN-2026-000001", "CN-2026-000002"]);
});

test("what a credit note gave is on no later invoice, and runs through the statement", () => {
  const world = invoiced();
  world.do(noteOf([[0, 1_000_000n]]));
  world.use("con_1", HOUR_OF_8);
  world.wait(1);
  world.close("acme");
  const second = world.invoices[1];
  expect(second?.lines.map(({ kind }) => kind)).toEqual(["usage"]);
  expect(second?.balance.movements).toContainEqual({ kind: "credit_note", amount: 1_190_000n });
});

test("a reseller gives back what it was paid, and no more than it still has", () => {
  const world = new World();
  world.use("con_2", HOUR_OF_8);
  world.wait(1);
  world.close("acme");
  const earned = world.ledger.balance(payableTo("neo"));
  world.move("payout", payableTo("neo"), cashBy("manual"), earned - 1_000_000n);
  // Two hundredths of what it gives back were the market's.
  expect(world.do(noteOf([[0, 1_020_409n]]))).toBe("earnings_insufficient");
  expect(world.do(noteOf([[0, 1_020_408n]]))).toBeNull();
  world.wait(1);
  expect(world.close("neo")).toBeNull();
  expect(world.invoices[1]?.earnings).toMatchObject({ closing: 0n });
});

test("a resale that is taken back in parts costs the reseller what it earned, and the market its fee", () => {
  const world = new World();
  world.use("con_2", HOUR_OF_8);
  world.wait(1);
  const ofOwner = shareOf(microUsd(12_000_008n), ppm(20_000), "floor");
  world.close("acme");
  for (const part of [7n, 9_999_993n, 10_000_056n]) {
    expect(world.do(noteOf([[0, part]]))).toBeNull();
  }
  expect(world.ledger.balance(payableTo("neo"))).toBe(0n);
  expect(world.ledger.balance(FEES)).toBe(ofOwner);
});
