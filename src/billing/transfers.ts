import {
  breachesOf,
  compensationOf,
  creditOf,
  failuresOf,
  FEES,
  heldOf,
  payableTo,
  revenueOf,
  TAX,
} from "../ledger/chart.ts";
import type { LedgerAccount, Transfer, TransferKind } from "../ledger/transfer.ts";
import type { MicroUsd } from "../units.ts";
import { addMoney, NO_MONEY, subMoney } from "../units.ts";
import type { Cancelled } from "./cancel.ts";
import type { Deal, Link } from "./deal.ts";
import { holderOf } from "./deal.ts";
import type { Metered, Payment } from "./meter.ts";

/** Nothing where there is nothing to move. */
export function move(
  kind: TransferKind,
  debit: LedgerAccount,
  credit: LedgerAccount,
  amount: MicroUsd,
  subject: string,
): Transfer[] {
  return amount > 0n ? [{ kind, debit, credit, amount, subject }] : [];
}

/** What is held of a customer's credit for one thing changes from `before` to `after`. */
export function hold(
  customer: string,
  before: MicroUsd,
  after: MicroUsd,
  subject: string,
): Transfer[] {
  const [credit, held] = [creditOf(customer), heldOf(customer)];
  return after > before
    ? move("hold", credit, held, subMoney(after, before), subject)
    : move("release", held, credit, subMoney(before, after), subject);
}

/** What is held for a deal's links changes; links that only one of them has begin or end with nothing. */
export function reheld(
  before: readonly Link[],
  after: readonly Link[],
  subject: string,
): Transfer[] {
  const links = after.length > before.length ? after : before;
  return links.flatMap(({ payer }, index) =>
    hold(payer, before[index]?.held ?? NO_MONEY, after[index]?.held ?? NO_MONEY, subject),
  );
}

/** Sellers hold for both parts what they held for the whole, but for what rounding leaves; the buyer's hold is new. */
export function resoldTransfers(before: Deal, rest: Deal, part: Deal): Transfer[] {
  const sellers = part.links.slice(0, -1);
  const kept = rest.links.map((link, index) => {
    return { ...link, held: addMoney(link.held, sellers[index]?.held ?? NO_MONEY) };
  });
  return [
    ...reheld(before.links, kept, rest.contract),
    ...reheld(sellers, part.links, part.contract),
  ];
}

/** Everything that a reading moves; `before` is the deal that was metered. */
export function meteredTransfers(before: Deal, { deal, payments, slaCredit }: Metered): Transfer[] {
  const { pool, contract } = before;
  const held = payments.map(({ link, amount, tax }) => ({
    ...link,
    held: subMoney(subMoney(link.held, amount), tax),
  }));
  return [
    ...payments.flatMap((payment) => paymentTransfers(pool, contract, payment)),
    ...reheld(held, deal.links, contract),
    ...move("sla_credit", failuresOf(pool), creditOf(holderOf(deal)), slaCredit, contract),
  ];
}

/** Out of what is held for what is given up; `before` is the deal that was cancelled. */
export function cancelledTransfers(before: Deal, { deal, payment }: Cancelled): Transfer[] {
  const { pool, contract } = before;
  const { link, amount, tax } = payment;
  const rest = { ...link, held: subMoney(subMoney(link.held, amount), tax) };
  return [
    ...paymentTransfers(pool, contract, payment, "cancellation"),
    ...reheld([rest], deal.links, contract),
  ];
}

function paymentTransfers(
  pool: string,
  contract: string,
  payment: Payment,
  kind: TransferKind = "usage",
): Transfer[] {
  const { link, amount, tax, fee } = payment;
  const payee = link.payee === null ? revenueOf(pool) : payableTo(link.payee);
  return [
    ...move(kind, heldOf(link.payer), payee, amount, contract),
    ...move("tax", heldOf(link.payer), TAX, tax, contract),
    ...move("fee", payee, FEES, fee, contract),
  ];
}

export function recallPaid(deal: Deal, owed: MicroUsd): Transfer[] {
  const { pool, contract } = deal;
  return move("compensation", compensationOf(pool), creditOf(holderOf(deal)), owed, contract);
}

export function breachPaid(deal: Deal, owed: MicroUsd): Transfer[] {
  const { pool, contract } = deal;
  return move("breach_credit", breachesOf(pool), creditOf(holderOf(deal)), owed, contract);
}
