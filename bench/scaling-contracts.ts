import { runBacktest } from "../src/backtest/run-backtest.ts";
import type { Job } from "../src/fleet/job.ts";
import type { UsageTrace } from "../src/fleet/usage.ts";
import type { Policy } from "../src/policy/policy.ts";
import { assert, DAY_MS, durationMs, epochMs, gpus, HOUR_MS } from "../src/units.ts";
import { PRICE } from "./cases.ts";
import { timed } from "./machine.ts";
import { count, table } from "./markdown.ts";
import { a100, ofDays, unseen } from "./scaling-length.ts";

const TIMES = [1, 10, 100];
/** Two weeks pass before anything is sold. */
const DAYS = 44;
const SELLING_DAYS = DAYS - 14;
/** Of 24 h each: about as many lots as a cluster of 3,456 GPUs leaves idle. */
const BUYERS_PER_HOUR = 4;

interface Scale {
  readonly times: number;
  readonly contracts: number;
  /** Contracts of one lot that are live at a time, on average. */
  readonly live: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/**
 * The same trace with so many times the GPUs, and so many times the buyers, each of one lot: so many times the
 * contracts, and all else alike.
 */
export async function measureContracts(policy: Policy, most: number): Promise<Scale[]> {
  const trace = ofDays(await a100(), DAYS);
  walk(trace, policy, 1);
  return TIMES.filter((times) => times <= most).map((times) => {
    const { result, seconds, cpuSeconds } = timed(() => walk(trace, policy, times));
    console.error(`${times} × the GPUs and buyers: ${seconds.toFixed(1)} s`);
    const { contracts, live } = result;
    return { times, contracts, live, seconds, cpuSeconds };
  });
}

function walk(trace: UsageTrace, policy: Policy, times: number) {
  const scaled = {
    ...trace,
    demand: trace.demand.map((wanted) => wanted * times),
    total: trace.total.map((total) => total * times),
  };
  const demand = { jobs: buyersOf(trace, times * BUYERS_PER_HOUR, policy), patience: HOUR_MS };
  const past = { kind: "usage", trace: scaled } as const;
  const run = { past, calendar: [], policy, price: PRICE, demand, seed: 1 };
  const { sold } = runBacktest({ ...run, onProgress: unseen }).report;
  return {
    contracts: sold.by_notice.reduce((sum, notice) => sum + notice.contracts, 0),
    live: sold.gpu_hours / policy.lot / (SELLING_DAYS * 24),
  };
}

/** Evenly over the hours, each for one lot and a day. */
function buyersOf(trace: UsageTrace, perHour: number, { lot }: Policy): Job[] {
  const hours = (trace.demand.length * trace.step) / HOUR_MS;
  return Array.from({ length: hours * perHour }, (_, index) => ({
    id: String(index),
    submit: epochMs(trace.start + Math.floor(index / perHour) * HOUR_MS),
    duration: durationMs(DAY_MS),
    gpus: gpus(lot),
    group: `buyer ${index % 100}`,
    start: null,
  }));
}

export function contractsTable(scales: readonly Scale[]): string {
  return table(
    ["GPUs and buyers", "contracts sold", "live at a time", "elapsed, s", "processor, s", "growth"],
    scales.map((scale) => [
      `× ${scale.times}`,
      count(scale.contracts),
      count(scale.live),
      scale.seconds.toFixed(1),
      scale.cpuSeconds.toFixed(1),
      `× ${growth(scales[0] ?? scale, scale).toFixed(1)}`,
    ]),
  );
}

function growth(from: Scale, to: Scale): number {
  return to.cpuSeconds / from.cpuSeconds;
}

/** Growth of processor time ÷ growth of the number of contracts, from the least to the most. */
export function growthWithContracts(scales: readonly Scale[]): number {
  const [first, last] = [scales[0], scales.at(-1)];
  assert(first !== undefined && last !== undefined, "there is a scale to compare");
  return growth(first, last) / (last.contracts / first.contracts);
}
