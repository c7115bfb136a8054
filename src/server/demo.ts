import { simulatedCluster } from "../clusters/simulated/cluster.ts";
import { generateCluster } from "../demo/cluster.ts";
import { DEMO_PROFILES } from "../demo/profiles.ts";
import { largestCapacity } from "../fleet/usage.ts";
import type { Policy } from "../policy/policy.ts";
import type { DurationMs, EpochMs, Gpus } from "../units.ts";
import { floorTo, gpus, HOUR_MS, microUsdPerGpuHour, wholeLots } from "../units.ts";
import type { Site } from "./site.ts";

/** Long enough for a forecast, short enough to start quickly. */
const DAYS = 28;
const FABRICS = 2;
/** Dollars for a firm GPU-hour, in millionths. */
const PRICES = [2_000_000n, 3_500_000n, 600_000n];

/**
 * A site that nobody has: generated clusters that repeat themselves, and pools to sell them from.
 * @param policyOf what a pool goes by now: its lot is that of its cluster
 * @param origin when the site was founded: the traces begin there
 */
export function demoSite(
  policyOf: (pool: string) => Policy,
  origin: EpochMs,
  step: DurationMs,
  seed: number,
): Site {
  const sites = DEMO_PROFILES.map((profile, index) => {
    const { trace, calendar } = generateCluster(profile, { seed, days: DAYS, step });
    const pool = profile.name.toLowerCase();
    const names = Array.from({ length: FABRICS }, (_, fabric) => `${pool}-fabric-${fabric + 1}`);
    const price = microUsdPerGpuHour(PRICES[index] ?? 1_000_000n);
    const capacity = largestCapacity(trace);
    const policy = policyOf(pool);
    const fabrics = names.map((id) => ({ id, gpus: shareOf(capacity, policy.lot) }));
    const { lot } = policy;
    return {
      cluster: simulatedCluster({
        pool,
        trace,
        calendar,
        origin: floorTo(origin, HOUR_MS),
        fabrics: names,
        lot,
      }),
      pool: { config: { id: pool, sku: profile.name, site: "demo", fabrics }, policy, price },
    };
  });
  return {
    clusters: sites.map(({ cluster }) => cluster),
    pools: sites.map(({ pool }) => pool),
  };
}

function shareOf(capacity: Gpus, lot: Gpus): Gpus {
  return gpus(wholeLots(capacity / FABRICS, lot));
}
