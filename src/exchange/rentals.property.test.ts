import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Auditor } from "../market/auditor.test-data.ts";
import { buyOf } from "../market/market.test-data.ts";
import type { Order } from "../market/order.ts";
import { at, minutes, NOTICES, QUARTER, SPOT } from "../recall/recall.test-data.ts";
import type { RentalOrder } from "../rental/commands.ts";
import type { EpochMs } from "../units.ts";
import { assert, epochMs, floorTo, later, MINUTE_MS } from "../units.ts";
import type { ExchangeCommand, ExchangeEvent } from "./commands.ts";
import type { Numbers } from "./random-rentals.test-data.ts";
import { ACCOUNTS, nowOf, reading, RENTAL_MAKERS } from "./random-rentals.test-data.ts";
import { openedTrial, publish, Trial } from "./trial.test-data.ts";

const RUNS = 200;
const HOUR = 3_600_000n;

const draws = fc.array(
  fc.record({
    kind: fc.nat(RENTAL_MAKERS.length - 1),
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
        const command = RENTAL_MAKERS[kind]?.(trial, numbers, `n${index}`) ?? null;
        if (command !== null) carryOut(trial, auditor, command);
      }
      wind(trial, auditor);
    }),
    { numRuns: RUNS },
  );
  const rare = OFTEN.filter((what) => !seen.has(what));
  expect(rare).toEqual([]);
});
