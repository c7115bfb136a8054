import type { Account } from "../accounts/account.ts";
import { creditFloor } from "../accounts/account.ts";
import { move } from "../billing/transfers.ts";
import { cashBy, creditOf, GOODWILL, payableTo, receivableFrom } from "../ledger/chart.ts";
import type { Transfer } from "../ledger/transfer.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, NO_MONEY, subMoney } from "../units.ts";
import type { ExchangeDecision, ExchangeEvent, MoneyCommand } from "./commands.ts";
import { Settlement } from "./settlement.ts";
import type { Booking, ExchangeState } from "./state.ts";

export function decideMoney(state: ExchangeState, command: MoneyCommand): ExchangeDecision {
  const account = state.accounts.accounts.get(command.account);
  if (account === undefined) return { refusal: "account_unknown" };
  if (command.amount <= 0n) return { refusal: "amount_not_positive" };
  if (command.type === "give_credit") return giveCredit(state, command);
  if (state.bookings.has(command.reference)) return { refusal: "reference_repeated" };
  if (command.type === "deposit") return deposit(state, command);
  if (command.type === "reverse_deposit") return reverse(state, command, account);
  if (command.type === "return_reversal") return giveBack(state, command);
  const earned = state.ledger.balance(payableTo(account.id));
  // A postpaid limit is for buying: it is never paid out, and what is owed is set off.
  const credit = subMoney(state.ledger.balance(creditOf(account.id)), owed(state, account.id));
  const own = addMoney(earned, credit);
  if (own < command.amount) return { refusal: "balance_too_low" };
  return payOut(state, command, earned);
}

/** The means of what the owner books, and no provider. */
const BY_HAND = "manual";

type Deposit = Extract<MoneyCommand, { type: "deposit" }>;
type PayOut = Extract<MoneyCommand, { type: "pay_out" }>;
type Reverse = Extract<MoneyCommand, { type: "reverse_deposit" }>;
type GiveBack = Extract<MoneyCommand, { type: "return_reversal" }>;
type GiveCredit = Extract<MoneyCommand, { type: "give_credit" }>;

function deposit(state: ExchangeState, command: Deposit): ExchangeDecision {
  const { account, amount, means, reference } = command;
  const booking = { reference, account, kind: "deposit", amount, means, of: null } as const;
  return withTransfers(state, booked(booking), paidIn(state, booking));
}

/** What the customer owes is paid first. */
function paidIn(
  state: ExchangeState,
  { account, amount, means, reference }: Omit<Booking, "reversed">,
): Transfer[] {
  const due = owed(state, account);
  const repaid = amount < due ? amount : due;
  const [cash, rest] = [cashBy(means), subMoney(amount, repaid)];
  return [
    ...move("deposit", cash, receivableFrom(account), repaid, reference),
    ...move("deposit", cash, creditOf(account), rest, reference),
  ];
}

function owed({ ledger }: ExchangeState, account: string): MicroUsd {
  return ledger.balance(receivableFrom(account));
}

/**
 * Out of the credit. What was paid by hand is given back by hand, and no more than stands there. A provider has taken
 * its payment back already, whatever was spent of it: what the credit does not cover, the customer owes.
 */
function reverse(state: ExchangeState, command: Reverse, customer: Account): ExchangeDecision {
  const { account, amount, reference, of } = command;
  const paid = depositOf(state, account, of);
  if (paid === null || subMoney(paid.amount, paid.reversed) < amount) {
    return { refusal: "deposit_unknown" };
  }
  const { means } = paid;
  const spare = subMoney(state.ledger.balance(creditOf(account)), creditFloor(customer));
  if (means === BY_HAND && spare < amount) return { refusal: "balance_too_low" };
  const covered = spare < amount ? spare : amount;
  const back = [
    ...move("reversal", creditOf(account), cashBy(means), covered, reference),
    ...move(
      "reversal",
      receivableFrom(account),
      cashBy(means),
      subMoney(amount, covered),
      reference,
    ),
  ];
  const out = subMoney(NO_MONEY, amount);
  const booking = { reference, account, kind: "reversal", amount: out, means, of } as const;
  return withTransfers(state, booked(booking), back);
}

/** Into the deposit that it was of, which can be reversed of so much again. */
function giveBack(state: ExchangeState, command: GiveBack): ExchangeDecision {
  const { account, amount, reference, of } = command;
  const paid = depositOf(state, account, state.bookings.get(of)?.of ?? null);
  if (paid === null || paid.reversed < amount) return { refusal: "deposit_unknown" };
  const { means } = paid;
  const whole = { reference, account, kind: "deposit", amount, means, of: paid.reference } as const;
  return withTransfers(state, booked(whole), paidIn(state, whole));
}

/** One that came in from outside, not what was given back of another. */
function depositOf(
  { bookings }: ExchangeState,
  account: string,
  reference: string | null,
): Booking | null {
  const found = reference === null ? undefined : bookings.get(reference);
  const isDeposit = found?.kind === "deposit" && found.of === null;
  return isDeposit && found.account === account ? found : null;
}

function booked(booking: Omit<Booking, "reversed">): ExchangeEvent {
  return { type: "booked", booking: { ...booking, reversed: NO_MONEY } };
}

function payOut(state: ExchangeState, command: PayOut, earned: MicroUsd): ExchangeDecision {
  const { account, amount, means, reference } = command;
  const fromEarnings = amount < earned ? amount : earned;
  const rest = subMoney(amount, fromEarnings);
  const cash = cashBy(means);
  const paid = [
    ...move("payout", payableTo(account), cash, fromEarnings, reference),
    ...move("payout", creditOf(account), cash, rest, reference),
  ];
  const out = subMoney(NO_MONEY, amount);
  const booking = { reference, account, kind: "payout", amount: out, means, of: null } as const;
  return withTransfers(state, booked(booking), paid);
}

function giveCredit(state: ExchangeState, command: GiveCredit): ExchangeDecision {
  const { account, amount, kind, subject } = command;
  const given = move(kind, GOODWILL, creditOf(account), amount, subject);
  return withTransfers(state, { ...command, type: "credit_given" }, given);
}

function withTransfers(
  state: ExchangeState,
  event: ExchangeEvent,
  transfers: readonly Transfer[],
): ExchangeDecision {
  const settlement = new Settlement(state);
  settlement.move(transfers);
  const money = settlement.settled();
  return { events: money === null ? [event] : [event, money] };
}
