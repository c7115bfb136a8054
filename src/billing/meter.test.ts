import * as fc from "fast-check";
import { expect, test } from "vitest";
import { at } from "../recall/recall.test-data.ts";
import { integral } from "../schedule/schedule.ts";
import { durationMs, epochMs, gpuMs, later, MINUTE_MS, ppm } from "../units.ts";
import type { Deal } from "./deal.ts";
import { ahead } from "./deal.ts";
import { costOf, dealOf, readingOf, termsAt } from "./deals.test-data.ts";
import type { MeterRefusal, Reading } from "./meter.ts";
import { checkReading, meter } from "./meter.ts";

const NOW = at(30);

/** Of a deal for 8 GPUs that is metered to minute 10, in the documented order; each fault has later ones as well. */
const REFUSALS: readonly (readonly [MeterRefusal, Reading])[] = [
  ["meter_window_empty", readingOf(5, 5, 999)],
  ["meter_window_empty", readingOf(40, 35, 999)],
  ["already_metered", readingOf(0, 10, 999)],
  ["already_metered", readingOf(-5, 3, 999)],
  ["metered_in_part", readingOf(9, 31, 999)],
  ["meter_gap", readingOf(11, 31, 999)],
  ["metered_in_the_future", { ...readingOf(10, 30, -1), to: later(NOW, durationMs(1)) }],
  ["metered_less_than_nothing", readingOf(10, 30, -1)],
  ["metered_more_than_held", { ...readingOf(10, 30, 160), gpuMs: gpuMs(160 * MINUTE_MS + 1) }],
];

test.each(REFUSALS)("%s: %o", (refusal, reading) => {
  const { deal } = meter(dealOf(), readingOf(0, 10, 80));
  expect(checkReading(deal, reading, NOW)).toBe(refusal);
});

test.each([0, 1, 160])("a reading of %i GPU-minutes up to now is sound", (gpuMinutes) => {
  const { deal } = meter(dealOf(), readingOf(0, 10, 80));
  expect(checkReading(deal, readingOf(10, 30, gpuMinutes), NOW)).toBeNull();
});

test("a reading may go beyond the end, where nothing is held", () => {
  const deal = dealOf();
  const all = readingOf(0, 250, 8 * 240);
  expect(checkReading(deal, all, at(250))).toBeNull();
  expect(checkReading(deal, readingOf(0, 250, 8 * 241), at(250))).toBe("metered_more_than_held");
  expect(ahead(meter(deal, all).deal)).toBe(0);
});

test("what is delivered is billed with tax and fee, each rounded down, and held no longer", () => {
  const deal = dealOf();
  // 80 GPU-minutes at 1.000001 dollars: 1,333,334.67 micro-dollars.
  const { deal: next, payments, slaCredit } = meter(deal, readingOf(0, 10, 80));
  expect(payments).toEqual([
    { link: deal.links[0], amount: 1_333_334n, tax: 253_333n, fee: 26_666n },
  ]);
  expect(slaCredit).toBe(0n);
  const [link] = next.links;
  expect([link.billed, link.taxed, link.fees]).toEqual([1_333_334n, 253_333n, 26_666n]);
  expect(deal.links[0].held - link.held).toBe(1_333_334n + 253_333n);
});

test("what is held and not delivered is not billed, and credited besides", () => {
  const deal = { ...dealOf(), slaRate: ppm(250_000) };
  const { deal: next, payments, slaCredit } = meter(deal, readingOf(0, 60, 0));
  expect(payments[0]).toMatchObject({ amount: 0n, tax: 0n, fee: 0n });
  // A quarter of 8,000,008.
  expect(slaCredit).toBe(2_000_002n);
  expect(next.links[0].held).toBe(dealOf(undefined, { from: 60 }).links[0].held);
});

/** Windows that follow each other from minute 0 to the end, and how much of what is held each delivered. */
const cuts = fc.array(fc.record({ length: fc.integer({ min: 1, max: 9e6 }), share: fc.nat(4) }), {
  maxLength: 12,
});
const prices = fc.bigInt(1n, 7_000_003n);
const rates = fc.integer({ min: 0, max: 1_000_000 });

function readingsOf(deal: Deal, drawn: readonly { length: number; share: number }[]): Reading[] {
  const readings: Reading[] = [];
  let from = deal.meteredUntil;
  for (const { length, share } of [...drawn, { length: 9e9, share: 4 }]) {
    const to = epochMs(Math.min(deal.end, from + length));
    if (from === to) break;
    const held = integral(deal.held, { start: from, end: to });
    readings.push({ contract: "c", from, to, gpuMs: gpuMs(Math.floor((held * share) / 4)) });
    from = to;
  }
  return readings;
}

test("into whatever readings time is cut, they bill and credit the same", () => {
  fc.assert(
    fc.property(cuts, prices, rates, rates, (drawn, price, taxRate, feeRate) => {
      const terms = termsAt(price, { taxRate: ppm(taxRate), feeRate: ppm(feeRate) });
      const deal = dealOf(terms);
      const readings = readingsOf(deal, drawn);
      let [cut, credited] = [deal, 0n];
      for (const reading of readings) {
        expect(checkReading(cut, reading, reading.to)).toBeNull();
        const metered = meter(cut, reading);
        [cut, credited] = [metered.deal, credited + metered.slaCredit];
      }
      const all = gpuMs(readings.reduce((sum, reading) => sum + reading.gpuMs, 0));
      const whole = { contract: "c", from: deal.meteredUntil, to: deal.end, gpuMs: all };
      const once = meter(deal, whole);
      expect(cut).toEqual(once.deal);
      expect(credited).toBe(once.slaCredit);
      const billed = costOf(terms.price, all);
      const [link] = cut.links;
      expect(link.billed).toBe(billed);
      expect(link.taxed).toBe((billed * BigInt(taxRate)) / 1_000_000n);
      expect(link.fees).toBe((billed * BigInt(feeRate)) / 1_000_000n);
      expect(link.held).toBe(0n);
    }),
  );
});
