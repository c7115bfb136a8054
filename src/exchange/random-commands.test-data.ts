/**
 * Commands to an exchange drawn from numbers: the market's, and beside them whatever customers, payments, meters and the
 * owner ask for; sound ones for the most part, and bad ones among them.
 */
import type { Account } from "../accounts/account.ts";
import type { Deal } from "../billing/deal.ts";
import { heldThroughout } from "../contracts/contract.ts";
import type { Order } from "../market/order.ts";
import type { Maker as MarketMaker } from "../market/random-commands.test-data.ts";
import {
  advance,
  buy,
  MAKERS as MARKET_MAKERS,
  match,
  pick,
} from "../market/random-commands.test-data.ts";
import { findContract } from "../market/state.ts";
import { minutes } from "../recall/recall.test-data.ts";
import { integral } from "../schedule/schedule.ts";
import {
  ceilTo,
  earlier,
  elapsed,
  epochMs,
  gpuMs,
  gpus,
  later,
  latest,
  microUsd,
  microUsdPerGpuHour,
  MINUTE_MS,
  notice,
  ONE_PPM,
  ppm,
} from "../units.ts";
import type { ExchangeCommand } from "./commands.ts";
import type { ExchangeState } from "./state.ts";

export type Maker = (
  state: ExchangeState,
  numbers: readonly number[],
  id: string,
) => ExchangeCommand | null;

const CUSTOMERS = ["x", "y", "z", "w", "x", "y", "z", "nobody"];

/** The market's makers know three customers; here some have another name, and one in sixteen is a stranger. */
function withCustomers(make: MarketMaker): Maker {
  return (state, numbers, id) => {
    const command = make(state.market, numbers, id);
    if (command?.type !== "place_order" || command.order.side === "sell") return command;
    const last = (numbers[5] ?? 0) % 16;
    const account = last === 0 ? "nobody" : last < 4 ? "w" : command.order.account;
    return { ...command, order: { ...command.order, account } };
  };
}

/** A lot of what is really held, for next to nothing: the next buyer takes it, and may sell it on. */
const list: Maker = ({ market }, [a = 0, b = 0, c = 0, d = 0], id) => {
  const contract = findContract(market, pick(market.contracts.keys(), a) ?? "")?.contract;
  if (contract === undefined) return null;
  const { window, holder } = contract;
  const start = later(latest(window.start, ceilTo(market.now, MINUTE_MS)), minutes(b % 2));
  const end = earlier(window.end, minutes(c % 2));
  if (start >= end || heldThroughout(contract, { start, end }) < 8) return null;
  const duration = elapsed(start, end);
  const order: Order = {
    id,
    account: holder,
    side: "sell",
    sku: "H100",
    gpus: gpus(8),
    start: { earliest: start, latest: start },
    duration: { min: duration, max: duration },
    limit: microUsdPerGpuHour(BigInt(1 + d * 1_009)),
    noticeAtLeast: notice(0),
    fabric: "any",
    fill: "partial",
    lifetime: "standing",
    expires: end,
    contract: contract.id,
  };
  return { type: "place_order", order, now: market.now };
};

/** A lot for as long as a listing is, at any price that listings have. */
const snap: Maker = ({ market }, [a = 0, b = 0, c = 0], id) => {
  const listed = pick(market.book.sells(), a);
  if (listed === undefined) return null;
  const { start, duration } = listed;
  const order: Order = {
    ...listed,
    id,
    account: pick(CUSTOMERS, b) ?? "x",
    side: "buy",
    start,
    duration: { min: minutes(1), max: duration.max },
    limit: microUsdPerGpuHour(300_007n),
    lifetime: c % 3 === 0 ? "standing" : "immediate",
    expires: c % 3 === 0 ? later(start.latest, minutes(2)) : null,
    contract: null,
  };
  return { type: "place_order", order, now: market.now };
};

/** Of a contract from where its meter stands: all of it, a part, or more than there was; late, repeated or too soon. */
const meter: Maker = (state, [a = 0, b = 0, c = 0, d = 0]) => {
  const now = state.market.now;
  const all = [...state.deals.values()];
  const begun = all.filter((each) => a % 16 === 15 || each.meteredUntil < now);
  const deal = pick(begun, a);
  if (deal === undefined) return null;
  const due = Math.max(deal.meteredUntil, now);
  const shift = b % 8 === 7 ? 1_000 * ((b % 5) - 2) : 0;
  const from = epochMs(deal.meteredUntil + shift);
  const to = c % 3 === 0 ? due : from + Math.round(((due - from) * (c % 16)) / 12);
  const window = { from, to: epochMs(c % 17 === 16 ? to + 60_000 : to) };
  const held = heldIn(deal, window.from, window.to);
  const share = [1, 1, 1, 1, 0.5, 0, 0.999_999_9][d % 7] ?? 1;
  const delivered =
    Math.floor(held * share) + (d % 11 === 10 ? 1 : 0) - (d % 13 === 12 ? held + 1 : 0);
  const reading = { contract: b % 29 === 28 ? "lost" : deal.contract, ...window };
  return { type: "record_usage", reading: { ...reading, gpuMs: gpuMs(delivered) } };
};

function heldIn(deal: Deal, from: number, to: number): number {
  return from < to ? integral(deal.held, { start: epochMs(from), end: epochMs(to) }) : 0;
}

const deposit: Maker = (_, [a = 0, b = 0, c = 0], id) => ({
  type: "deposit",
  account: pick(CUSTOMERS, a) ?? "x",
  amount: microUsd(BigInt(b % 16) * 400_001n),
  means: c % 2 === 0 ? "manual" : "stripe",
  reference: c % 5 === 4 ? "again" : id,
});

const payOut: Maker = (_, [a = 0, b = 0, c = 0], id) => ({
  type: "pay_out",
  account: pick(CUSTOMERS, a) ?? "x",
  amount: microUsd(BigInt(b % 8) * 123_457n),
  means: "manual",
  reference: c % 5 === 4 ? "again" : id,
});

/** Of a booking of any kind, so that payouts are asked back as well, and deposits more than once. */
const reverse: Maker = (state, [a = 0, b = 0, c = 0], id) => {
  const booking = pick([...state.bookings.values()], a);
  if (booking === undefined) return null;
  const { account, reference: of } = booking;
  const amount = microUsd(BigInt(1 + (b % 8)) * 300_001n);
  const type = c % 3 === 0 ? "return_reversal" : "reverse_deposit";
  return { type, account: c % 7 === 6 ? "x" : account, amount, reference: id, of };
};

const giveCredit: Maker = (_, [a = 0, b = 0], id) => ({
  type: "give_credit",
  account: pick(CUSTOMERS, a) ?? "x",
  amount: microUsd(BigInt(b % 4) * 50_003n),
  kind: b % 2 === 0 ? "goodwill" : "correction",
  subject: id,
});

/** Mostly of its own order: later, dearer or of more GPUs. */
const amend: Maker = ({ market }, [a = 0, b = 0, c = 0, d = 0], id) => {
  const orders = [...market.book.buys(), ...market.book.sells()];
  const before = pick(orders, a);
  if (before === undefined) return null;
  const earliest = before.side === "sell" || b % 2 === 0 ? before.start.earliest : market.now;
  const order = {
    ...before,
    id,
    start: { ...before.start, earliest: earliest > before.start.latest ? market.now : earliest },
    account: c % 9 === 8 ? "w" : before.account,
    side: c % 17 === 16 ? "buy" : before.side,
    gpus: gpus(8 * (1 + (b % 4))),
    limit: microUsdPerGpuHour(BigInt(1 + (d % 10)) * 100_001n),
    expires: later(market.now, minutes(1 + (d % 9))),
  } as const;
  const replaces = b % 19 === 18 ? "lost" : before.id;
  return { type: "amend_order", replaces, order, now: market.now };
};

/** The owner changes what a customer may do, owes in tax, or may owe. */
const change: Maker = ({ accounts }, [a = 0, b = 0, c = 0, d = 0, e = 0]) => {
  const account = pick(accounts.accounts.values(), a);
  if (account === undefined) return null;
  const limit = microUsd(BigInt(c % 5) * 1_000_000n);
  const changed: Account = {
    ...account,
    status: b % 16 === 15 ? "closed" : "active",
    payment: c % 3 === 0 ? { kind: "prepaid" } : { kind: "postpaid", limit },
    taxRate: ppm((d % 4) * 70_000),
    maxGpus: e % 3 === 0 ? null : gpus((1 + (e % 9)) * 8),
    skus: e % 13 === 12 ? ["A100"] : null,
  };
  return { type: "change_account", account: changed };
};

const terms: Maker = ({ accounts, market }, [a = 0, b = 0]) => {
  const version = String(1 + (b % 2));
  if (a % 6 === 5) return { type: "require_terms", version: b % 3 === 0 ? version : null };
  const account = pick(accounts.accounts.values(), a)?.id ?? "x";
  return { type: "accept_terms", account, version, now: market.now };
};

const fees: Maker = (_, [a = 0, b = 0, c = 0]) => ({
  type: "set_fees",
  fees: {
    sale: ppm((a % 4) * 13_333),
    resale: ppm((b % 4) * 66_667),
    cancellation: ppm(c % 9 === 8 ? ONE_PPM + 1 : (c % 8) * 142_857),
  },
});

const SHARES: readonly (readonly [number, Maker])[] = [
  [10, withCustomers(buy)],
  [8, withCustomers(match)],
  [16, list],
  [12, snap],
  [12, withCustomers(advance)],
  [26, meter],
  [8, deposit],
  [4, payOut],
  [6, reverse],
  [2, giveCredit],
  [10, amend],
  [4, change],
  [2, terms],
  [2, fees],
];

export const MAKERS: readonly Maker[] = [
  ...MARKET_MAKERS.map(withCustomers),
  ...SHARES.flatMap(([share, maker]) => Array.from({ length: share }, () => maker)),
];
