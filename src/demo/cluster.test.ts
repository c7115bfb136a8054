import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { durationMs, HOUR_MS, MINUTE_MS } from "../units.ts";
import { type DemoCluster, generateCluster } from "./cluster.ts";
import type { Profile } from "./profile.ts";
import { DEMO_PROFILES, H100, V100 } from "./profiles.ts";
import { type IdleStatistics, idleStatistics, PUBLISHED } from "./statistics.ts";

const TEN_MINUTES = durationMs(10 * MINUTE_MS);

function generate(profile: Profile, seed: number): DemoCluster {
  return generateCluster(profile, { seed, days: 120, step: HOUR_MS });
}

function fingerprint({ trace, calendar }: DemoCluster): string {
  const hash = createHash("sha256");
  hash.update(trace.demand).update(trace.total).update(trace.outage);
  return hash.update(JSON.stringify(calendar)).digest("hex").slice(0, 16);
}

const PINNED: Record<string, string> = {
  "A100-80G": "2d6320af964f625a",
  H100: "c7eb1beaed64df4b",
  V100: "55554629e0e6e2f8",
};

test.each(DEMO_PROFILES)("$name is the same bytes on any machine", (profile) => {
  expect(fingerprint(generate(profile, 1))).toBe(PINNED[profile.name]);
});

test.each(DEMO_PROFILES)("$name differs from seed to seed", (profile) => {
  expect(fingerprint(generate(profile, 2))).not.toBe(PINNED[profile.name]);
});

/** How far a generated figure may lie from the published one, as a share of it. */
const TOLERANCE = 0.25;
const CALIBRATED = DEMO_PROFILES.filter(({ name }) => name in PUBLISHED);

function expectAsPublished(name: string, generated: IdleStatistics): void {
  const published = new Map(Object.entries(PUBLISHED[name] ?? {}));
  for (const [key, value] of Object.entries(generated)) {
    const ratio = value / (published.get(key) ?? Number.NaN);
    expect(Math.abs(ratio - 1), `${name} ${key}: ${value}`).toBeLessThan(TOLERANCE);
  }
}

test("two of the three SKUs have published statistics to be held against", () => {
  expect(CALIBRATED.map(({ name }) => name)).toEqual(["A100-80G", "V100"]);
});

test.each(CALIBRATED)("$name of seed 1 has the published statistics", (profile) => {
  expectAsPublished(profile.name, idleStatistics(generate(profile, 1).trace));
});

test.each(CALIBRATED)("$name has the published statistics on average over seeds", (profile) => {
  const all = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => idleStatistics(generate(profile, seed).trace));
  const mean = (key: keyof IdleStatistics): number =>
    all.reduce((sum, each) => sum + each[key], 0) / all.length;
  expectAsPublished(profile.name, {
    mean: mean("mean"),
    wholeDayMinimum: mean("wholeDayMinimum"),
    wholeWeekMinimum: mean("wholeWeekMinimum"),
    error1h: mean("error1h"),
    error24h: mean("error24h"),
    error168h: mean("error168h"),
  });
});

test.each(DEMO_PROFILES)(
  "$name is one cluster at any step: an hour is the mean of its parts",
  (profile) => {
    const hourly = generateCluster(profile, { seed: 3, days: 20, step: HOUR_MS }).trace.demand;
    const parts = generateCluster(profile, { seed: 3, days: 20, step: TEN_MINUTES }).trace.demand;
    for (const [hour, gpus] of hourly.entries()) {
      const mean = parts.slice(6 * hour, 6 * hour + 6).reduce((sum, part) => sum + part, 0) / 6;
      expect(Math.abs(mean - gpus)).toBeLessThanOrEqual(1);
    }
  },
);

test("the outage stops everything for its hours, and the jobs come back after it", () => {
  const { trace } = generate(V100, 1);
  const from = trace.outage.indexOf(1);
  expect(trace.outage.filter((down) => down === 1)).toHaveLength(17);
  expect(trace.demand.slice(from, from + 17)).toEqual(new Int32Array(17));
  expect(trace.demand[from - 1]).toBeGreaterThan(300);
  expect(trace.demand[from + 24]).toBeGreaterThan(300);
});

test("the cluster for large runs has runs of days and lulls between them", () => {
  const { trace, calendar } = generate(H100, 1);
  const full = trace.demand.filter((gpus) => gpus > 1800).length / trace.demand.length;
  const lull = trace.demand.filter((gpus) => gpus < 700).length / trace.demand.length;
  expect(full).toBeGreaterThan(0.15);
  expect(lull).toBeGreaterThan(0.15);
  expect(calendar.some(({ duration }) => duration > 200 * HOUR_MS)).toBe(true);
});

test("a step that does not divide an hour is refused", () => {
  const step = durationMs(7 * MINUTE_MS);
  expect(() => generateCluster(V100, { seed: 1, days: 20, step })).toThrow("divides an hour");
});
