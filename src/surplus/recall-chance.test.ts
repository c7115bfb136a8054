import * as fc from "fast-check";
import { expect, test } from "vitest";
import { epochMs, HOUR_MS } from "../units.ts";
import type { RecallChance } from "./recall-chance.ts";
import { awaiting, forecastChanceAt, stated, taught, untaught, untold } from "./recall-chance.ts";

const at = (hour: number) => epochMs(hour * HOUR_MS);

/** Sells a contract an hour and learns of each a day later; says how far the mean stated lies from the mean outcome. */
function meanError(outcome: (hour: number) => number, forecast: (hour: number) => number): number {
  let model = untaught();
  const sold: { said: number; forecast: number }[] = [];
  let error = 0;
  for (let hour = 0; hour < 24 * 120; hour++) {
    const basis = { forecast: forecast(hour), end: at(hour + 24) };
    const said = stated(model, basis);
    model = awaiting(model, 1);
    sold.push({ said, forecast: basis.forecast });
    error += outcome(hour) - said;
    const old = sold[hour - 24];
    if (old === undefined) continue;
    const oldBasis = { forecast: old.forecast, end: at(hour) };
    model = taught(model, oldBasis, old.said, outcome(hour - 24), 1);
  }
  return error / (24 * 120);
}

test.each([
  ["that is always recalled", () => 1, () => 0.1],
  ["that is never recalled", () => 0, () => 0.9],
  ["that is recalled every third day", (hour: number) => (hour % 72 < 24 ? 1 : 0), () => 0.5],
  ["whose recalls become common", (hour: number) => (hour % 100 < hour / 29 ? 1 : 0), () => 0.3],
])("over months a rung %s states what comes, within two points", (_, outcome, forecast) => {
  expect(Math.abs(meanError(outcome, forecast))).toBeLessThan(0.02);
});

test("a rung whose recalls follow the forecast states more where the forecast does", () => {
  let model = untaught();
  for (let hour = 0; hour < 24 * 60; hour++) {
    const forecast = hour % 2 === 0 ? 0.2 : 0.8;
    const basis = { forecast, end: at(hour) };
    model = awaiting(model, 1);
    model = taught(model, basis, stated(model, basis), hour % 2, 1);
  }
  const low = stated(model, { forecast: 0.2, end: at(5) });
  expect(stated(model, { forecast: 0.8, end: at(5) }) - low).toBeGreaterThan(0.5);
});

test("the hour at which contracts end is learnt", () => {
  let model = untaught();
  for (let hour = 0; hour < 24 * 60; hour++) {
    const basis = { forecast: 0.5, end: at(hour) };
    model = awaiting(model, 1);
    model = taught(model, basis, stated(model, basis), hour % 24 < 12 ? 1 : 0, 1);
  }
  const morning = stated(model, { forecast: 0.5, end: at(24 * 60 + 8) });
  expect(morning - stated(model, { forecast: 0.5, end: at(24 * 60 + 20) })).toBeGreaterThan(0.3);
});

test("the forecast's chance at a stated maximum states that maximum", () => {
  fc.assert(
    fc.property(
      modelArbitrary(),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      (model, chance) => {
        const forecast = forecastChanceAt(model, chance, at(7));
        // Beyond these the forecast's log-odds no longer count; below, the slope is taken as steeper than it is.
        fc.pre(forecast > 0.13 && forecast < 0.87 && (model.weights[1] ?? 0) > 0.06);
        expect(stated(model, { forecast, end: at(7) })).toBeCloseTo(chance, 6);
      },
    ),
    { numRuns: 1000 },
  );
});

test("no outcome makes the model lose its bounds", () => {
  fc.assert(
    fc.property(modelArbitrary(), (model) => {
      const variances = model.covariance.filter((_, index) => index % 11 === 0);
      expect(variances.every((variance) => variance > 0 && variance <= 4)).toBe(true);
      const chance = stated(model, { forecast: 0.4, end: at(3) });
      expect(chance).toBeGreaterThan(0);
      expect(chance).toBeLessThan(1);
    }),
    { numRuns: 300 },
  );
});

test("a contract that an outage ended teaches nothing but that it is over", () => {
  const model = awaiting(untaught(), 5);
  expect(untold(model, 5)).toEqual(untaught());
});

function modelArbitrary(): fc.Arbitrary<RecallChance> {
  const outcome = fc.record({
    forecast: fc.double({ min: 0, max: 1, noNaN: true }),
    hour: fc.nat(23),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    lots: fc.integer({ min: 1, max: 50 }),
  });
  return fc.array(outcome, { maxLength: 60 }).map((outcomes) =>
    outcomes.reduce((model, { forecast, hour, share, lots }) => {
      const basis = { forecast, end: at(hour) };
      return taught(awaiting(model, lots), basis, stated(model, basis), share, lots);
    }, untaught()),
  );
}
