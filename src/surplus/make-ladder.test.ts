import { describe, expect, test } from "vitest";
import type { Policy } from "../policy/policy.ts";
import {
  durationMs,
  epochMs,
  FIRM,
  gpus,
  HOUR_MS,
  later,
  microUsdPerGpuHour,
  notice,
  ppm,
} from "../units.ts";
import type { DemandForecast } from "./forecast.ts";
import type { Ladder } from "./ladder.ts";
import { chanceOfNeed, roomOnRung } from "./ladder.ts";
import type { LadderInput } from "./make-ladder.ts";
import { makeLadder } from "./make-ladder.ts";
import { QUANTILES } from "./quantiles.ts";

const NOW = epochMs(100 * HOUR_MS);
const HOUR = durationMs(HOUR_MS);
const DAY = durationMs(24 * HOUR_MS);

const POLICY: Policy = {
  lot: gpus(8),
  rungs: [
    rung(FIRM, DAY, 1_000_000, 0),
    rung(notice(4 * HOUR_MS), DAY, 650_000, 1),
    rung(notice(15 * 60_000), DAY, 500_000, 1),
    rung(notice(2 * 60_000), DAY, 400_000, 1),
  ],
  allowedWaits: [
    { upTo: gpus(64), wait: durationMs(2 * 60_000) },
    { upTo: null, wait: durationMs(15 * 60_000) },
  ],
  epsilon: 0.05,
  reserve: gpus(0),
  onShortfall: "break",
  compensation: { recall: ppm(100_000), breach: ppm(1_000_000) },
};

function rung(
  of: ReturnType<typeof notice>,
  duration: typeof DAY,
  factor: number,
  maxRecallChance: number,
) {
  return {
    notice: of,
    duration,
    priceFactor: ppm(factor),
    minimumRun: durationMs(0),
    maxRecallChance,
  };
}

function spread(from: number, to: number): Float64Array {
  return Float64Array.from(QUANTILES, (level) => Math.min(1, from + (to - from) * level));
}

/** Demand spread evenly from `low` to `high` at every hour; its peak over a window a little higher by length. */
function forecastOf(low: number, high: number): DemandForecast {
  return {
    origin: later(NOW, HOUR),
    mean: () => spread(low, high),
    peak: () => spread(low, high),
    windowPeak: (from, to) => spread(low, high + (to - from) / 1000),
    chanceAtMost: () => 0.5,
  };
}

function ladderOf(change: Partial<LadderInput> = {}): Ladder {
  return makeLadder({
    policy: POLICY,
    price: microUsdPerGpuHour(2_000_000n),
    now: NOW,
    knownFor: HOUR,
    demand: gpus(500),
    capacity: gpus(1000),
    declaredRise: gpus(0),
    forecast: forecastOf(0.4, 0.6),
    caution: () => gpus(0),
    forecastChance: (of) => of.maxRecallChance,
    ...change,
  });
}

/** What may be sold at a rung from now for a day, if nothing is sold yet. */
function roomOf(ladder: Ladder, index: number, bound: "safe" | "sellable" = "sellable"): number {
  const of = ladder.rungs[index];
  if (of === undefined) throw new Error("no such rung");
  return roomOnRung(ladder, of, bound, { start: NOW, end: later(NOW, DAY) }, () => gpus(0));
}

describe("the bounds of a rung", () => {
  test("prices are the rung's share of the firm price", () => {
    expect(ladderOf().rungs.map(({ price }) => price)).toEqual([
      2_000_000n,
      1_300_000n,
      1_000_000n,
      800_000n,
    ]);
  });

  test("firm leaves room for demand at 1 − ε through the whole contract", () => {
    const atQuantile = 0.4 + (0.6 + 24 / 1000 - 0.4) * 0.95;
    expect(roomOf(ladderOf(), 0)).toBeCloseTo(1000 - 1000 * atQuantile, -0.5);
  });

  test("a smaller ε sells less firm", () => {
    const careful = ladderOf({ policy: { ...POLICY, epsilon: 0.01 } });
    expect(roomOf(careful, 0)).toBeLessThan(roomOf(ladderOf(), 0));
  });

  test("the shortest rung sells all that is idle now", () => {
    expect(roomOf(ladderOf(), 3)).toBe(500);
  });

  test("the rung that small surprises may not wait for leaves their size to the shortest", () => {
    expect(roomOf(ladderOf(), 2)).toBe(500 - 64);
  });

  test("declared runs that are about to start take their room from every rung", () => {
    const ladder = ladderOf({ declaredRise: gpus(100), forecast: forecastOf(0.4, 0.8) });
    expect(roomOf(ladder, 3)).toBe(400);
    expect(roomOf(ladder, 2)).toBe(400 - 64);
  });

  test("the reserve is never sold", () => {
    const ladder = ladderOf({ policy: { ...POLICY, reserve: gpus(40) } });
    expect(roomOf(ladder, 3)).toBe(460);
  });

  test("caution takes from the rungs beyond recall alone", () => {
    const ladder = ladderOf({ caution: () => gpus(50) });
    expect(roomOf(ladderOf(), 0) - roomOf(ladder, 0)).toBe(50);
    expect(roomOf(ladder, 3)).toBe(500);
  });

  test("a rung whose promise cannot be kept at its maximum chance sells nothing", () => {
    const ladder = ladderOf({ forecastChance: () => 0, forecast: forecastOf(0.4, 1.2) });
    expect(roomOf(ladder, 1)).toBe(0);
    expect(roomOf(ladder, 1, "safe")).toBe(0);
  });

  test("what is expected to be recalled at once is not worth its compensation", () => {
    const ladder = ladderOf({ forecast: forecastOf(1, 1.2) });
    expect(roomOf(ladder, 3)).toBe(0);
    expect(roomOf(ladder, 3, "safe")).toBe(500);
  });

  test("nothing is sold beyond the ladder's horizon", () => {
    const ladder = ladderOf();
    const [firm] = ladder.rungs;
    const far = {
      start: later(NOW, durationMs(90 * 24 * HOUR_MS)),
      end: later(NOW, durationMs(91 * 24 * HOUR_MS)),
    };
    expect(firm && roomOnRung(ladder, firm, "safe", far, () => gpus(0))).toBe(0);
  });
});

test("the chance of need grows with what is sold and with the window", () => {
  const ladder = ladderOf();
  const spot = ladder.rungs[3];
  if (spot === undefined) throw new Error("no such rung");
  const chance = (sold: number, hours: number): number =>
    chanceOfNeed(ladder, spot, sold, later(NOW, durationMs(hours * HOUR_MS)));
  expect(chance(100, 24)).toBeLessThan(0.01);
  expect(chance(450, 24)).toBeGreaterThan(0.2);
  expect(chance(500, 24)).toBeGreaterThan(chance(450, 24));
  expect(chance(450, 24)).toBeGreaterThanOrEqual(chance(450, 2));
});
