import { expect, test } from "vitest";
import { epochMs, HOUR_MS } from "../units.ts";
import type { DemandForecast, HourReading } from "./forecast.ts";
import { QUANTILES } from "./quantiles.ts";
import { createScorer, pinball } from "./score.ts";

const HOURS = 43 * 24;

function levelOf(hour: number): number {
  return 0.5 + 0.1 * ((hour * 0.618_033_988_7) % 1);
}

function reading(hour: number): HourReading {
  const level = levelOf(hour);
  return { start: epochMs(hour * HOUR_MS), mean: level, peak: level, pressure: level };
}

/** A forecast whose every quantile at every lead is what `level` says of the hour that it is about. */
function certain(origin: number, level: (hour: number) => number): DemandForecast {
  const flat = (lead: number): Float64Array =>
    new Float64Array(QUANTILES.length).fill(level(origin + lead - 1));
  return {
    origin: epochMs(origin * HOUR_MS),
    mean: flat,
    peak: flat,
    windowPeak: (_, to) => flat(to),
    chanceAtMost: () => 1,
  };
}

function scoreOf(
  level: (hour: number) => number,
): ReturnType<ReturnType<typeof createScorer>["score"]> {
  const scorer = createScorer();
  for (let hour = 0; hour < HOURS; hour += 1) {
    scorer.observe(reading(hour));
    scorer.enter(certain(hour + 1, level));
  }
  return scorer.score();
}

test("who knows the future loses nothing and covers everything", () => {
  const score = scoreOf((hour) => reading(hour).mean ?? 0);
  expect(score.pinball_ratio).toBe(0);
  for (const lead of score.by_lead.filter(({ hours }) => hours > 0)) {
    expect(lead).toMatchObject({ pinball: 0, coverage_90: 1, mae: 0 });
    expect(lead.best_baseline_pinball).toBeGreaterThan(0);
  }
});

test("origins from day 35 on are scored, as far as their hours have come", () => {
  const { by_lead } = scoreOf(() => 0.5);
  for (const { lead_hours, hours } of by_lead) {
    expect(hours).toBe(Math.max(0, HOURS - 35 * 24 - lead_hours + 1));
  }
});

test("a lead without an outcome has null figures", () => {
  const far = scoreOf(() => 0.5).by_lead.find((lead) => lead.lead_hours === 672);
  expect(far).toMatchObject({ hours: 0, pinball: null, best_baseline: null, coverage_90: null });
});

test("pinball is the mean over .05 to .95 of the loss at each level", () => {
  const flat = new Float64Array(QUANTILES.length).fill(0.4);
  expect(pinball(flat, 0, 0.6)).toBeCloseTo(0.1, 12);
  expect(pinball(flat, 0, 0.2)).toBeCloseTo(0.1, 12);
  expect(pinball(flat, 0, 0.4)).toBe(0);
});

test("naive error is that of the same hour of the day before", () => {
  const day = scoreOf(() => 0.5).by_lead.find((lead) => lead.lead_hours === 24);
  let [error, hours] = [0, 0];
  for (let origin = 35 * 24; origin + 23 < HOURS; origin += 1) {
    error += Math.abs(levelOf(origin + 23) - levelOf(origin - 1));
    hours += 1;
  }
  expect(day?.mae_seasonal_naive).toBeCloseTo(error / hours, 12);
  expect(day?.mae).toBeLessThan(0.11);
});
