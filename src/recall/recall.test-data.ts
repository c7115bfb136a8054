import type { Contract } from "../contracts/contract.ts";
import { Holdings } from "../contracts/holdings.ts";
import type { Policy, Rung } from "../policy/policy.ts";
import { rectangle } from "../schedule/schedule.ts";
import type { Ladder, LadderPiece } from "../surplus/ladder.ts";
import { QUANTILES } from "../surplus/quantiles.ts";
import type { DurationMs, EpochMs, Notice, Ppm, Window } from "../units.ts";
import {
  durationMs,
  elapsed,
  epochMs,
  FIRM,
  gpus,
  later,
  MINUTE_MS,
  microUsdPerGpuHour,
  notice,
  ppm,
  scalePrice,
} from "../units.ts";

const ORIGIN = epochMs(28_000_000 * MINUTE_MS);
/** A dollar for a firm GPU-hour. */
export const PRICE = microUsdPerGpuHour(1_000_000n);
export const HOUR_NOTICE = notice(60 * MINUTE_MS);
export const QUARTER = notice(15 * MINUTE_MS);
export const SPOT = notice(2 * MINUTE_MS);

export function minutes(count: number): DurationMs {
  return durationMs(count * MINUTE_MS);
}

/** Minute `minute` of the test's day. */
export function at(minute: number): EpochMs {
  return later(ORIGIN, minutes(minute));
}

export function span(from: number, to: number): Window {
  return { start: at(from), end: at(to) };
}

function rung(notice: Notice, duration: number, factor: number, minimumRun: number): Rung {
  return {
    notice,
    duration: minutes(duration),
    priceFactor: ppm(factor),
    minimumRun: minutes(minimumRun),
    maxRecallChance: notice === FIRM ? 0 : 1,
  };
}

/** Small runs wait two minutes, larger ones a quarter of an hour. */
export const POLICY: Policy = {
  lot: gpus(8),
  rungs: [
    rung(FIRM, 240, 1_000_000, 0),
    rung(HOUR_NOTICE, 240, 800_000, 90),
    rung(QUARTER, 240, 600_000, 0),
    rung(SPOT, 240, 500_000, 0),
  ],
  allowedWaits: [
    { upTo: gpus(16), wait: minutes(2) },
    { upTo: null, wait: minutes(15) },
  ],
  epsilon: 0.05,
  reserve: gpus(0),
  onShortfall: "break",
  compensation: { recall: ppm(100_000), breach: ppm(1_000_000) },
};

export interface ContractDraft {
  readonly id: string;
  readonly notice?: Notice;
  readonly from?: number;
  readonly to?: number;
  readonly gpus?: number;
  readonly fabric?: string;
  readonly price?: bigint;
  readonly minimumRun?: number;
  readonly recallShare?: Ppm;
  readonly block?: boolean;
}

/** Eight GPUs in fabric a through minutes 0 to 240 at 15 minutes' notice for a dollar, unless the draft says otherwise. */
export function contractOf(draft: ContractDraft): Contract {
  const window = span(draft.from ?? 0, draft.to ?? 240);
  const soldGpus = gpus(draft.gpus ?? 8);
  return {
    id: draft.id,
    holder: "holder",
    pool: "p",
    window,
    price: microUsdPerGpuHour(draft.price ?? 1_000_000n),
    promise: {
      notice: draft.notice ?? QUARTER,
      minimumRun: minutes(draft.minimumRun ?? 0),
      recallCompensation: draft.recallShare ?? ppm(100_000),
      breachCompensation: ppm(1_000_000),
      statedRecallChance: 0.5,
    },
    soldGpus,
    block: draft.block ?? false,
    placements: [{ fabric: draft.fabric ?? "a", held: rectangle(window, soldGpus) }],
  };
}

export const NOTICES = POLICY.rungs.map((rung) => rung.notice);

/** Fabrics a and b of 512 GPUs each, holding these contracts. */
export function holdingsOf(contracts: readonly Contract[]): Holdings {
  const fabrics = ["a", "b"].map((id) => ({ id, gpus: gpus(512) }));
  const holdings = new Holdings(fabrics, NOTICES, at(0));
  for (const contract of contracts) holdings.add(contract);
  return holdings;
}

/** Bounds of a rung, piece by piece: until which minute, GPUs that are safe, GPUs that may be sold (or else as many). */
export type Bounds = readonly (readonly [until: number, safe: number, sellable?: number])[];

/** A ladder from minute `from`, of the rungs that have bounds. */
export function ladderOf(from: number, bounds: ReadonlyMap<Notice, Bounds>): Ladder {
  const rungs = POLICY.rungs
    .filter(({ notice }) => bounds.has(notice))
    .map(({ notice, duration, priceFactor }) => ({
      notice,
      price: scalePrice(PRICE, priceFactor),
      duration,
      margin: gpus(0),
      pieces: (bounds.get(notice) ?? []).map(pieceOf),
    }));
  const quantiles = Float64Array.from(QUANTILES, (level) => level * 64);
  return {
    at: at(from),
    capacity: gpus(64),
    reserve: gpus(0),
    peaks: [{ until: at(10_000), quantiles }],
    rungs,
  };
}

function pieceOf([until, safe, sellable]: Bounds[number]): LadderPiece {
  return { until: at(until), safe: gpus(safe), sellable: gpus(sellable ?? safe) };
}

/** Minutes between minute 0 and a time. */
export function minuteOf(time: EpochMs): number {
  return elapsed(ORIGIN, time) / MINUTE_MS;
}
