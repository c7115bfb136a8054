import type { Account } from "../src/accounts/account.ts";
import type { Random } from "../src/demo/random.ts";
import { chance } from "../src/demo/random.ts";
import type { PoolConfig } from "../src/market/state.ts";
import { checkPolicy } from "../src/policy/check.ts";
import type { Policy, Rung } from "../src/policy/policy.ts";
import type { DurationMs, EpochMs, MicroUsdPerGpuHour } from "../src/units.ts";
import {
  assert,
  durationMs,
  epochMs,
  FIRM,
  gpus,
  microUsd,
  microUsdPerGpuHour,
  MINUTE_MS,
  notice,
  ppm,
} from "../src/units.ts";
import { oneOf, whole } from "./draw.ts";

/** What a seed begins with. */
export interface World {
  readonly start: EpochMs;
  /** From one reading of the clusters to the next. */
  readonly step: DurationMs;
  readonly spread: number;
  readonly pools: readonly WorldPool[];
  readonly accounts: readonly Account[];
}

export interface WorldPool {
  readonly config: PoolConfig;
  readonly policy: Policy;
  readonly price: MicroUsdPerGpuHour;
}

const START = epochMs(Date.UTC(2026, 2, 27, 22, 17, 3));

export function drawWorld(random: Random): World {
  const lot = gpus(oneOf(random, [4, 8]));
  const policy = drawPolicy(random, lot);
  const count = chance(random, 0.4) ? 2 : 1;
  const pools = Array.from({ length: count }, (_, index) => drawPool(random, policy, index));
  return {
    start: epochMs(START + whole(random, 0, 86_400_000)),
    step: minutes(oneOf(random, [5, 10, 15, 30])),
    spread: oneOf(random, [0.1, 0.3, 0.8]),
    pools,
    accounts: [
      accountOf("owner", {}),
      ...["ann", "bob", "cat", "dan", "eve"].map((id) => drawAccount(random, id)),
    ],
  };
}

function drawPool(random: Random, policy: Policy, index: number): WorldPool {
  const fabrics = Array.from({ length: whole(random, 1, 3) }, (_, fabric) => ({
    id: `f${index}${fabric}`,
    gpus: gpus(policy.lot * whole(random, 2, 6)),
  }));
  const sku = index === 0 || chance(random, 0.5) ? "H100" : "A100";
  return {
    config: { id: `p${index}`, sku, site: "here", fabrics },
    policy,
    price: microUsdPerGpuHour(BigInt(whole(random, 900_000, 2_500_000))),
  };
}

function drawPolicy(random: Random, lot: number): Policy {
  const all = [
    rung(FIRM, 180, 1_000_000, 30),
    rung(60 * MINUTE_MS, 180, 800_001, oneOf(random, [0, 45, 90])),
    rung(15 * MINUTE_MS, 120, 600_007, oneOf(random, [0, 20])),
    rung(2 * MINUTE_MS, 120, 499_999, 0),
  ];
  const rungs = all.filter((_, index) => index === 3 || chance(random, 0.8));
  const policy: Policy = {
    lot: gpus(lot),
    rungs,
    allowedWaits: [
      { upTo: gpus(lot * 2), wait: minutes(2) },
      { upTo: null, wait: minutes(oneOf(random, [2, 15, 60])) },
    ],
    epsilon: oneOf(random, [0.005, 0.05, 0.3]),
    reserve: gpus(oneOf(random, [0, 0, lot])),
    onShortfall: chance(random, 0.7) ? "break" : "wait",
    compensation: { recall: ppm(oneOf(random, [100_000, 333_333])), breach: ppm(1_000_000) },
  };
  assert(checkPolicy(policy).length === 0, "a drawn policy is sound");
  return policy;
}

function rung(after: number, duration: number, factor: number, minimumRun: number): Rung {
  return {
    notice: notice(after),
    duration: minutes(duration),
    priceFactor: ppm(factor),
    minimumRun: minutes(minimumRun),
    maxRecallChance: after === FIRM ? 0 : 1,
  };
}

function drawAccount(random: Random, id: string): Account {
  const limit = microUsd(BigInt(whole(random, 0, 30)) * 1_000_003n);
  return accountOf(id, {
    payment: chance(random, 0.3) ? { kind: "postpaid", limit } : { kind: "prepaid" },
    taxRate: ppm(oneOf(random, [0, 70_001, 190_000])),
    maxGpus: chance(random, 0.2) ? gpus(whole(random, 1, 6) * 8) : null,
  });
}

export function accountOf(id: string, terms: Partial<Account>): Account {
  return {
    id,
    name: id,
    email: `${id}@example.com`,
    status: "active",
    payment: { kind: "prepaid" },
    taxRate: ppm(0),
    maxGpus: null,
    skus: null,
    accepted: null,
    created: START,
    ...terms,
  };
}

export function minutes(count: number): DurationMs {
  return durationMs(count * MINUTE_MS);
}
