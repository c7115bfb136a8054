import type { Policy } from "../policy/policy.ts";
import { DAY_MS, durationMs, FIRM, gpus, HOUR_MS, MINUTE_MS, notice, ppm } from "../units.ts";

/** A policy like policies/benchmark.json. */
export function benchmarkLike(): Policy {
  const day = durationMs(DAY_MS);
  return {
    lot: gpus(8),
    rungs: [
      rung(FIRM, day, 1_000_000, 0),
      rung(DAY_MS, durationMs(3 * DAY_MS), 800_000, 0.3),
      rung(4 * HOUR_MS, day, 650_000, 0.6),
      rung(15 * MINUTE_MS, day, 500_000, 1),
      rung(2 * MINUTE_MS, day, 400_000, 1),
    ],
    allowedWaits: [
      { upTo: gpus(64), wait: durationMs(2 * MINUTE_MS) },
      { upTo: null, wait: durationMs(15 * MINUTE_MS) },
    ],
    epsilon: 0.0075,
    reserve: gpus(0),
    onShortfall: "break",
    compensation: { recall: ppm(100_000), breach: ppm(1_000_000) },
  };
}

function rung(
  of: number,
  duration: Policy["rungs"][number]["duration"],
  priceFactor: number,
  maxRecallChance: number,
): Policy["rungs"][number] {
  return {
    notice: notice(of),
    duration,
    priceFactor: ppm(priceFactor),
    minimumRun: durationMs(0),
    maxRecallChance,
  };
}
