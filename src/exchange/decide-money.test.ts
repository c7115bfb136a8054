import { expect, test } from "vitest";
import { buyOf, sellOf } from "../market/market.test-data.ts";
import { at } from "../recall/recall.test-data.ts";
import { gpuMs, microUsd, MINUTE_MS } from "../units.ts";
import type { ExchangeRefusal, MoneyCommand } from "./commands.ts";
import { stateHash } from "./state.ts";
import type { Trial } from "./trial.test-data.ts";
import { accountOf, boughtIn, openedTrial } from "./trial.test-data.ts";

const COMMANDS = ["deposit", "pay_out", "give_credit"] as const;

function commandOf(
  type: (typeof COMMANDS)[number],
  account: string,
  amount: bigint,
  reference = "new",
): MoneyCommand {
  if (type === "give_credit") {
    return { type, account, amount: microUsd(amount), kind: "goodwill", subject: reference };
  }
  return { type, account, amount: microUsd(amount), means: "stripe", reference };
}

function ask(trial: Trial, ...of: Parameters<typeof commandOf>) {
  return trial.try(commandOf(...of));
}

function balance(trial: Trial, account: string): bigint {
  return trial.state.ledger.balance(account);
}

/** In the documented order: of a customer, an amount and a reference; each fault has the later ones as well. */
const REFUSALS: readonly (readonly [ExchangeRefusal, string, bigint, string])[] = [
  ["account_unknown", "nobody", 0n, "first-x"],
  ["amount_not_positive", "x", 0n, "first-x"],
  ["amount_not_positive", "x", -1n, "first-x"],
  ["reference_repeated", "x", 9_000_000_000n, "first-y"],
  ["balance_too_low", "x", 1_000_000_001n, "new"],
];
const APPLIES: Record<(typeof COMMANDS)[number], number> = {
  give_credit: 3,
  deposit: 4,
  pay_out: 5,
};

const CASES = COMMANDS.flatMap((type) =>
  REFUSALS.slice(0, APPLIES[type]).map(([refusal, ...asked]) => ({ type, refusal, asked })),
);

test.each(CASES)("$type: $refusal", ({ type, refusal, asked }) => {
  const trial = openedTrial();
  const before = stateHash(trial.state);
  expect(ask(trial, type, ...asked)).toBe(refusal);
  expect(stateHash(trial.state)).toBe(before);
});

test("money that comes in is booked once, whatever is said about it the second time", () => {
  const trial = openedTrial();
  ask(trial, "deposit", "x", 5n, "r");
  for (const type of ["deposit", "pay_out"] as const) {
    expect(ask(trial, type, "y", 7n, "r")).toBe("reference_repeated");
  }
  expect(trial.credit("x")).toBe(1_000_000_005n);
  expect(balance(trial, "assets:cash:stripe")).toBe(5n);
  expect(trial.state.bookings.get("r")).toMatchObject({ account: "x", amount: 5n, reversed: 0n });
});

test("all of a prepaid credit may be paid out, and not a micro-dollar more", () => {
  const trial = openedTrial();
  ask(trial, "pay_out", "x", 1_000_000_000n, "all");
  expect(trial.credit("x")).toBe(0n);
  expect(balance(trial, "assets:cash:stripe")).toBe(-1_000_000_000n);
  expect(ask(trial, "pay_out", "x", 1n, "more")).toBe("balance_too_low");
});

test("a credit limit is for buying: it is not paid out", () => {
  const trial = openedTrial();
  const payment = { kind: "postpaid", limit: microUsd(1_000_000n) } as const;
  trial.do({ type: "create_account", account: accountOf("v", { payment }) });
  expect(ask(trial, "pay_out", "v", 1n, "loan")).toBe("balance_too_low");
  ask(trial, "deposit", "v", 10n, "in");
  ask(trial, "pay_out", "v", 10n, "out");
  expect(trial.credit("v")).toBe(0n);
});

/** Reseller x has sold an hour of eight GPUs to y for 8 dollars, delivered: less 2 %, it has earned 7.84. */
function reseller(): Trial {
  const trial = openedTrial();
  const bought = trial.do({
    type: "place_order",
    order: buyOf({ id: "a", account: "x", from: 0, to: 60 }),
    now: at(0),
  });
  const draft = { id: "l", account: "x", from: 0, to: 60, limit: 1_000_000n };
  trial.do({ type: "place_order", order: sellOf(boughtIn(bought).id, draft), now: at(0) });
  const resold = trial.do({
    type: "place_order",
    order: buyOf({ id: "b", account: "y", from: 0, to: 60, gpus: 64 }),
    now: at(0),
  });
  const part = resold.find((event) => event.type === "contract_resold");
  if (part === undefined) throw new Error("y buys from x");
  trial.advance(at(60));
  const amount = gpuMs(8 * 60 * MINUTE_MS);
  const reading = { contract: part.contract.id, from: at(0), to: at(60), gpuMs: amount };
  trial.do({ type: "record_usage", reading });
  return trial;
}

const EARNED = 7_840_000n;

test("earnings are paid out before credit, and both together at most", () => {
  const trial = reseller();
  const payable = "liabilities:customers:x:payable";
  expect(balance(trial, payable)).toBe(EARNED);
  const credit = trial.credit("x");
  expect(ask(trial, "pay_out", "x", EARNED + credit + 1n)).toBe("balance_too_low");
  ask(trial, "pay_out", "x", EARNED - 1n, "most");
  expect([balance(trial, payable), trial.credit("x")]).toEqual([1n, credit]);
  ask(trial, "pay_out", "x", 3n, "rest");
  expect([balance(trial, payable), trial.credit("x")]).toEqual([0n, credit - 2n]);
});

test("what a reseller owes is set off against what it has earned", () => {
  const trial = reseller();
  ask(trial, "pay_out", "x", trial.credit("x") + EARNED, "all");
  const payment = { kind: "postpaid", limit: microUsd(50_000_000n) } as const;
  trial.do({ type: "change_account", account: accountOf("x", { payment }) });
  const order = buyOf({ id: "c", account: "x", from: 60, to: 120 });
  trial.do({ type: "place_order", order, now: at(60) });
  const owed = 0n - trial.credit("x");
  expect(owed).toBeGreaterThan(0n);
  expect(ask(trial, "pay_out", "x", 1n, "none")).toBe("balance_too_low");
});

test("a credit that is given is the owner's expense, and may be given again", () => {
  const trial = openedTrial();
  for (const subject of ["sorry", "sorry"]) ask(trial, "give_credit", "x", 3n, subject);
  expect(trial.credit("x")).toBe(1_000_000_006n);
  expect(balance(trial, "expenses:goodwill")).toBe(6n);
});

function reverse(trial: Trial, amount: bigint, reference: string, of = "card", account = "x") {
  return trial.try({ type: "reverse_deposit", account, amount: microUsd(amount), reference, of });
}

function giveBack(trial: Trial, amount: bigint, reference: string, of: string) {
  const type = "return_reversal";
  return trial.try({ type, account: "x", amount: microUsd(amount), reference, of });
}

test("of a deposit no more is reversed than was paid in, by the means by which it came", () => {
  const trial = openedTrial();
  ask(trial, "deposit", "x", 100n, "card");
  reverse(trial, 60n, "r1");
  expect(reverse(trial, 41n, "r2")).toBe("deposit_unknown");
  reverse(trial, 40n, "r3");
  expect(reverse(trial, 1n, "r4")).toBe("deposit_unknown");
  expect(trial.credit("x")).toBe(1_000_000_000n);
  expect(balance(trial, "assets:cash:stripe")).toBe(0n);
  expect(balance(trial, "assets:cash:manual")).toBe(3_000_000_000n);
});

test("only a deposit of the account itself is reversed", () => {
  const trial = openedTrial();
  ask(trial, "deposit", "x", 100n, "card");
  ask(trial, "pay_out", "x", 100n, "out");
  reverse(trial, 10n, "back");
  for (const what of ["nothing", "out", "back"]) {
    expect(reverse(trial, 1n, "r", what)).toBe("deposit_unknown");
  }
  expect(reverse(trial, 1n, "r", "card", "y")).toBe("deposit_unknown");
});

test("what a reversal took and gave back can be taken again, once", () => {
  const trial = openedTrial();
  ask(trial, "deposit", "x", 100n, "card");
  reverse(trial, 100n, "dispute");
  expect(giveBack(trial, 101n, "won", "dispute")).toBe("deposit_unknown");
  giveBack(trial, 100n, "won", "dispute");
  expect(trial.credit("x")).toBe(1_000_000_100n);
  expect(giveBack(trial, 1n, "twice", "dispute")).toBe("deposit_unknown");
  expect(reverse(trial, 1n, "r", "won")).toBe("deposit_unknown");
  reverse(trial, 100n, "refund");
  expect(reverse(trial, 1n, "r")).toBe("deposit_unknown");
  expect(trial.credit("x")).toBe(1_000_000_000n);
});

/** Account x has paid by card alone, and bought for a part of it. */
function spent(): Trial {
  const trial = openedTrial();
  ask(trial, "pay_out", "x", 1_000_000_000n, "out");
  ask(trial, "deposit", "x", 28_000_000n, "card");
  const order = buyOf({ id: "o", account: "x", from: 0, to: 60, limit: 1_000_000n });
  trial.do({ type: "place_order", order, now: at(0) });
  return trial;
}

const OWED = "assets:receivables:x";

test("what a provider takes back of what was spent, the customer owes, and pays first", () => {
  const trial = spent();
  const left = trial.credit("x");
  const owed = 28_000_000n - left;
  expect(owed).toBeGreaterThan(0n);
  reverse(trial, 28_000_000n, "dispute");
  expect([trial.credit("x"), balance(trial, OWED)]).toEqual([0n, owed]);
  expect(balance(trial, "assets:cash:stripe")).toBe(-1_000_000_000n);
  ask(trial, "deposit", "x", owed - 1n, "most");
  expect([trial.credit("x"), balance(trial, OWED)]).toEqual([0n, 1n]);
  ask(trial, "deposit", "x", 3n, "rest");
  expect([trial.credit("x"), balance(trial, OWED)]).toEqual([2n, 0n]);
});

test("a dispute that is won pays what it made the customer owe", () => {
  const trial = spent();
  const left = trial.credit("x");
  reverse(trial, 28_000_000n, "dispute");
  giveBack(trial, 28_000_000n, "won", "dispute");
  expect([trial.credit("x"), balance(trial, OWED)]).toEqual([left, 0n]);
});

test("who owes a payment buys, orders, rents and is paid nothing until it is paid", () => {
  const trial = spent();
  reverse(trial, 28_000_000n, "dispute");
  ask(trial, "give_credit", "x", 15_000_000n, "sorry");
  const buy = (id: string) =>
    trial.try({ type: "place_order", order: buyOf({ id, account: "x" }), now: at(0) });
  expect(buy("p")).toBe("payment_owed");
  const payment = { kind: "postpaid", limit: microUsd(50_000_000n) } as const;
  trial.do({ type: "change_account", account: accountOf("x", { payment }) });
  expect(buy("q")).toBe("payment_owed");
  const due = balance(trial, OWED);
  expect(ask(trial, "pay_out", "x", 15_000_000n - due + 1n, "p")).toBe("balance_too_low");
  ask(trial, "deposit", "x", due, "paid");
  expect(buy("r")).toBeInstanceOf(Array);
});

test("what was paid by hand is taken back as far as it is there", () => {
  const trial = openedTrial();
  ask(trial, "pay_out", "x", 1n, "out");
  expect(reverse(trial, 1_000_000_000n, "r", "first-x")).toBe("balance_too_low");
  reverse(trial, 999_999_999n, "r", "first-x");
  expect(balance(trial, OWED)).toBe(0n);
});
