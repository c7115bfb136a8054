import { describe, expect, test } from "vitest";
import { epochMs, HOUR_MS } from "../units.ts";
import {
  createForecaster,
  type DeclaredDemand,
  type DemandForecast,
  type HourReading,
} from "./forecast.ts";
import { QUANTILES } from "./quantiles.ts";
import { pinball } from "./score.ts";

const DAYS = 24;

function reading(hour: number, level: number | null, peak = level): HourReading {
  return { start: epochMs(hour * HOUR_MS), mean: level, peak, pressure: level };
}

/** A number in [0, 1) that looks drawn, the same each time. */
function spread(index: number): number {
  return (index * 0.618_033_988_7) % 1;
}

function wavy(hours: number): HourReading[] {
  return Array.from({ length: hours }, (_, hour) => {
    const wave = Math.abs((hour % 24) - 12) / 40;
    const level = Math.min(
      1,
      0.4 + wave + 0.3 * spread(Math.floor(hour / 30)) + 0.1 * spread(hour),
    );
    return reading(hour, level, Math.min(1, level + 0.05 * spread(hour * 7)));
  });
}

function forecastAfter(hours: readonly HourReading[]): DemandForecast {
  const forecaster = createForecaster();
  for (const hour of hours) forecaster.observe(hour);
  const forecast = forecaster.forecast();
  if (forecast === "history_too_short") throw new Error("the history is long enough");
  return forecast;
}

test("two weeks of readings are needed, and hours of outage are none", () => {
  const forecaster = createForecaster();
  expect(forecaster.forecast()).toBe("history_too_short");
  for (let hour = 0; hour < 14 * DAYS; hour += 1) {
    forecaster.observe(reading(hour, hour === 5 ? null : 0.5));
    expect(forecaster.forecast()).toBe("history_too_short");
  }
  forecaster.observe(reading(14 * DAYS, 0.5));
  expect(forecaster.forecast()).not.toBe("history_too_short");
});

test("an hour out of order is a bug", () => {
  const forecaster = createForecaster();
  forecaster.observe(reading(0, 0.5));
  expect(() => forecaster.observe(reading(2, 0.5))).toThrow("hours come in order and without gaps");
});

test.each([15, 31])(
  "after %d days, quantiles rise within [0, 1] at every lead and window",
  (days) => {
    const forecast = forecastAfter(wavy(days * DAYS));
    const all = [1, 5, 24, 100, 672, 900].flatMap((hours) => [
      forecast.mean(hours),
      forecast.peak(hours),
      forecast.windowPeak(0, hours),
      forecast.windowPeak(hours / 2, hours),
    ]);
    for (const quantiles of all) {
      expect(quantiles).toHaveLength(QUANTILES.length);
      expect([...quantiles]).toEqual([...quantiles].toSorted((a, b) => a - b));
      expect(quantiles[0]).toBeGreaterThanOrEqual(0);
      expect(quantiles.at(-1)).toBeLessThanOrEqual(1);
    }
  },
);

test("a window's highest demand rises with its length and lies above its hours'", () => {
  const forecast = forecastAfter(wavy(20 * DAYS));
  for (const [short, long] of [
    [1, 4],
    [4, 24],
    [24, 30],
    [24, 72],
  ] as const) {
    const within = forecast.windowPeak(0, short);
    const whole = forecast.windowPeak(0, long);
    const later = forecast.windowPeak(short, long);
    const hour = forecast.peak(long);
    for (let j = 0; j < QUANTILES.length; j += 1) {
      expect(whole[j]).toBeGreaterThanOrEqual(within[j]!);
      expect(whole[j]).toBeGreaterThanOrEqual(later[j]!);
      expect(later[j]).toBeGreaterThanOrEqual(Math.min(hour[j]!, whole[j]!));
    }
    expect(forecast.chanceAtMost(0.8, 0, long)).toBeLessThanOrEqual(
      forecast.chanceAtMost(0.8, 0, short),
    );
  }
});

test("hourly steps have one forecast for mean and peak", () => {
  const forecast = forecastAfter(wavy(20 * DAYS).map(({ mean }, hour) => reading(hour, mean)));
  expect(forecast.peak(24)).toEqual(forecast.mean(24));
});

test("a forecast is the same whether the ones before it were asked for or not", () => {
  const hours = wavy(18 * DAYS);
  const forecaster = createForecaster();
  let last: ReturnType<typeof forecaster.forecast> = "history_too_short";
  for (const hour of hours) {
    forecaster.observe(hour);
    last = forecaster.forecast();
    expect(forecaster.forecast()).toEqual(expect.anything());
  }
  if (last === "history_too_short") throw new Error("the history is long enough");
  const unasked = forecastAfter(hours);
  for (const lead of [1, 24, 168]) expect(last.mean(lead)).toEqual(unasked.mean(lead));
  expect(last.windowPeak(0, 24)).toEqual(unasked.windowPeak(0, 24));
});

test("a forecast keeps what it said when later hours come in", () => {
  const hours = wavy(15 * DAYS);
  const forecaster = createForecaster();
  for (const hour of hours.slice(0, -1)) forecaster.observe(hour);
  const forecast = forecaster.forecast();
  if (forecast === "history_too_short") throw new Error("the history is long enough");
  const before = [...forecast.mean(1)];
  forecaster.observe(hours.at(-1)!);
  forecaster.forecast();
  expect([...forecast.mean(1)]).toEqual(before);
});

test("days of outage leave the forecast as it was before them", () => {
  const hours = wavy(16 * DAYS);
  const outage = Array.from({ length: 48 }, (_, index) => reading(hours.length + index, null));
  const forecast = forecastAfter([...hours, ...outage]);
  const median = forecast.mean(1)[QUANTILES.indexOf(0.5)]!;
  expect(median).toBeGreaterThan(0.4);
  expect(median).toBeLessThan(0.95);
});

describe("a calendar", () => {
  const HOURS = 28 * DAYS;
  const LEAD = 24;
  /** A base of 0.3 and, in about every third block of 18 hours, a run of 0.4 that only the calendar tells. */
  const runs = Float64Array.from({ length: HOURS + 700 }, (_, hour) =>
    spread(Math.floor(hour / 18) * 5 + 3) < 0.35 ? 0.4 : 0,
  );

  function loss(declared: ((hour: number) => number) | null): number {
    const forecaster = createForecaster();
    const forecasts: Float64Array[] = [];
    let sum = 0;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const level = 0.3 + runs[hour]! + 0.02 * spread(hour);
      if (hour >= 18 * DAYS) sum += pinball(forecasts[hour - LEAD]!, 0, level);
      forecaster.observe(reading(hour, level));
      const calendar: DeclaredDemand | undefined =
        declared === null ? undefined : { share: (start) => declared(start / HOUR_MS) };
      const forecast = forecaster.forecast(calendar);
      forecasts.push(forecast === "history_too_short" ? new Float64Array() : forecast.mean(LEAD));
    }
    return sum;
  }

  const without = loss(null);

  test("that is right makes the forecast sharp", () => {
    expect(loss((hour) => runs[hour]!)).toBeLessThan(0.4 * without);
  });

  test.each<[string, (hour: number) => number]>([
    ["runs half a day late", (hour) => runs[Math.max(0, hour - 12)]!],
    ["exceeds capacity", (hour) => (runs[hour]! > 0 ? 40 : 0)],
    ["has nothing to do with what runs", (hour) => (spread(hour * 13) < 0.5 ? 0.9 : 0)],
  ])("that %s does little harm", (_, declared) => {
    expect(loss(declared)).toBeLessThan(1.1 * without);
  });
});
