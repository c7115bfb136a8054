/** Commands about what is rented, drawn from numbers; the clock is not among them. */
import type { Deal } from "../billing/deal.ts";
import { lastPlaces } from "../contracts/contract.ts";
import { buyOf } from "../market/market.test-data.ts";
import { at, minutes, QUARTER, SPOT } from "../recall/recall.test-data.ts";
import { integral } from "../schedule/schedule.ts";
import type { EpochMs } from "../units.ts";
import {
  earliest,
  earlier,
  FIRM,
  floorTo,
  gpuMs,
  gpus,
  later,
  microUsd,
  microUsdPerGpuHour,
  MINUTE_MS,
  notice,
} from "../units.ts";
import type { ExchangeCommand } from "./commands.ts";
import type { Trial } from "./trial.test-data.ts";

export const ACCOUNTS = ["x", "y", "z"];

export type Numbers = readonly number[];
/** What a maker looks at. */
export type Seen = Pick<Trial, "state" | "contract" | "credit">;

type Maker = (trial: Seen, numbers: Numbers, id: string) => ExchangeCommand | null;

export function pick<T>(from: Iterable<T>, number = 0): T | undefined {
  const all = [...from];
  return all[number % Math.max(1, all.length)];
}

export function nowOf({ state }: Pick<Trial, "state">): EpochMs {
  return state.market.now;
}

const start: Maker = (trial, [a = 0, b = 0, c = 0, d = 0], id) => ({
  type: "start_rental",
  now: nowOf(trial),
  rental: {
    id,
    account: pick(ACCOUNTS, a) ?? "x",
    sku: "H100",
    gpus: gpus(8 * (1 + (b % 4))),
    fabric: b % 8 < 5 ? "any" : "one",
    noticeAtLeast: pick([notice(0), SPOT, QUARTER], c) ?? SPOT,
    maxPrice: microUsdPerGpuHour(d % 3 === 0 ? 550_000n : 1_000_000n),
    budget: d % 2 === 0 ? microUsd(BigInt(1 + d) * 20_000n) : null,
  },
});

const stop: Maker = (trial, [a = 0]) => {
  const rental = pick(trial.state.rental.rentals.values(), a);
  if (rental === undefined) return null;
  return { type: "stop_rental", rental: rental.id, account: rental.account, now: nowOf(trial) };
};

const bid: Maker = (trial, [a = 0, b = 0, c = 0], id) => {
  const limit = microUsdPerGpuHour(BigInt(4 + (c % 9)) * 100_000n);
  const wanted = { id, account: pick(ACCOUNTS, a) ?? "x", pool: "p", limit };
  return {
    type: "place_bid",
    bid: { ...wanted, gpus: gpus(8 * (1 + (b % 5))) },
    now: nowOf(trial),
  };
};

const withdraw: Maker = (trial, [a = 0]) => {
  const found = pick(trial.state.rental.bids.values(), a);
  if (found === undefined) return null;
  return { type: "withdraw_bid", bid: found.id, account: found.account, now: nowOf(trial) };
};

const buy: Maker = (trial, [a = 0, b = 0, c = 0, d = 0], id) => {
  const from = (nowOf(trial) - at(0)) / MINUTE_MS + 1 + (c % 5);
  const account = pick(ACCOUNTS, a) ?? "x";
  const first = Math.ceil(from);
  const range = { from: first, to: first + 1 + (d % 60) };
  const wanted = pick([notice(0), FIRM, QUARTER], c) ?? FIRM;
  const order = buyOf({ id, account, gpus: 8 * (1 + (b % 4)), notice: wanted, ...range });
  return { type: "place_order", order, now: nowOf(trial) };
};

const shelve: Maker = (trial, [a = 0, b = 0, c = 0], id) => {
  const { contracts } = trial.state.market;
  const long = [...contracts.keys()].filter((id) => {
    return trial.contract(id).window.end > later(nowOf(trial), minutes(10));
  });
  const contract = pick(long.length > 0 ? long : contracts.keys(), a);
  if (contract === undefined) return null;
  const price = microUsdPerGpuHour(BigInt(1 + (b % 9)) * 300_000n);
  const range = { shortest: minutes(1 + (c % 5)), longest: minutes(1 + (c % 40)) };
  const { holder: account } = trial.contract(contract);
  const shelf = { id, account, contract, price, ...range, leastGpus: gpus(8) };
  return { type: "open_shelf", shelf, now: nowOf(trial) };
};

const slice: Maker = (trial, [a = 0, b = 0, c = 0, d = 0], id) => {
  const shelf = pick(trial.state.rental.shelves.values(), a);
  if (shelf === undefined) return null;
  const soon = later(floorTo(nowOf(trial), MINUTE_MS), minutes(1 + (c % 20)));
  const wanted = {
    id,
    account: pick(ACCOUNTS, d) ?? "y",
    gpus: gpus(b % 4 === 3 ? 16 : 8),
    fabric: b % 2 === 0 ? "any" : "one",
    start: c % 4 > 0 ? null : soon,
    duration: d % 8 === 7 ? minutes(d % 30) : shelf.shortest,
    limit: microUsdPerGpuHour(3_000_000n),
  } as const;
  return { type: "rent_slice", shelf: shelf.id, slice: wanted, now: nowOf(trial) };
};

const cancel: Maker = (trial, [a = 0]) => {
  const contract = pick(trial.state.market.contracts.keys(), a);
  if (contract === undefined) return null;
  const { holder: account } = trial.contract(contract);
  return { type: "cancel_contract", contract, account, now: nowOf(trial) };
};

/** All that a contract holds in its last minute, as soon as its notice allows, or sooner. */
const takeBack: Maker = (trial, [a = 0, b = 0], id) => {
  const found = pick(trial.state.market.contracts.keys(), a);
  if (found === undefined) return null;
  const { window, promise } = trial.contract(found);
  const soon = later(floorTo(nowOf(trial), MINUTE_MS), MINUTE_MS);
  const until = window.end;
  const takings = lastPlaces(trial.contract(found)).map(({ fabric, gpus: held }) => {
    return { contract: found, fabric, gpus: held, until };
  });
  const what = { pool: "p", now: nowOf(trial), takings } as const;
  const last = earlier(until, MINUTE_MS);
  if (promise.notice === FIRM || b % 4 === 0) {
    return { type: "breach", ...what, at: earliest(last, soon) };
  }
  const due = later(soon, promise.notice);
  return { type: "give_recall", recall: id, ...what, due, reason: "owner" };
};

const meter: Maker = (trial, [a = 0, b = 0]) => {
  const deal = pick(trial.state.deals.values(), a);
  if (deal === undefined) return null;
  const to = earliest(nowOf(trial), deal.end);
  if (to <= deal.meteredUntil) return null;
  return reading(deal, to, b % 3 === 0 ? 0.9 : 1);
};

export function reading(deal: Deal, to: EpochMs, share = 1): ExchangeCommand {
  const { contract, meteredUntil: from, held } = deal;
  const amount = gpuMs(Math.floor(integral(held, { start: from, end: to }) * share));
  return { type: "record_usage", reading: { contract, from, to, gpuMs: amount } };
}

const payOut: Maker = (trial, [a = 0, b = 0], id) => {
  const account = pick(ACCOUNTS, a) ?? "x";
  const amount = microUsd(trial.credit(account) - BigInt(1 + (b % 40)) * 50_000n);
  return { type: "pay_out", account, amount, means: "manual", reference: id };
};

/** How often each kind of command comes. The clock is its own. */
const SHARES: readonly (readonly [number, Maker])[] = [
  [6, start],
  [1, stop],
  [7, bid],
  [1, withdraw],
  [5, buy],
  [2, shelve],
  [6, slice],
  [1, cancel],
  [1, takeBack],
  [3, meter],
  [2, payOut],
];
export const RENTAL_MAKERS: readonly Maker[] = SHARES.flatMap(([share, maker]) =>
  Array.from({ length: share }, () => maker),
);
