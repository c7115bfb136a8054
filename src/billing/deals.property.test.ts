import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FEES, heldOf, payableTo, revenueOf, TAX } from "../ledger/chart.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { Transfer } from "../ledger/transfer.ts";
import { at } from "../recall/recall.test-data.ts";
import { integral, minOver, valueAt } from "../schedule/schedule.ts";
import { StateHash } from "../state-hash.ts";
import type { EpochMs, Window } from "../units.ts";
import { ceilTo, earliest, epochMs, gpuMs, gpus, later, MINUTE_MS, ppm } from "../units.ts";
import type { Deal, Link } from "./deal.ts";
import { ahead, cutDeal, endDeal, splitDeal } from "./deal.ts";
import { costOf, dealOf, heldByOf, termsAt } from "./deals.test-data.ts";
import { checkReading, meter } from "./meter.ts";
import { meteredTransfers, reheld, resoldTransfers } from "./transfers.ts";

const LENGTH = 240;
const PAYERS = ["buyer", "b", "c"];

/** One contract and all that was resold of it, beside a ledger that the transfers are posted to. */
interface Family {
  readonly deals: Map<string, Deal>;
  readonly ledger: Ledger;
  now: EpochMs;
}

interface Step {
  readonly kind: "wait" | "meter" | "split" | "cut" | "end";
  readonly which: number;
  readonly numbers: readonly number[];
  readonly price: bigint;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("wait", "meter", "meter", "split", "split", "split", "cut", "end"),
    which: fc.nat(255),
    numbers: fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
    price: fc.bigInt(1n, 9_000_001n),
  }),
  { maxLength: 40, size: "max" },
);

function post({ ledger }: Family, transfers: readonly Transfer[]): void {
  if (transfers.length === 0) return;
  ledger.post({ id: ledger.transactions + 1, at: at(0), transfers });
}

/** A window in which the deal has GPUs throughout, that begins no sooner than now. */
function windowIn(deal: Deal, now: EpochMs, a: number, b: number): Window | null {
  const first = ceilTo(now < deal.meteredUntil ? deal.meteredUntil : now, MINUTE_MS);
  const start = epochMs(first + (a % 60) * MINUTE_MS);
  const end = earliest(deal.end, epochMs(start + (1 + (b % 90)) * MINUTE_MS));
  if (start >= end || minOver(deal.held, { start, end }) === 0) return null;
  return { start, end };
}

function take(family: Family, deal: Deal, { numbers, price }: Step, resold: boolean): void {
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  const window = windowIn(deal, family.now, a, b);
  if (window === null) return;
  const taken = gpus(1 + (c % minOver(deal.held, window)));
  if (!resold) return replace(family, deal, cutDeal(deal, window, taken));
  const id = `d${family.deals.size}`;
  const [from, to] = [window.start, window.end].map((time) => (time - at(0)) / MINUTE_MS);
  const holder = PAYERS[d % PAYERS.length] ?? "b";
  const contract = heldByOf(holder, { id, from: from ?? 0, to: to ?? 0, gpus: taken });
  const terms = termsAt(price, { taxRate: ppm(d * 3_907), feeRate: ppm(c * 3_911) });
  const { rest, part } = splitDeal(deal, contract, terms);
  family.deals.set(deal.contract, rest);
  family.deals.set(id, part);
  post(family, resoldTransfers(deal, rest, part));
}

function replace(family: Family, before: Deal, after: Deal): void {
  family.deals.set(after.contract, after);
  post(family, reheld(before.links, after.links, after.contract));
}

function read(family: Family, deal: Deal, to: EpochMs, share: number): void {
  const from = deal.meteredUntil;
  if (from >= to) return;
  const held = integral(deal.held, { start: from, end: to });
  const reading = { contract: deal.contract, from, to, gpuMs: gpuMs(Math.floor(held * share)) };
  expect(checkReading(deal, reading, family.now)).toBeNull();
  const metered = meter(deal, reading);
  family.deals.set(deal.contract, metered.deal);
  post(family, meteredTransfers(deal, metered));
}

function carryOut(family: Family, step: Step): void {
  const { kind, which, numbers } = step;
  const [a = 0, b = 0] = numbers;
  if (kind === "wait") family.now = later(family.now, MINUTE_MS);
  const deal = [...family.deals.values()][which % family.deals.size];
  if (deal === undefined) return;
  if (kind === "split" || kind === "cut") take(family, deal, step, kind === "split");
  if (kind === "meter") {
    family.now = epochMs(family.now + a * 997);
    read(family, deal, epochMs(family.now - (b % 5) * 1_009), [1, 1, 0.7, 0][b % 4] ?? 1);
  }
  const time = ceilTo(family.now, MINUTE_MS);
  if (kind === "end" && a % 8 === 0) replace(family, deal, endDeal(deal, time));
}

function sum(links: readonly Link[], amount: (link: Link) => bigint): bigint {
  return links.reduce((total, link) => total + amount(link), 0n);
}

function earned({ billed, fees }: Link): bigint {
  return billed - fees;
}

/** No link is held for less than nothing, and the ledger says of everyone what their links say. */
function expectAgreement({ deals, ledger }: Family): void {
  const links = [...deals.values()].flatMap((deal) => deal.links);
  expect(links.every(({ held }) => held >= 0n)).toBe(true);
  for (const who of PAYERS) {
    const [paying, paid] = [
      links.filter((l) => l.payer === who),
      links.filter((l) => l.payee === who),
    ];
    expect(ledger.balance(heldOf(who))).toBe(sum(paying, ({ held }) => held));
    expect(ledger.balance(payableTo(who))).toBe(sum(paid, earned));
  }
  const owners = links.filter(({ payee }) => payee === null);
  expect(ledger.balance(revenueOf("p"))).toBe(sum(owners, earned));
  expect(ledger.balance(FEES)).toBe(sum(links, ({ fees }) => fees));
  expect(ledger.balance(TAX)).toBe(sum(links, ({ taxed }) => taxed));
}

/** Every payee gets the floor of what each contract delivered, and every payer all the rest back. */
function expectPaid({ deals, ledger }: Family): void {
  for (const deal of deals.values()) {
    expect(ahead(deal)).toBe(0);
    for (const link of deal.links) {
      expect(link.held).toBe(0n);
      expect(link.billed).toBe(costOf(link.price, deal.delivered));
    }
  }
  for (const who of PAYERS) {
    const { debits, credits } = ledger.turnover(heldOf(who));
    expect(debits).toBe(credits);
  }
}

test("however a contract is resold, cut and metered, what is held covers what is billed, to the last micro-dollar", () => {
  let parts = 0;
  fc.assert(
    fc.property(steps, fc.bigInt(1n, 9_000_001n), (drawn, price) => {
      const deal = dealOf(termsAt(price), { to: LENGTH, gpus: 11 });
      const ledger = new Ledger(new StateHash());
      const family: Family = { deals: new Map([["c", deal]]), ledger, now: at(0) };
      post(family, reheld([], deal.links, "c"));
      for (const step of drawn) {
        carryOut(family, step);
        expectAgreement(family);
      }
      family.now = epochMs(Math.max(family.now, at(LENGTH)));
      for (const each of family.deals.values()) read(family, each, family.now, 1);
      expectAgreement(family);
      expectPaid(family);
      const all = [...family.deals.values()];
      parts = Math.max(parts, ...all.map(({ links }) => links.length));
      // The parts together never cost the first buyer more than the whole would have.
      const delivered = all.reduce((total, each) => total + each.delivered, 0);
      const first = sum(
        all.map(({ links }) => links[0]),
        ({ billed }) => billed,
      );
      const whole = costOf(deal.links[0].price, delivered);
      expect(first <= whole && first > whole - BigInt(all.length)).toBe(true);
      expect(all.every((each) => valueAt(each.held, each.end) === 0)).toBe(true);
    }),
    { numRuns: 150 },
  );
  expect(parts).toBeGreaterThan(3);
});
