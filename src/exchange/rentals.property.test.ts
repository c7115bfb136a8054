import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Deal } from "../billing/deal.ts";
import { lastPlaces } from "../contracts/contract.ts";
import { Auditor } from "../market/auditor.test-data.ts";
import { buyOf } from "../market/market.test-data.ts";
import type { Order } from "../market/order.ts";
import { at, minutes, NOTICES, QUARTER, SPOT } from "../recall/recall.test-data.ts";
import type { RentalOrder } from "../rental/commands.ts";
import { integral } from "../schedule/schedule.ts";
import type { EpochMs } from "../units.ts";
import {
  assert,
  earliest,
  earlier,
  epochMs,
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
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";
import { openedTrial, publish, Trial } from "./trial.test-data.ts";

const RUNS = 200;
const ACCOUNTS = ["x", "y", "z"];
const HOUR = 3_600_000n;

type Numbers = readonly number[];
type Maker = (trial: Trial, numbers: Numbers, id: string) => ExchangeCommand | null;

function pick<T>(from: Iterable<T>, number = 0): T | undefined {
  const all = [...from];
  return all[number % Math.max(1, all.length)];
}

function nowOf({ state }: Trial): EpochMs {
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

function reading(deal: Deal, to: EpochMs, share = 1): ExchangeCommand {
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
const MAKERS = SHARES.flatMap(([share, maker]) => Array.from({ length: share }, () => maker));

const draws = fc.array(
  fc.record({
    kind: fc.nat(MAKERS.length - 1),
    /** Milliseconds that pass, mostly none, sometimes more than a minute. */
    pause: fc.oneof(fc.constant(0), fc.constant(60_000), fc.nat(200_000)),
    numbers: fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
  }),
  { minLength: 15, maxLength: 60, size: "max" },
);

const seen = new Map<string, number>();

function count(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

/** Hears every event, and knows of rentals and bids only what was asked for and what the events say. */
class RentalAuditor {
  readonly #market: Auditor;
  readonly #rentals = new Map<string, RentalOrder>();
  readonly #limits = new Map<string, { account: string; limit: bigint }>();
  readonly #spent = new Map<string, bigint>();
  readonly #ending = new Map<string, EpochMs>();
  #now = at(0);
  /** When rentals were renewed before. */
  #renewed = at(0);

  constructor(events: readonly ExchangeEvent[]) {
    this.#market = new Auditor(at(0));
    for (const event of events) this.hear(event, null, []);
  }

  asked(command: ExchangeCommand): void {
    if (command.type === "start_rental") {
      const { rental } = command;
      if (!this.#rentals.has(rental.id)) this.#rentals.set(rental.id, rental);
    }
    if (command.type === "advance") this.#renewed = this.#now;
    if (command.type === "place_bid") this.#limits.set(command.bid.id, command.bid);
  }

  hear(event: ExchangeEvent, command: ExchangeCommand | null, all: readonly ExchangeEvent[]): void {
    if (event.type === "time_advanced") this.#now = event.now;
    if (!(event.type in MARKET)) return this.#hearRental(event, all);
    if (event.type === "contract_sold") this.#buys(event.contract, event.order);
    if (event.type === "contract_extended") this.#extends(event);
    const placed = this.#placed(event, command);
    if (event.type === "contract_resold") {
      const { listing, from, price } = event;
      const sold = this.#market.contracts.get(from)?.contract;
      assert(sold !== undefined, "what is on a shelf lives");
      const { start, end } = sold.window;
      const listed = orderOf(listing, sold.holder, start, end, price, sold.soldGpus);
      this.#market.orders.set(listing, { ...listed, side: "sell", contract: from });
      this.#market.hear(event, placed);
      this.#market.orders.delete(listing);
      return;
    }
    this.#market.hear(event as never, placed);
  }

  #placed(event: ExchangeEvent, command: ExchangeCommand | null): Order | null {
    if (command?.type === "place_order") return command.order;
    if (event.type !== "contract_sold" && event.type !== "contract_resold") return null;
    const { order: id, contract } = event;
    const { holder, window, soldGpus, promise } = contract;
    const rental = this.#rentals.get(id);
    const limit = rental?.maxPrice ?? this.#limits.get(id)?.limit ?? 3_000_000n;
    const made = orderOf(id, holder, window.start, window.end, limit, soldGpus);
    assert((rental?.noticeAtLeast ?? 0) <= promise.notice, "the notice is as asked for");
    const isWhole = rental === undefined || soldGpus === rental.gpus;
    assert(isWhole, "a rental is of all its GPUs");
    return { ...made, account: rental?.account ?? this.#limits.get(id)?.account ?? holder };
  }

  #buys(
    contract: { price: bigint; window: { start: number; end: number }; soldGpus: number },
    id: string,
  ) {
    const { window, soldGpus, price } = contract;
    this.#pay(id, price, soldGpus * (window.end - window.start));
  }

  #extends({ contract: id, until }: { contract: string; until: number }): void {
    const before = this.#market.contracts.get(id)?.contract;
    assert(before !== undefined, "what is extended lives");
    this.#pay(
      id.slice(0, id.lastIndexOf(".")),
      before.price,
      before.soldGpus * (until - before.window.end),
    );
  }

  #pay(id: string, price: bigint, amount: number): void {
    const rental = this.#rentals.get(id);
    if (rental === undefined) return;
    assert(price <= rental.maxPrice, "no rental pays more than its highest price");
    const spent = (this.#spent.get(id) ?? 0n) + price * BigInt(amount);
    this.#spent.set(id, spent);
    assert(rental.budget === null || spent <= rental.budget * HOUR, "no budget is exceeded");
  }

  #hearRental(event: ExchangeEvent, all: readonly ExchangeEvent[]): void {
    if (event.type === "rental_ending") {
      const { rental, why, until } = event;
      const notice = this.#rentals.get(rental)?.noticeAtLeast ?? 0;
      const isLate = this.#now >= floorTo(this.#renewed, MINUTE_MS) + 2 * MINUTE_MS;
      const keepsNotice = isLate || why === "taken_back" || until >= this.#now + notice;
      assert(keepsNotice && until > this.#now, "who is not renewed has its notice left");
      this.#ending.set(rental, until);
      count(`${isLate ? "late " : ""}${why}`);
    }
    if (event.type === "rental_ended") {
      const { rental, why, at: end } = event;
      assert(end <= this.#now, "no rental is over before its time");
      assert(why === "lapsed" || end === this.#ending.get(rental), "it ends when it was said to");
      count(`ended ${why}`);
    }
    if (event.type === "spot_cleared") this.#cleared(event.clearing, all);
  }

  #cleared(
    clearing: Extract<ExchangeEvent, { type: "spot_cleared" }>["clearing"],
    all: readonly ExchangeEvent[],
  ): void {
    const { window, price, reserve, won, lost, room } = clearing;
    assert(price >= reserve, "nobody pays less than the reserve");
    const sales = all.filter((event) => event.type === "contract_sold");
    assert(sales.length === won.length, "each winner has one contract");
    let sum = 0;
    for (const { order, contract } of sales) {
      assert(contract.price === price, "everyone pays the clearing price");
      assert(price <= (this.#limits.get(order)?.limit ?? 0n), "and no more than its limit");
      assert(contract.window.start === window.start, "for the interval");
      assert(contract.window.end === window.end, "and no longer");
      sum += contract.soldGpus;
    }
    assert(sum <= room, "no more is won than there is room for");
    for (const { until, why } of lost) {
      assert(until === null || until >= this.#now + SPOT, "who loses keeps its notice");
      count(until === null ? why : `loses ${why}`);
    }
  }
}

const MARKET: Partial<Record<ExchangeEvent["type"], true>> = Object.fromEntries(
  [
    "pool_opened",
    "owner_read",
    "ladder_published",
    "order_rested",
    "order_reduced",
    "order_left",
    "contract_sold",
    "contract_extended",
    "contract_resold",
    "recall_noticed",
    "recall_withdrawn",
    "recall_handed_over",
    "contract_breached",
    "pool_interrupted",
    "contract_interrupted",
    "contract_cancelled",
    "contract_ended",
    "time_advanced",
  ].map((type) => [type, true]),
);

function orderOf(
  id: string,
  account: string,
  start: EpochMs,
  end: EpochMs,
  limit: bigint,
  wanted: number,
): Order {
  const range = { start: { earliest: start, latest: start } };
  const length = minutes((end - start) / MINUTE_MS);
  return {
    ...buyOf({ id, account, gpus: wanted, limit }),
    ...range,
    duration: { min: length, max: length },
  };
}

function carryOut(trial: Trial, auditor: RentalAuditor, command: ExchangeCommand): void {
  auditor.asked(command);
  const done = trial.try(command);
  if (typeof done === "string") return count(done);
  for (const event of done) {
    count(event.type);
    auditor.hear(event, command, done);
  }
}

/** What the service's clock does at each tick. */
function tick(trial: Trial, auditor: RentalAuditor, pause: number): void {
  carryOut(trial, auditor, { type: "advance", now: epochMs(nowOf(trial) + pause) });
  const now = nowOf(trial);
  carryOut(trial, auditor, { type: "renew_rentals", now });
  carryOut(trial, auditor, { type: "clear_spot", pool: "p", interval: minutes(5), now });
}

/** All bids leave, nobody renews, and everything is metered to its end. */
function wind(trial: Trial, auditor: RentalAuditor): void {
  const end = later(nowOf(trial), minutes(600));
  carryOut(trial, auditor, { type: "advance", now: end });
  carryOut(trial, auditor, { type: "renew_rentals", now: end });
  const open = [...trial.state.deals.values()];
  for (const deal of open) {
    carryOut(trial, auditor, reading(deal, deal.end));
  }
  for (const account of ACCOUNTS) expect(trial.held(account)).toBe(0n);
  expect(trial.state.deals.size + trial.state.rental.rentals.size).toBe(0);
  expect(trial.state.rental.shelves.size).toBe(0);
}

/** Less room or more, at another price. */
function shift(trial: Trial, auditor: RentalAuditor, [a = 0, b = 0]: Numbers): void {
  const before = trial.events.length;
  const from = Math.ceil((nowOf(trial) - at(0)) / MINUTE_MS);
  publish(trial, 8 * (a % 9), from, 800_000n + BigInt(b % 5) * 100_000n);
  for (const event of trial.events.slice(before)) auditor.hear(event, null, []);
}

/** Each of these comes ten times and more, so that the property is put to the test. */
const OFTEN = [
  "rental_started",
  "rental_renewed",
  "contract_extended",
  "rental_ended",
  "stopped",
  "outbid",
  "supply_gone",
  "ended budget_reached",
  "credit_gone",
  "taken_back",
  "ended lapsed",
  "spot_cleared",
  "loses outbid",
  "shelf_opened",
  "slice_rented",
  "shelf_closed",
  "contract_cancelled",
];

test("whatever is rented, no GPU is sold twice, no limit is passed and the books are balanced", () => {
  expect(NOTICES).toContain(QUARTER);
  fc.assert(
    fc.property(draws, (drawn) => {
      const trial = openedTrial();
      const auditor = new RentalAuditor(trial.events);
      for (const [index, { kind, pause, numbers }] of drawn.entries()) {
        if (pause > 0) tick(trial, auditor, pause);
        if ((numbers[3] ?? 0) % 12 === 0) shift(trial, auditor, numbers);
        const command = MAKERS[kind]?.(trial, numbers, `n${index}`) ?? null;
        if (command !== null) carryOut(trial, auditor, command);
      }
      wind(trial, auditor);
    }),
    { numRuns: RUNS },
  );
  const rare = OFTEN.filter((what) => !seen.has(what));
  expect(rare).toEqual([]);
});
